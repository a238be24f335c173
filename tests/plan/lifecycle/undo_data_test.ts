import { assertEquals, assertStringIncludes } from "@std/assert";
import { undoneAdvice } from "../../../lib/plan/lifecycle/data/snapshots.ts";
import { planRebuild } from "../../../lib/plan/lifecycle/rebuild/rebuild.ts";
import { type Effect, undoEffects } from "../../../lib/step/step.ts";
import { goldenCases } from "../../golden/cases.ts";
import { memoryHost } from "../../fakes/memory_host.ts";
import { loadTargets } from "../../../lib/run/targets/targets.ts";

function brief(effect: Effect): string {
  if (effect.kind === "run") {
    return `${effect.argv[0]} ${effect.argv.filter((one) => /[/@]/.test(one)).join(" ")}`;
  }
  if (effect.kind === "return") {
    return ["return", effect.start && "start", effect.discard].filter(Boolean).join(" ");
  }
  if (effect.kind !== "send") return effect.kind;
  return `${effect.method} ${effect.path.replace(/.*\//, "")} ${JSON.stringify(effect.body ?? "")}`;
}

async function planOf(name: string, more: object = {}, changed: object = {}) {
  const { spec, files, world } = goldenCases().find((one) => one.name === name)!;
  const { targets } = await loadTargets(
    ["a.yaml"],
    { sets: [], name: "", project: "", strict: false },
    memoryHost({ cwd: "/c", files }),
  );
  return planRebuild(targets[0]!, { ...world, ...changed }, {
    resume: false,
    force: false,
    adopt: false,
    stopSeconds: 5,
    readySeconds: 60,
    pauseSeconds: 0,
    all: false,
    deleteSnapshots: false,
    ...spec.options,
    ...more,
  });
}

const S = "lxops-rebuild-000000-a";
const BACK = (snapshot: string) => [
  `zfs tank/a@${snapshot}`,
  "mv /srv/a /srv/a.lxops-replaced",
  `mv /srv/a@${snapshot} /srv/a`,
  "rm /srv/a.lxops-replaced",
  `PUT a {"restore":"${snapshot}"}`,
];
const REMOVAL = (snapshot: string) => [`zfs tank/a@${snapshot}`, `DELETE ${snapshot} ""`];

Deno.test("data goes back once the old instance has its name, before it starts, and its snapshots go after that", async () => {
  const { steps } = await planOf("rebuild_takes_snapshots_of_all_data_that_is_to_go_back");
  const start = steps.findIndex(({ runs }) => runs);
  // The way back of all steps up to the start, last first.
  const after = steps.slice(0, start + 1).toReversed()
    .flatMap(({ undo, undoAfterRun }) => undoAfterRun ?? undoEffects(undo)).map(brief);
  const names = after.filter((one) => one === "return").length;
  assertEquals(after.slice(names), [...BACK(S), "return start", ...REMOVAL(S), "return delete"]);
  const before = steps.slice(0, start).toReversed().flatMap(({ undo }) => undoEffects(undo)).map(brief)
    .filter((one) => one !== "return");
  assertEquals(before, [
    `mv /srv/a@${S} /srv/a@${S}.partial`,
    `DELETE ${S} ""`,
    `zfs tank/a@${S}`,
    `rm /srv/a@${S}.partial`,
    "return start",
    "return delete",
  ]);
});

Deno.test("a resumed rebuild restores the data that the earlier run noted", async () => {
  const { steps } = await planOf("rebuild_resumes_with_data_that_goes_back_where_it_fails");
  const earlier = "lxops-rebuild-abc123-a";
  const [first] = steps.filter(({ undo }) => undo);
  assertEquals(undoEffects(first?.undo).map(brief), [
    "return",
    ...BACK(earlier),
    "return start delete",
    ...REMOVAL(earlier),
  ]);
});

Deno.test("a resumed rebuild never takes a configured new instance back", async () => {
  const { steps, back } = await planOf(
    "rebuild_resumes_where_only_the_deletion_of_the_old_instance_is_left",
  );
  assertEquals([steps.filter(({ undo }) => undo), back], [[], undefined]);
});

Deno.test("a resumed rebuild names the data that cannot be restored, as its snapshot is missing", async () => {
  const name = "rebuild_resumes_with_data_that_goes_back_where_it_fails";
  const { back } = await planOf(name, {}, { directorySnapshots: new Map() });
  const said = [...back?.state ?? [], ...back?.ran ?? []].join("\n");
  assertStringIncludes(said, "The data was put back as it was before then: tank/a, volume:default/a");
  assertStringIncludes(
    said,
    'The data stays changed, as there is no snapshot "lxops-rebuild-abc123-a" any more, of: /srv/a',
  );
});

Deno.test("nothing is said to be put back where no data is", () => {
  assertEquals(undoneAdvice({ host: [], daemon: [] }), []);
});
