/** Rehearsals whose copies take too long: the instance continues at the end of `--max-freeze`. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { run } from "../../../fakes/memory_app.ts";
import { memoryServer } from "../../../fakes/memory_server.ts";
import { recorder } from "../../../fakes/recorder.ts";
import { worldOf } from "../../../plan/world_spec.ts";

const FILES = {
  "/c/a.yaml":
    "#lxops-v1\nimage: tiny\nostype: alpine\nfilesystems: {main: {pattern: /srv/(instance), destroy: true}}\n" +
    "devices: {data: {filesystem: main, path: /data, dir: data}}\n",
};

function place() {
  return worldOf({
    images: [{ aliases: ["tiny"] }],
    instances: [{
      name: "a",
      status: "Running",
      devices: { data: { type: "disk", path: "/data", source: "/srv/a/data" } },
    }],
    paths: { "/srv": "directory", "/srv/a": "directory", "/srv/a/data": "directory" },
    bytes: { "/srv/a": 5_000 },
  });
}

Deno.test("an instance continues when its data is not copied within --max-freeze, before copies are removed", async () => {
  const world = place();
  const recorded = recorder(memoryServer(world), {
    run: (argv, _onLine, signal) =>
      argv[0] !== "cp" ? {} : new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      }),
  });
  const args = ["rehearse", "rebuild", "--net=none", "--max-freeze=0.05", "a.yaml"];
  const { code, stderr } = await run(args, { world, files: FILES, controls: () => recorded });
  assertEquals(code, 9, stderr);
  assertStringIncludes(
    stderr,
    'The data of instance "a" was not copied within 0.05 s, for which it was frozen',
  );
  assertStringIncludes(stderr, 'note: "a" is frozen while its data is copied, for at most 0.05 s');
  assertStringIncludes(stderr, "--max-freeze 4");
  const done = recorded.effects.map((one) =>
    one.kind === "run" ? one.argv[0] : one.kind === "send" ? JSON.stringify(one.body ?? one.method) : one.kind
  );
  const copy = done.indexOf("cp");
  assert(done.findIndex((one) => one.includes('"freeze"')) < copy, done.join("\n"));
  assertStringIncludes(done[copy + 1]!, '"unfreeze"');
});

Deno.test("rehearse refuses a --max-freeze of no time", async () => {
  const world = place();
  const recorded = recorder(memoryServer(world));
  const args = ["rehearse", "rebuild", "--max-freeze=0", "a.yaml"];
  const { code, stderr } = await run(args, { world, files: FILES, controls: () => recorded });
  assertEquals([code, recorded.effects], [2, []], stderr);
});
