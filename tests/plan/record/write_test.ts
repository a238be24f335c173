import { assert, assertEquals } from "@std/assert";
import { planConfigure } from "../../../lib/plan/lifecycle/configure.ts";
import { planLaunch } from "../../../lib/plan/lifecycle/launch.ts";
import { planProfileApply } from "../../../lib/plan/lifecycle/profiles.ts";
import { planRebuild, type RebuildOptions } from "../../../lib/plan/lifecycle/rebuild/rebuild.ts";
import { entryOf } from "../../../lib/plan/record/hashes.ts";
import { decodeRecord, encodeRecord, RECORD_MARK } from "../../../lib/plan/record/record.ts";
import { recorded } from "../../../lib/plan/record/write.ts";
import type { PlanOptions, Target, World } from "../../../lib/plan/world.ts";
import type { ProfileInfo } from "../../../lib/ports/mod.ts";
import { type InstancePlan, type Step, undoEffects } from "../../../lib/step/step.ts";
import { targetsOf } from "../../support/targets.ts";
import { worldOf, type WorldSpec } from "../world_spec.ts";

const OPTIONS = {
  resume: false,
  force: false,
  adopt: false,
  stopSeconds: 5,
  readySeconds: 60,
  pauseSeconds: 0,
  all: false,
  deleteSnapshots: false,
  recordsSecrets: true,
  random: "random",
};
const FACTS = { version: "1.0.0", time: 1_796_000_000, commit: "c".repeat(40) };
const CONFIG = `ostype: alpine
image: tiny
lxc-options: ["-c limits.memory=64MiB"]
`;
const ITEMS = "cloud-config-files: [a.cfg]\n";
const CFG = "#cloud-config\nruncmd: [echo hi]\nwrite_files: [{path: /x, content: y, permissions: '0600'}]\n";
const RUNNING = {
  name: "a",
  status: "Running",
  type: "container",
  profiles: ["default", "a.lxops"],
  config: { "user.lxops.config": "/c/a.yaml", "limits.memory": "64MiB" },
};
const PROFILE = { name: "a.lxops" };

async function planned(
  planner: (target: Target, world: World, options: RebuildOptions) => InstancePlan,
  spec: WorldSpec,
  options: { readonly config?: string } & Partial<PlanOptions> = {},
) {
  const { config = CONFIG + ITEMS, ...more } = options;
  const [target] = await targetsOf({ "a.yaml": config, "a.cfg": CFG });
  const world = worldOf({ paths: {}, ...spec });
  const all = { ...OPTIONS, ...more };
  const bare = planner(target!, world, all);
  const plan = recorded(bare, { target: target!, world, facts: FACTS }, all);
  return { bare, plan };
}

/** The records that steps write, with the titles of these steps. */
function writes({ steps }: InstancePlan) {
  return steps.flatMap((step) => {
    const text = textOf(step);
    return text === undefined ? [] : [{ title: step.title, record: decodeRecord(text) }];
  });
}

function textOf({ effect }: Pick<Step, "effect">): string | undefined {
  if (effect.kind !== "send") return undefined;
  return (effect.body as { config?: Record<string, string> } | undefined)?.config?.[RECORD_MARK];
}

Deno.test("a launch without cloud-config records all in its create request", async () => {
  const { bare, plan } = await planned(planLaunch, {}, { config: CONFIG });
  assertEquals(plan.steps.length, bare.steps.length);
  const [write, ...others] = writes(plan);
  assertEquals(others, []);
  assertEquals(write?.title, "Create instance a from tiny");
  const { keys, profiles, image, fingerprint, items, commit, time } = write!.record!;
  assertEquals([Object.keys(keys!), profiles, image, items], [
    ["limits.memory"],
    ["default", "a.lxops"],
    "tiny",
    [],
  ]);
  assertEquals([fingerprint?.length, commit, time], [64, FACTS.commit, FACTS.time]);
});

Deno.test("a launch with cloud-config records its items once they are applied", async () => {
  const { bare, plan } = await planned(planLaunch, {});
  assertEquals(plan.steps.length, bare.steps.length + 1);
  const [made, done] = writes(plan);
  assertEquals(made?.title, "Create instance a from tiny");
  assertEquals(made?.record?.items, undefined);
  assertEquals(plan.steps.at(-1)?.title, "Record what was applied to instance a");
  const { items, key } = done!.record!;
  assertEquals((items as string[]).map((one) => one[0] === "k"), [true, false]);
  assertEquals(key?.length, 8);
  const batch = plan.steps.find(({ effect }) => effect.kind === "batch")!.effect;
  assert(batch.kind === "batch" && batch.stdin?.includes(`${plan.recordKey} >/var/lib/lxops/key.new`));
  assert(batch.secrets?.some((one) => typeof one === "object" && one.text === plan.recordKey));
});

Deno.test("a rebuild records the image in the request that marks the instance as configured", async () => {
  const spec = { instances: [RUNNING], profiles: [PROFILE] };
  const { bare, plan } = await planned(planRebuild, spec);
  assertEquals(plan.steps.length, bare.steps.length);
  const found = writes(plan);
  assertEquals(found.map(({ title }) => title), ["Mark instance a as configured"]);
  assertEquals(found[0]?.record?.image, "tiny");
  assertEquals((found[0]?.record?.items as string[]).length, 2);
  // The new instance does not take over what was applied to the old one.
  const old = { ...RUNNING, config: { ...RUNNING.config, [RECORD_MARK]: encodeRecord({ lxops: "1" }) } };
  const again = await planned(planRebuild, { instances: [old], profiles: [PROFILE] });
  const body = again.bare.steps.find(({ title }) => title.startsWith("Create instance a-lxops-new"))!.effect;
  assert(body.kind === "send" && !JSON.stringify(body.body).includes(RECORD_MARK));
});

Deno.test("a rebuild by the daemon records first that nothing is applied, and then that all is", async () => {
  const spec = { instances: [RUNNING], profiles: [PROFILE] };
  const { plan } = await planned(
    (target, world, options) => planRebuild(target, world, { ...options, inPlace: true }),
    spec,
  );
  assertEquals(writes(plan).map(({ title, record }) => [title, record?.items !== undefined]), [
    ["Mark instance a as rebuilt", false],
    ["Mark instance a as configured", true],
  ]);
});

Deno.test("configure records the items, and keeps the rest of the record", async () => {
  const before = encodeRecord({ lxops: "0", image: "other", keys: { "user.x": "01020304" }, items: ["a"] });
  const spec = {
    instances: [{ ...RUNNING, config: { ...RUNNING.config, "user.x": "1", [RECORD_MARK]: before } }],
    profiles: [PROFILE],
  };
  const { plan } = await planned(planConfigure, spec);
  const [{ record } = { record: undefined }, ...others] = writes(plan);
  assertEquals(others, []);
  assertEquals(record?.image, "other");
  assertEquals(Object.keys(record?.keys ?? {}).sort(), ["limits.memory", "user.x"]);
  assertEquals((record?.items as string[]).length, 2);
});

Deno.test("configure of one section records its items, and those that the journal has", async () => {
  const before = encodeRecord({ lxops: "0", items: ["a"] });
  const spec = {
    instances: [{ ...RUNNING, config: { ...RUNNING.config, [RECORD_MARK]: before } }],
    profiles: [PROFILE],
  };
  const all = await planned(planConfigure, spec);
  const hashes = writes(all.plan)[0]!.record!.items as string[];
  const of = async (more: WorldSpec, section: string) =>
    writes((await planned(planConfigure, { ...spec, ...more }, { only: [section] })).plan)[0]?.record?.items;
  const one = [await of({}, "runcmd"), await of({}, "write_files")] as string[][];
  assertEquals([one.map((items) => items.length), new Set(one.flat())], [[1, 1], new Set(hashes)]);
  const [runcmd] = one[0]!;
  const { id } = all.plan.applied!.find(({ id }) => id.startsWith(runcmd!))!;
  assertEquals(await of({ journals: { a: `${id} 1 - - Run echo hi\n` } }, "write_files"), hashes);
});

Deno.test("a plan that changes nothing writes nothing", async () => {
  const { plan } = await planned(planConfigure, { instances: [RUNNING], profiles: [PROFILE] }, {
    config: CONFIG,
  });
  assertEquals(writes(plan), []);
});

Deno.test("profile apply records in the request that gives the instance its profiles, and undoes both", async () => {
  const before = encodeRecord({ lxops: "0", profiles: ["default"] });
  const spec = {
    instances: [{
      ...RUNNING,
      profiles: ["default"],
      config: { ...RUNNING.config, [RECORD_MARK]: before },
    }],
    profiles: [PROFILE],
  };
  const { plan } = await planned(planProfileApply, spec, { config: CONFIG });
  const [step] = plan.steps.filter((one) => textOf(one) !== undefined);
  assertEquals(step?.title, "Set the profiles of instance a to default, a.lxops");
  assertEquals(decodeRecord(textOf(step!))?.profiles, ["default", "a.lxops"]);
  assertEquals(undoEffects(step!.undo).map((effect) => textOf({ effect })), [before]);
});

Deno.test("differences of an instance without a record are not recorded", async () => {
  const spec = {
    instances: [{ ...RUNNING, config: { "user.lxops.config": "/c/a.yaml", "limits.memory": "32MiB" } }],
    profiles: [PROFILE],
  };
  const { plan } = await planned(planConfigure, spec);
  assertEquals(writes(plan)[0]?.record?.keys, undefined);
});

Deno.test("a plan that finds everything applied records it for an interrupted run", async () => {
  const written = async (before: Parameters<typeof encodeRecord>[0]) => {
    const info = { ...RUNNING, config: { ...RUNNING.config, [RECORD_MARK]: encodeRecord(before) } };
    const spec = { instances: [info], profiles: [PROFILE] };
    const { plan } = await planned(planConfigure, spec, { config: CONFIG });
    return writes(plan).map(({ record }) => record?.items);
  };
  assertEquals(await written({ lxops: "0" }), [[]]);
  assertEquals(await written({ lxops: "0", items: ["a"] }), [[]]);
  assertEquals(await written({ lxops: "0", items: [] }), []);
  assertEquals(await written({ lxops: "0", items: [], profiles: ["default", "a.lxops"] }), []);
  assertEquals(await written({ lxops: "0", items: [], profiles: ["a.lxops"] }), [[]]);
});

Deno.test("a rebuild leaves kept values in the own profile, and records them again", async () => {
  const config = `${CONFIG}config: {user.a: "1", user.b: "1", user.c: "1"}\n`;
  const kept = {
    "user.a": entryOf("1", "2"),
    "user.b": entryOf("1", undefined),
    "user.c": entryOf("0", "2"),
  };
  const instance = {
    ...RUNNING,
    config: { ...RUNNING.config, [RECORD_MARK]: encodeRecord({ lxops: "0", profileKeys: kept }) },
  };
  const profile = {
    ...PROFILE,
    config: { "user.a": "2", "user.c": "2", "user.lxops.keys": "user.a,user.b,user.c" },
  };
  const { plan } = await planned(planRebuild, { instances: [instance], profiles: [profile] }, { config });
  const update = plan.steps.find(({ title }) => title === "Update profile a.lxops")?.effect;
  assert(update?.kind === "send");
  assertEquals((update.body as ProfileInfo).config, {
    "user.a": "2",
    "user.c": "1",
    "user.lxops.keys": "user.a,user.c",
  });
  assertEquals(writes(plan).at(-1)?.record?.profileKeys, { ...kept, "user.c": entryOf("1", "1") });
});
