/** Refusals of commands that change data: each says what to do next. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { run } from "../../fakes/memory_app.ts";
import { memoryServer } from "../../fakes/memory_server.ts";
import { recorder } from "../../fakes/recorder.ts";
import { worldOf } from "../../plan/world_spec.ts";

const FILE = `#lxops-v1
image: tiny
filesystems: {d: {pattern: /d/(instance), destroy: true}}
devices: {data: {path: /data, filesystem: d}}
`;

Deno.test("refusals of rename, rollback, snapshot and delete say what to do next", async () => {
  const data = { type: "disk", path: "/data", source: "/d/web/data" };
  for (
    const [line, expected, advice] of [
      [
        "rename web.yaml other",
        8,
        "Choose another name; to see what has this one: lxops instance info other",
      ],
      ["rename web.yaml web2", 9, "Change what is in the way, and run the same command again"],
      [
        "rollback -s s web.yaml",
        9,
        "Stop what runs with it first (lxops stop), and run the same command again",
      ],
      ["snapshot -s s web.yaml", 8, "To take another one, give -s another name"],
      ["delete web.yaml", 9, "to show it: lxops profile export web.lxops"],
    ] as const
  ) {
    const world = worldOf({
      instances: [
        { name: "other", status: "Running", devices: { data } },
        {
          name: "web",
          status: "Stopped",
          profiles: ["default", "web.lxops"],
          config: { "user.lxops.config": "/c/web.yaml" },
          expandedDevices: { data },
        },
      ],
      profiles: [{
        name: "web.lxops",
        devices: { data },
        usedBy: ["/1.0/instances/web", "/1.0/instances/other"],
      }],
      directorySnapshots: { "/d/web": ["s"] },
      paths: {
        "/d": "directory",
        "/d/web": "directory",
        "/d/web/data": "directory",
        "/d/web@s": "directory",
      },
    });
    const controls = recorder(memoryServer(world));
    const files = { "/c/web.yaml": FILE };
    const { code, stderr } = await run(line.split(" "), { world, files, controls: () => controls });
    assertEquals([line, code, controls.effects], [line, expected, []], stderr);
    assertStringIncludes(stderr, advice);
  }
});
