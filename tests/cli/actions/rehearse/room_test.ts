/** Rehearsals whose copies need more room than there is: they are refused before anything is copied. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { run } from "../../../fakes/memory_app.ts";
import { memoryServer } from "../../../fakes/memory_server.ts";
import { recorder } from "../../../fakes/recorder.ts";
import { worldOf } from "../../../plan/world_spec.ts";

const FILES = {
  "/c/a.yaml": "#lxops-v1\nimage: tiny\nostype: alpine\nfilesystems: {main: {pattern: /srv/(instance)}}\n" +
    "devices: {data: {filesystem: main, path: /data, dir: data}}\n",
};

Deno.test("rehearse refuses copies that the filesystem of the directories has no room for", async () => {
  const world = worldOf({
    instances: [{ name: "a", status: "Running" }],
    paths: { "/srv": "directory", "/srv/a": "directory", "/srv/a/data": "directory" },
    bytes: { "/srv/a": 5_000_000 },
  });
  const recorded = recorder(memoryServer(world));
  const args = ["rehearse", "rebuild", "--dry-run", "a.yaml"];
  const ran = (freeBytes: number) => run(args, { world, files: FILES, controls: () => recorded, freeBytes });
  const { code, stderr } = await ran(4_000_000);
  assertEquals([code, recorded.effects], [9, []], stderr);
  assertStringIncludes(
    stderr,
    'Cannot rehearse with instance "a": copies of its directories take 4.8MiB, and "/" has 3.8MiB left',
  );
  assertEquals((await ran(6_000_000)).stderr.includes("copies of its directories"), false);
});
