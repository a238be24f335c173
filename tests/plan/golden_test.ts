/**
 * Golden plans: each directory of `tests/plans` has configuration files, `case.json` (a command and a world), and
 * the plan as a script, or the error. `UPDATE_GOLDEN=1 deno test -A tests/plan` writes what is expected anew.
 */
import { errorText } from "../../lib/cli/output/output.ts";
import { ConfigError, LxopsError } from "../../lib/base/errors.ts";
import { combine } from "../../lib/plan/output/merge_plans.ts";
import { planConfigure } from "../../lib/plan/lifecycle/configure.ts";
import { type DeleteOptions, planDelete, planDestroy } from "../../lib/plan/lifecycle/delete.ts";
import { type CopyOptions, planCopy } from "../../lib/plan/data/copy/copy.ts";
import { planCreateDevices, planCreateProfile, planExtract } from "../../lib/plan/lifecycle/devices.ts";
import { type ExportOptions, planExport } from "../../lib/plan/data/export.ts";
import { planLaunch } from "../../lib/plan/lifecycle/launch.ts";
import { planRebuild, type RebuildOptions } from "../../lib/plan/lifecycle/rebuild/rebuild.ts";
import { planBack, planPrune } from "../../lib/plan/lifecycle/rebuild/spares.ts";
import { planRename, type RenameOptions } from "../../lib/plan/lifecycle/rename.ts";
import { planRollback, type RollbackOptions } from "../../lib/plan/data/rollback.ts";
import { planSnapshot, type SnapshotOptions } from "../../lib/plan/data/snapshot.ts";
import { needsSecrets, provisioned, type Provisions } from "../../lib/plan/provision/provision.ts";
import { loadProvisions } from "../../lib/run/provision/load.ts";
import { planScript } from "../../lib/plan/output/script.ts";
import { lookAtTrees } from "../../lib/plan/tree/look.ts";
import type { Target, World } from "../../lib/plan/world.ts";
import { loadTargets } from "../../lib/run/targets/targets.ts";
import { VERSION } from "../../lib/base/version.ts";
import type { InstancePlan, Plan } from "../../lib/step/step.ts";
import { memoryHost } from "../fakes/memory_host.ts";
import { type GoldenCase, goldenCases } from "../golden/cases.ts";
import { assertGoldenText } from "../golden/text.ts";

type AllOptions =
  & RebuildOptions
  & DeleteOptions
  & SnapshotOptions
  & RollbackOptions
  & RenameOptions
  & ExportOptions
  & Pick<CopyOptions, "from" | "to" | "take" | "remote">
  & { readonly fromHost?: string; readonly toHost?: string; readonly back?: boolean };

const planners = {
  launch: planLaunch,
  rebuild: (target, world, options) =>
    options.back ? planBack(target, world, options) : planRebuild(target, world, options),
  prune: planPrune,
  configure: planConfigure,
  delete: planDelete,
  destroy: planDestroy,
  rename: planRename,
  export: planExport,
  "copy-filesystems": (_target, world, { fromHost, toHost, ...options }) =>
    planCopy(toHost ? options.from : options.to, world, {
      ...options,
      ...(fromHost ? { fromSsh: { host: fromHost, options: [] } } : {}),
      ...(toHost ? { toSsh: { host: toHost, options: [] } } : {}),
    }),
  snapshot: planSnapshot,
  rollback: planRollback,
  extract: planExtract,
  "create-devices": planCreateDevices,
  "create-profile": planCreateProfile,
} satisfies Record<string, (target: Target, world: World, options: AllOptions) => InstancePlan>;

function plannerOf(command: string): (target: Target, world: World, options: AllOptions) => InstancePlan {
  const planner = Object.entries(planners).find(([name]) => name === command)?.[1];
  if (!planner) throw new Error(`There is no planner of "${command}"`);
  return planner;
}

/** Returns a plan with what the provisions of its target need. */
function withProvisions(
  plan: InstancePlan,
  target: Target,
  world: World,
  known: ReadonlyMap<Target, Provisions>,
): InstancePlan {
  const found = known.get(target);
  return found ? provisioned(plan, { ...found, target, world }) : plan;
}

/** Returns the words for a command in messages. */
function verbOf(command: string, destroy: boolean): string {
  const verbs: Readonly<Record<string, string>> = {
    rollback: "roll back",
    snapshot: destroy ? "destroy the snapshot of" : "take a snapshot of",
    "copy-filesystems": "copy filesystems of",
  };
  return verbs[command] ?? command;
}

async function planCase({ spec, files, world }: GoldenCase): Promise<{ plan?: Plan; text: string }> {
  const options = {
    resume: false,
    force: false,
    adopt: false,
    stopSeconds: 5,
    readySeconds: 60,
    pauseSeconds: 0,
    all: false,
    deleteSnapshots: false,
    directory: "/out",
    overwrite: false,
    image: false,
    version: VERSION,
    snapshot: "",
    withInstance: false,
    destroy: false,
    clones: false,
    destroyNewer: false,
    ...spec.options,
  };
  try {
    const host = memoryHost({ cwd: "/c", files });
    const load = (name: string) =>
      loadTargets(spec.files ?? ["a.yaml"], {
        sets: spec.sets ?? [],
        name,
        project: spec.project ?? "",
        strict: false,
      }, host);
    const { targets } = await load(spec.name ?? "");
    const [renamed] = (await load(spec.to ?? spec.name ?? "")).targets;
    const all: AllOptions = {
      ...options,
      renamed: renamed!,
      from: targets[0]!,
      to: renamed!,
      take: false,
      remote: { program: "lxops-incus", args: [] },
    };
    const command = spec.options?.["back"] ? `${spec.command} --back` : spec.command;
    const planner = plannerOf(spec.command);
    const { provisions } = await loadProvisions(
      targets,
      command,
      host,
      (target) =>
        Object.keys(target.instance.config.secrets).length > 0 &&
        needsSecrets(planner(target, world, all)),
    );
    const plan = combine(targets.map((target) =>
      lookAtTrees(
        withProvisions(planner(target, world, all), target, world, provisions),
        spec.command === "copy-filesystems" ? [all.from, all.to] : [target],
        world,
        verbOf(spec.command, options.destroy),
      )
    ));
    return { plan, text: planScript(plan, { program: "lxops-incus", globals: [], sudo: false }) };
  } catch (error) {
    if (error instanceof ConfigError || error instanceof LxopsError) {
      return { text: `exit ${error.exitCode}\n${errorText("lxops", error)}\n` };
    }
    throw error;
  }
}

/** Shortens the scripts of batches to their titles: they have tests of their own. */
function shorten(text: string): string {
  return text.replaceAll(
    /<<'(END_*)'\n(?:(?:trap|echo) [^\n]*\n)?lxops_main\(\) \{\n[\s\S]*?\n\1(?=\n|$)/g,
    (found) => {
      const titles = [...found.matchAll(/^lxops_run .*? '([^']*)'$/gm)].map((match) => `  ${match[1]}`);
      return ["<<batch", ...titles, "batch"].join("\n");
    },
  );
}

for (const golden of goldenCases()) {
  Deno.test(`the plan of ${golden.name} is the golden one`, async () => {
    const { text } = await planCase(golden);
    await assertGoldenText(shorten(text), golden.file);
  });
}
