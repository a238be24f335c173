/** Instances that a rehearsal froze which was killed: they continue. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { run } from "../../../fakes/memory_app.ts";
import { memoryServer } from "../../../fakes/memory_server.ts";
import { recorder } from "../../../fakes/recorder.ts";
import { worldOf, type WorldSpec } from "../../../plan/world_spec.ts";

const DEAD = "web1 0a1b 11-22 4242 900";
const FILES = { "/c/a.yaml": "#lxops-v1\nimage: tiny\nostype: alpine\n" };

function worldWith(more: WorldSpec): WorldSpec {
  return {
    instances: [{ name: "a", status: "Frozen", config: { "user.lxops.frozen": DEAD } }],
    thisRun: "web1 0a1b 11-22 5000 950",
    runs: { [DEAD]: "over" },
    ...more,
  };
}

/** Runs a command; returns what it says, and the requests that it sends. */
async function ran(line: string, more: WorldSpec = {}) {
  const world = worldOf(worldWith(more));
  const recorded = recorder(memoryServer(world));
  const outcome = await run(line.split(" "), { world, files: FILES, controls: () => recorded });
  const sent = recorded.effects.map((effect) =>
    effect.kind === "send"
      ? `${effect.method} ${effect.path} ${JSON.stringify(effect.body ?? "")}`
      : effect.kind
  );
  return { ...outcome, sent };
}

const UNFROZEN = [
  'PUT /1.0/instances/a/state {"action":"unfreeze","timeout":-1,"force":false}',
  'PATCH /1.0/instances/a {"config":{"user.lxops.frozen":""}}',
];

Deno.test("rehearse clean and unpause let an instance continue that a run which was killed left frozen", async () => {
  const profiles = [{ name: "lxops.rehearsal.a", config: { "user.lxops.rehearsal": "0a0b0c" } }];
  for (const [line, more] of [["rehearse clean a.yaml", {}], ["unpause a", {}]] as const) {
    const { code, stderr, sent } = await ran(line, more);
    assertEquals([line, code, sent], [line, 0, UNFROZEN], stderr);
  }
  const { code, stderr, sent } = await ran("rehearse clean a.yaml", { profiles });
  assertEquals(code, 0, stderr);
  assertEquals(sent.slice(0, 2), UNFROZEN);
  assertStringIncludes(sent.at(-1)!, "DELETE /1.0/profiles/lxops.rehearsal.a");
});

Deno.test("the next rehearsal unfreezes the instance before it begins", async () => {
  const { code, stdout, stderr } = await ran("rehearse rebuild --dry-run a.yaml");
  assertEquals(code, 0, stderr);
  const [unfreeze, note, copy] = ["Unfreeze instance a", "Note the rehearsal of a", "Copy instance a as"].map(
    (one) => stdout.indexOf(one),
  );
  assert(0 <= unfreeze! && unfreeze! < note! && note! < copy!, stdout);
});

Deno.test("an instance that a run which has not ended keeps frozen stays so", async () => {
  const runs = { [DEAD]: "alive" } as const;
  const clean = await ran("rehearse clean a.yaml", { runs });
  assertEquals([clean.code, clean.sent], [0, []], clean.stderr);
  const { code: again, stderr: said } = await ran("rehearse rebuild a.yaml", { runs });
  assertEquals(again, 9);
  assertStringIncludes(said, 'Cannot rehearse with instance "a": it is frozen by lxops');
  const { code, stderr, sent } = await ran("unpause a", { runs });
  assertEquals([code, sent], [9, []]);
  assertStringIncludes(stderr, "a rehearsal that runs or was cut off");
  assertStringIncludes(stderr, "If it was killed: lxops unpause a");
});
