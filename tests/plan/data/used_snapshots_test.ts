/** Snapshots that are directories, of which another instance has a device, and data that was moved away. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { run } from "../../fakes/memory_app.ts";
import { memoryServer } from "../../fakes/memory_server.ts";
import { recorder } from "../../fakes/recorder.ts";
import { worldOf } from "../world_spec.ts";

const FILE = `#lxops-v1
image: tiny
filesystems: {d: {pattern: /d/(instance), destroy: true}}
devices: {data: {path: /data, filesystem: d}}
`;

/** Runs a command about the instance "web", beside another one with a device at a path. */
async function ran(args: readonly string[], source: string, gone = false) {
  const disk = (source: string) => ({
    root: { type: "disk", path: "/", pool: "default" },
    data: { type: "disk", path: "/data", source },
  });
  const world = worldOf({
    instances: [
      { name: "other", status: "Stopped", expandedDevices: disk(source) },
      {
        name: "web",
        status: "Stopped",
        profiles: ["default", "web.lxops"],
        config: { "user.lxops.config": "/c/web.yaml" },
        expandedDevices: disk("/d/web/data"),
      },
    ],
    profiles: [{
      name: "web.lxops",
      devices: { data: disk("/d/web/data").data },
      usedBy: ["/1.0/instances/web"],
    }],
    directorySnapshots: { "/d/web": ["s"] },
    paths: {
      "/c/web.yaml": "file",
      "/d": "directory",
      ...gone ? {} : { "/d/web": "directory" as const, "/d/web/data": "directory" as const },
      "/d/web@s": "directory",
    },
  });
  const controls = recorder(memoryServer(world));
  const result = await run(args, { world, files: { "/c/web.yaml": FILE }, controls: () => controls });
  return { ...result, changes: controls.effects.length };
}

const DESTROY = ["snapshot", "-d", "-s", "s", "web.yaml"];
const RENAME = ["rename", "web.yaml", "web2"];

Deno.test("snapshot -d and rename leave a snapshot alone that another instance has as a device", async () => {
  for (const args of [DESTROY, RENAME]) {
    const { code, stderr, changes } = await ran(args, "/d/web@s/data");
    assertEquals([code, changes], [9, 0], stderr);
    assertStringIncludes(stderr, 'instance "other" has a device in it');
    const free = await ran(args, "/d/web@s2/data");
    assertEquals(free.code, 0, free.stderr);
  }
});

Deno.test("rename refuses an instance whose data directory was moved away", async () => {
  const { code, stderr, changes } = await ran(RENAME, "/d/x", true);
  assertEquals([code, changes], [9, 0], stderr);
  assertStringIncludes(stderr, '"/d/web/data" of its device "data" does not exist');
});

Deno.test("rollback of a directory that is gone says how the snapshot gets back to its place", async () => {
  const { code, stderr, changes } = await ran(["rollback", "-s", "s", "web.yaml"], "/d/x", true);
  assertEquals([code, changes], [7, 0], stderr);
  assertStringIncludes(stderr, "If it was moved, move it back");
  assertStringIncludes(stderr, "lxops create-devices --name web web.yaml");
});
