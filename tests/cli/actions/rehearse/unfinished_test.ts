/** Copies of volumes that a rehearsal which was killed had not finished: they go. */
import { assertEquals } from "@std/assert";
import { run } from "../../../fakes/memory_app.ts";
import { memoryServer } from "../../../fakes/memory_server.ts";
import { recorder } from "../../../fakes/recorder.ts";
import { worldOf } from "../../../plan/world_spec.ts";

const FILES = {
  "/c/a.yaml": `#lxops-v1
image: tiny
ostype: alpine
filesystems: {vol: {pattern: "volume:default/(instance)", destroy: true}}
devices: {vol: {path: /vol, filesystem: vol}}
`,
};

Deno.test("rehearse clean deletes the copy of a volume that has not got its name yet, and no other volume", async () => {
  const world = worldOf({
    instances: [{ name: "a", status: "Running" }],
    profiles: [{ name: "lxops.rehearsal.a", config: { "user.lxops.rehearsal": "0a0b0c" } }],
    pools: { default: "dir" },
    volumes: [
      { pool: "default", name: "a" },
      { pool: "default", name: "a-rehearsal-0a0b0c.partial" },
      { pool: "default", name: "a-rehearsal-ffffff.partial" },
    ],
  });
  const recorded = recorder(memoryServer(world));
  const outcome = await run(["rehearse", "clean", "a.yaml"], {
    world,
    files: FILES,
    controls: () => recorded,
  });
  assertEquals(outcome.code, 0, outcome.stderr);
  const deleted = recorded.effects.flatMap((effect) =>
    effect.kind === "send" && effect.method === "DELETE" ? [effect.path] : []
  );
  assertEquals(deleted, [
    "/1.0/storage-pools/default/volumes/custom/a-rehearsal-0a0b0c.partial",
    "/1.0/profiles/lxops.rehearsal.a",
  ]);
});
