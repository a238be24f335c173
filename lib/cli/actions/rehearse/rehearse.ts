/**
 * `rehearse`: a command carried out on a copy of an instance, which is removed afterwards.
 *
 * @module
 */
import { EXIT, refuse, UsageError } from "../../../base/errors.ts";
import { noInstance } from "../../../base/missing.ts";
import { quote } from "../../../base/shell.ts";
import { parseSize } from "../../../base/sizes.ts";
import { changeLine } from "../../../plan/changes/text.ts";
import { noteOf, REHEARSAL_MARK, type Stage, stageOf } from "../../../plan/rehearse/stage.ts";
import { networkPath } from "../../../plan/requests/reads.ts";
import { objectKey, refOf, type Target, type World } from "../../../plan/world.ts";
import { failureError } from "../../../run/execute/apply.ts";
import type { InstanceInfo } from "../../../ports/mod.ts";
import type { Failure } from "../../../run/execute/execute.ts";
import type { App } from "../../command/app.ts";
import { printable } from "../../output/output.ts";
import { planOptions } from "../../shared/lifecycle/lifecycle.ts";
import { targetsOf } from "../../shared/lifecycle/look.ts";
import { locks } from "../../shared/lifecycle/lock.ts";
import { checkTargets } from "../../shared/operands.ts";
import type { ConfigValues } from "../../shared/target_options.ts";
import { type Carried, carryOn, observed, predicted } from "./carry.ts";
import { show } from "./show.ts";

/** Values of the flags that all have. */
export interface CleanValues extends ConfigValues {
  readonly "dry-run": boolean;
}

/** Values of the flags of rehearsals. */
export interface RehearseValues extends CleanValues {
  readonly net: string;
  readonly "max-copy": string;
  readonly trace: boolean;
  readonly timeout: number;
  readonly "wait-stop": number;
  readonly json: boolean;
}

/** The commands that are rehearsed. */
export type Rehearsed = "rebuild" | "up";

/** `rehearse rebuild` and `rehearse up`. */
export async function rehearse(
  command: Rehearsed,
  values: RehearseValues,
  files: readonly string[],
  app: App,
): Promise<number> {
  const maxCopy = parseSize(values["max-copy"]);
  if (maxCopy === undefined) {
    throw new UsageError(`--max-copy needs a size such as 500MiB or 2GiB, not "${values["max-copy"]}"`);
  }
  const target = await subject(values, files, app);
  const random = hex(app.random());
  const stage = stageOf(target, random, values.net);
  await lockRehearsal(target, values, app);
  const options = { ...optionsOf(values, app), maxCopy };
  const [{ planCopy }, { lookAtTrees }] = await Promise.all([
    import("../../../plan/rehearse/copy.ts"),
    import("../../../plan/tree/look.ts"),
  ]);
  const seen = await observed([sourceTarget(stage)], app);
  const info = instanceOf(target, seen);
  await sweep(target, seen, values, app);
  const directories = stage.source.instance.filesystems.filter(({ kind }) => kind === "directory")
    .map(({ path }) => path);
  const world = { ...seen, bytes: directories.length > 0 ? await app.host.bytes(directories) : new Map() };
  const prepared = planCopy(stage, info, world, { ...options, net: values.net });
  const how = { values, app };
  let carried: Carried | undefined;
  let differences: readonly string[] = [];
  try {
    const plan = lookAtTrees(prepared, [stage.copy], world, "copy");
    const copied = await untilNetwork(
      () => carryOn(plan, { ...how, quiet: true }),
      () => clean(stage, values, app),
    );
    if (copied.error) throw copied.error;
    if (isDry(values)) return EXIT.ok;
    carried = await performed(command, stage, options, how);
    if (!carried.error) differences = await differing(stage, app);
  } finally {
    if (!isDry(values)) await clean(stage, values, app);
  }
  const error = carried.error && predicted(carried.error, stage.copy.instance.name, target.instance.name);
  show(
    command,
    { target, stage, carried: { ...carried, ...(error ? { error } : {}) }, differences },
    values,
    app,
  );
  if (error) throw error;
  return differences.length === 0 ? EXIT.ok : EXIT.differs;
}

/** `rehearse clean`: removes what a rehearsal has left that was killed. */
export async function cleanUp(values: CleanValues, files: readonly string[], app: App): Promise<number> {
  const target = await subject(values, files, app);
  await lockRehearsal(target, values, app);
  const world = await observed([target], app);
  const isFound = await sweep(target, world, values, app);
  if (!isFound && !isDry(values)) app.print(`Nothing is left of a rehearsal of ${target.instance.name}\n`);
  return EXIT.ok;
}

function isDry(values: CleanValues): boolean {
  return !locks(values);
}

function hex(random: string | undefined): string {
  return (random ?? "000000").replaceAll(/[^0-9a-f]/g, "").padEnd(6, "0").slice(0, 6);
}

/** Loads the one target of a rehearsal. */
async function subject(values: CleanValues, files: readonly string[], app: App): Promise<Target> {
  const targets = await targetsOf(values, files, app);
  const [target] = targets;
  if (targets.length !== 1 || !target) throw new UsageError("A rehearsal is of one instance");
  await checkTargets(targets, false, app);
  if (target.instance.host || !await app.isLocal()) {
    throw refuse(
      `Cannot rehearse with instance "${target.instance.name}"`,
      "its daemon or its directories are on another machine",
      ["Run lxops there"],
    );
  }
  return target;
}

function optionsOf(values: CleanValues & Partial<RehearseValues>, app: App) {
  return {
    ...planOptions({ ...values, parallel: 1, "undo-on-failure": true, trace: false }),
    random: app.random(),
    adopt: true,
  };
}

/** One rehearsal of an instance at a time; whatever is there of another one was left by it. */
async function lockRehearsal(target: Target, values: CleanValues, app: App): Promise<void> {
  if (isDry(values)) return;
  const { instanceLock } = await import("../../../run/lock/names.ts");
  const { project, name } = refOf(target.instance);
  await app.lock([await instanceLock({ project, name: `${name.slice(0, 50)}-rehearsal` })], {
    command: "rehearse",
    seconds: 0,
  });
}

function sourceTarget({ copy, source }: Stage): Target {
  const { name, project } = source.instance;
  return { ...copy, copyOf: { name, project }, devicesFrom: source };
}

function instanceOf(target: Target, world: World): InstanceInfo {
  const { project, name } = target.instance;
  const info = world.instances.get(objectKey(project, name));
  if (!info) throw noInstance({ project, name }, { advice: ["Only what is there can be rehearsed with"] });
  if (info.status !== "Running") {
    throw refuse(`Cannot rehearse with instance "${name}"`, `it is ${info.status.toLowerCase()}`, [
      `Start it first: lxops start ${name}`,
    ]);
  }
  return info;
}

/** Carries the command out on the copy. */
async function performed(
  command: Rehearsed,
  stage: Stage,
  options: ReturnType<typeof optionsOf>,
  how: { readonly values: RehearseValues; readonly app: App },
): Promise<Carried> {
  const [{ planRehearsed }, { lookAtTrees }] = await Promise.all([
    import("./planned.ts"),
    import("../../../plan/tree/look.ts"),
  ]);
  const { plan, world } = await planRehearsed(command, stage, options, how.app);
  return await carryOn(lookAtTrees(plan, [stage.copy], world, command), {
    ...how,
    quiet: false,
  });
}

/** Returns what a comparison of the copy with its configuration finds. */
async function differing(stage: Stage, app: App): Promise<readonly string[]> {
  const { compareTargets } = await import("../changes/compare.ts");
  const world = await observed([stage.copy], app);
  const [compared] = await compareTargets([stage.copy], world, app);
  return compared!.comparison.changes.map(changeLine);
}

/** Removes what an earlier rehearsal of the instance has left; tells whether there is something. */
async function sweep(target: Target, world: World, values: CleanValues, app: App): Promise<boolean> {
  const { project, name } = target.instance;
  const random = world.profiles.get(objectKey(project, noteOf(name)))?.config[REHEARSAL_MARK];
  if (random === undefined) return false;
  if (!/^[0-9a-f]{6}$/.test(random)) {
    throw refuse(`Cannot read what profile "${noteOf(name)}" notes`, "it is not what lxops wrote", [
      "Delete the profile, if no rehearsal has left anything",
    ]);
  }
  app.complain(printable(`note: removing what an earlier rehearsal of "${name}" has left`));
  await clean(stageOf(target, random), values, app);
  return true;
}

/** Pauses before the removal is tried again: daemons need a moment until nothing is left of a NIC. */
const AGAIN_MS = [300, 1500] as const;

/** Tries again where a daemon could not make a network: it stumbles over interfaces of others that go meanwhile. */
async function untilNetwork(act: () => Promise<Carried>, clean: () => Promise<void>): Promise<Carried> {
  let done = await act();
  for (const pause of AGAIN_MS) {
    const { effect } = done.failed ?? {};
    if (effect?.kind !== "send" || !effect.path.startsWith("/1.0/networks")) break;
    await clean();
    await new Promise((resolve) => setTimeout(resolve, pause));
    done = await act();
  }
  return done;
}

/** Removes what a rehearsal made; also after a signal. */
async function clean(stage: Stage, values: CleanValues, app: App): Promise<void> {
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
  const [world, network] = await Promise.all([
    observed([sourceTarget(stage)], app),
    server.get(networkPath(project, stage.network)),
  ]);
  const options = { ...optionsOf(values, app), stopSeconds: 0, hasNetwork: network !== undefined };
  const plan = lookAtTrees(planClean(stage, world, options), [stage.copy], world, "destroy");
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
