/** Directories that were deleted, and are still mounted: an instance does not start with them, and the answer says so. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { PathInfo } from "../../../lib/ports/mod.ts";
import { run } from "../../fakes/memory_app.ts";
import { memoryServer } from "../../fakes/memory_server.ts";
import { recorder } from "../../fakes/recorder.ts";
import { worldOf } from "../../plan/world_spec.ts";

const DIRECTORY: PathInfo = { kind: "directory", mode: 0o755, uid: 0, gid: 0, size: 0 };
const FILES = {
  "/c/a.yaml": "#lxops-v1\nimage: tiny\nostype: alpine\ndevices: {data: {path: /data, dir: /mnt/data}}\n",
};

Deno.test("commands that start an instance refuse a directory that was deleted and is still mounted", async () => {
  const data = { type: "disk", path: "/data", source: "/mnt/data" };
  for (const line of ["start a", "up a.yaml", "rebuild a.yaml"]) {
    const world = {
      ...worldOf({
        instances: [{
          name: "a",
          status: "Stopped",
          config: { "user.lxops.config": "/c/a.yaml", "user.lxops.image": "tiny" },
          devices: { data },
        }],
      }),
      paths: new Map<string, PathInfo>([["/mnt", DIRECTORY], ["/mnt/data", { ...DIRECTORY, deleted: true }]]),
    };
    const recorded = recorder(memoryServer(world));
    const { code, stderr } = await run(line.split(" "), { world, files: FILES, controls: () => recorded });
    assertEquals([line, code, recorded.effects], [line, 9, []], stderr);
    assertStringIncludes(
      stderr,
      'the directory "/mnt/data" of its device "data" was deleted, and is seen only because it is still mounted there\n',
    );
    assertStringIncludes(stderr, "\n  To take the mount away: umount /mnt/data; then");
  }
});
