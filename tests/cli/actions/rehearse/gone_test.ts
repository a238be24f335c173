/** Rehearsals with an instance whose data is away: they are refused, as the command itself is. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { run } from "../../../fakes/memory_app.ts";
import { memoryServer } from "../../../fakes/memory_server.ts";
import { recorder } from "../../../fakes/recorder.ts";
import { worldOf } from "../../../plan/world_spec.ts";

const FILES = {
  "/c/a.yaml": "#lxops-v1\nimage: tiny\nostype: alpine\nfilesystems: {main: {pattern: /srv/(instance)}}\n" +
    "devices: {data: {filesystem: main, path: /data, dir: data}}\n",
};

Deno.test("rehearse refuses an instance with a device whose directory does not exist", async () => {
  const devices = { data: { type: "disk", path: "/data", source: "/srv/a/data" } };
  for (const command of ["rebuild", "up"]) {
    const world = worldOf({
      instances: [{ name: "a", status: "Running", devices }],
      paths: { "/srv": "directory", "/srv/a": "directory" },
    });
    const recorded = recorder(memoryServer(world));
    const args = ["rehearse", command, "a.yaml"];
    const { code, stderr } = await run(args, { world, files: FILES, controls: () => recorded });
    assertEquals([code, recorded.effects], [9, []], stderr);
    assertStringIncludes(
      stderr,
      'Cannot rehearse with instance "a": the directory "/srv/a/data" of its device "data" does not exist\n' +
        "  Nothing was changed.\n  If it was moved, move it back, and run the same command again\n",
    );
  }
});
