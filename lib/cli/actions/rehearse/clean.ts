/**
 * The end of rehearsals, also of those that were killed.
 *
 * @module
 */
import { refuse } from "../../../base/errors.ts";
import { quote } from "../../../base/shell.ts";
import { forgottenData, noteOf, REHEARSAL_MARK, type Stage, stageOf } from "../../../plan/rehearse/stage.ts";
import { aclPath, networkPath } from "../../../plan/requests/reads.ts";
import { unfreezeLeft } from "../../../plan/storage/freeze.ts";
import { objectKey, refOf, type Target, type World } from "../../../plan/world.ts";
import { failureError } from "../../../run/execute/apply.ts";
import type { Failure } from "../../../run/execute/execute.ts";
import type { InstancePlan } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { printable } from "../../output/output.ts";
import { planOptions } from "../../shared/lifecycle/lifecycle.ts";
import { locks } from "../../shared/lifecycle/lock.ts";
import { observed } from "./carry.ts";
import type { CleanValues, RehearseValues } from "./rehearse.ts";

/** Pauses before the removal is tried again: daemons need a moment until nothing is left of a NIC. */
export const AGAIN_MS = [300, 1000, 2000, 4000, 8000] as const;

/** Tells whether a rehearsal is only shown. */
export function isDry(values: CleanValues): boolean {
  return !locks(values);
}

/** Returns the options of the plans of a rehearsal. */
export function optionsOf(values: CleanValues & Partial<RehearseValues>, app: App) {
  return {
    ...planOptions({ ...values, parallel: 1, "undo-on-failure": true, trace: false }),
    random: app.random(),
    adopt: true,
  };
}

/** Returns the copy of a stage with the instance that its data comes from. */
export function sourceTarget({ copy, source }: Stage): Target {
  const { name, project } = source.instance;
  return { ...copy, copyOf: { name, project }, devicesFrom: source };
}

/**
 * Ends what an earlier rehearsal of the instance has left: the instance continues where it was left frozen, and the
 * copy goes. Tells whether there was something.
 */
export async function sweep(target: Target, world: World, values: CleanValues, app: App): Promise<boolean> {
  const ref = refOf(target.instance);
  const { project, name } = target.instance;
  const note = world.profiles.get(objectKey(project, noteOf(ref)))?.config ?? {};
  const random = note[REHEARSAL_MARK];
  const isFrozen = unfreezeLeft(world, [ref]).length > 0;
  if (random === undefined && !isFrozen) return false;
  if (isFrozen) {
    app.complain(printable(`note: "${name}", left frozen by an interrupted run, runs again`));
    await goOn(target, world, values, app);
  }
  if (random === undefined) return true;
  if (!/^[0-9a-f]{6}$/.test(random)) {
    throw refuse(`Cannot read what profile "${noteOf(ref)}" notes`, "it is not what lxops wrote", [
      "Delete the profile, if no rehearsal has left anything",
    ]);
  }
  app.complain(printable(`note: removing what an earlier rehearsal of "${name}" has left`));
  const stage = stageOf(target, random);
  await clean(stage, values, app);
  const forgotten = forgottenData(stage, note);
  if (forgotten.length > 0) {
    app.complain(printable(
      `note: the configuration of "${name}" has had other filesystems when it was rehearsed; where these copies ` +
        `are still there, remove them by hand: ${forgotten.join(", ")}`,
    ));
  }
  return true;
}

/** Lets an instance continue that was left frozen, while no other run works on it. */
async function goOn(target: Target, seen: World, values: CleanValues, app: App): Promise<void> {
  const instance = refOf(target.instance);
  const plan = (world: World) => ({ instance, steps: unfreezeLeft(world, [instance]) });
  if (isDry(values)) {
    await applied(plan(seen), values, app);
    return;
  }
  const { instanceLock } = await import("../../../run/lock/names.ts");
  const lock = await instanceLock(instance);
  await app.lock([lock], { command: "rehearse", seconds: 0 });
  try {
    // What another run had begun before it gave its lock up has changed since.
    const failure = await applied(plan(await observed([target], app)), values, app);
    if (failure) throw failureError(failure, []);
  } finally {
    await app.unlock([lock]);
  }
}

/** Removes what a rehearsal made; also after a signal. */
export async function clean(stage: Stage, values: CleanValues, app: App): Promise<void> {
  for (const pause of [...AGAIN_MS, undefined]) {
    const failure = await removed(stage, values, app);
    if (!failure) return;
    if (pause === undefined) {
      throw failureError(failure, [
        `To remove the rest: lxops rehearse clean ${quote(stage.copy.instance.file)}`,
      ]);
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** Tries to remove what a rehearsal made. */
async function removed(stage: Stage, values: CleanValues, app: App): Promise<Failure | undefined> {
  const [{ planClean }, { lookAtTrees }] = await Promise.all([
    import("../../../plan/rehearse/clean.ts"),
    import("../../../plan/tree/look.ts"),
  ]);
  const server = await app.server();
  const { project } = stage.copy.instance;
  const options = optionsOf(values, app);
  // A run that was killed leaves copies that the daemon still makes.
  if (!isDry(values)) {
    const { settle } = await import("../../../run/wait/settle.ts");
    const note = (text: string) => app.complain(printable(`note: ${text}`));
    await settle(server, [stage.copy], {
      seconds: options.readySeconds,
      note,
      signal: new AbortController().signal,
    });
  }
  const [world, network, acl] = await Promise.all([
    observed([sourceTarget(stage)], app),
    server.get(networkPath(project, stage.network)),
    server.get(aclPath(project, stage.network)),
  ]);
  const there = { hasNetwork: network !== undefined, hasAcl: acl !== undefined };
  const more = { ...options, stopSeconds: 0, ...there };
  const plan = lookAtTrees(planClean(stage, world, more), [stage.copy], world, "destroy");
  return await applied(plan, values, app);
}

/** Carries out a plan, or shows it; returns what failed. */
async function applied(
  plan: InstancePlan,
  values: CleanValues,
  app: App,
): Promise<Failure | undefined> {
  if (plan.steps.length === 0) return undefined;
  const [failure] = await app.apply({ first: [], each: [plan] }, {
    dryRun: values["dry-run"],
    parallel: 1,
    undoOnFailure: false,
    verbose: false,
    quiet: true,
    afterSignal: true,
  });
  return failure;
}
