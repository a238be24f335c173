/**
 * `rehearse`: a command carried out on a copy of an instance, which is removed afterwards.
 *
 * @module
 */
import { apiPath } from "../../../base/api.ts";
import { EXIT, InterruptedError, LxopsError, refuse, UsageError } from "../../../base/errors.ts";
import { noInstance } from "../../../base/missing.ts";
import { parseSize } from "../../../base/sizes.ts";
import { changeLine } from "../../../plan/changes/text.ts";
import { refuseGone } from "../../../plan/checks/moved_devices.ts";
import { refuseFrozen } from "../../../plan/instance/power/power.ts";
import type { Lost } from "../../../plan/lost/lost.ts";
import { beginsPause } from "../../../plan/rehearse/pause.ts";
import { type Stage, stageOf } from "../../../plan/rehearse/stage.ts";
import { locate } from "../../../plan/storage/layout.ts";
import { objectKey, refOf, type Target, type World } from "../../../plan/world.ts";
import type { InstanceInfo } from "../../../ports/mod.ts";
import type { App } from "../../command/app.ts";
import { printable } from "../../output/output.ts";
import { fileSources } from "../../places/file_sources.ts";
import { targetsOf } from "../../shared/lifecycle/look.ts";
import { checkTargets } from "../../shared/operands.ts";
import type { ConfigValues } from "../../shared/target_options.ts";
import { type Carried, carryOn, observed, predicted, uncopied } from "./carry.ts";
import { AGAIN_MS, clean, isDry, optionsOf, sourceTarget, sweep } from "./clean.ts";
import { show } from "./show.ts";

/** Values of the flags that all have. */
export interface CleanValues extends ConfigValues {
  readonly "dry-run": boolean;
}

/** Values of the flags of rehearsals. */
export interface RehearseValues extends CleanValues {
  readonly net: string;
  readonly "max-copy": string;
  readonly "max-freeze": number;
  readonly trace: boolean;
  readonly timeout: number;
  readonly "wait-stop": number;
  readonly json: boolean;
}

/** The commands that are rehearsed. */
export type Rehearsed = "rebuild" | "up";

/** Runs `rehearse rebuild` and `rehearse up`. */
export async function rehearse(
  command: Rehearsed,
  values: RehearseValues,
  operands: readonly string[],
  app: App,
): Promise<number> {
  const maxCopy = parseSize(values["max-copy"]);
  if (maxCopy === undefined) {
    throw new UsageError(`--max-copy needs a size such as 500MiB or 2GiB, not "${values["max-copy"]}"`);
  }
  if (!(values["max-freeze"] > 0)) throw new UsageError("--max-freeze needs a number of seconds above 0");
  const target = await subject(`rehearse ${command}`, values, operands, app);
  const random = hex(app.random());
  const stage = stageOf(target, random, values.net);
  await lockRehearsal(target, values, app);
  const options = { ...optionsOf(values, app), maxCopy };
  const [{ planCopy }, { leftOut }, { lookAtTrees }] = await Promise.all([
    import("../../../plan/rehearse/copy.ts"),
    import("../../../plan/rehearse/reach.ts"),
    import("../../../plan/tree/look.ts"),
  ]);
  const seen = await swept(stage, target, values, app);
  const info = instanceOf(target, seen);
  // The copy would begin with empty directories, and succeed where the command itself is refused.
  refuseGone({ target, world: seen }, locate(target, seen.datasets, seen.paths), "rehearse with");
  const lost = command === "rebuild" && !isDry(values) ? await lossOf(target, info, seen, app) : undefined;
  const directories = stage.source.instance.filesystems.filter(({ kind }) => kind === "directory")
    .map(({ path }) => path);
  const world = { ...seen, bytes: directories.length > 0 ? await app.host.bytes(directories) : new Map() };
  const inspector = directories.length > 0 ? await app.host.inspector?.() : undefined;
  const room = await inspector?.room(directories, app.signal) ?? [];
  const prepared = planCopy(stage, info, world, { ...options, net: values.net, room });
  const how = { values, app };
  let carried: Carried | undefined;
  let differences: readonly string[] = [];
  try {
    const plan = lookAtTrees(prepared, [stage.copy], world, "copy");
    if (!isDry(values) && plan.steps.some(beginsPause)) {
      app.complain(printable(
        `note: "${target.instance.name}" is frozen while its data is copied, for at most ${
          values["max-freeze"]
        } s`,
      ));
    }
    const copied = await untilNetwork(
      () => carryOn(plan, { ...how, quiet: true, freezes: target.instance.name }),
      () => clean(stage, values, app),
    );
    if (copied.error) throw uncopied(copied.error, target.instance.name, copied.failed);
    if (isDry(values)) return EXIT.ok;
    carried = await performed(command, stage, options, how);
    if (!carried.error) differences = await differing(stage, app);
  } finally {
    if (!isDry(values)) await clean(stage, values, app);
  }
  const error = carried.error && predicted(carried.error, stage.copy.instance.name, target.instance.name);
  show(
    command,
    {
      target,
      stage,
      carried: { ...carried, ...(error ? { error } : {}) },
      differences,
      ...(lost ? { lost } : {}),
      omitted: leftOut(stage, info, world),
    },
    values,
    app,
  );
  if (error) throw error;
  return differences.length === 0 ? EXIT.ok : EXIT.differs;
}

/** Runs `rehearse clean`, which removes the leftovers of a killed rehearsal. */
export async function cleanUp(values: CleanValues, operands: readonly string[], app: App): Promise<number> {
  const target = await subject("rehearse clean", values, operands, app);
  await lockRehearsal(target, values, app);
  const world = await observed([target], app);
  const isFound = await sweep(target, world, values, app);
  if (!isFound && !isDry(values)) app.print(`Nothing is left of a rehearsal of ${target.instance.name}\n`);
  return EXIT.ok;
}

function hex(random: string | undefined): string {
  return (random ?? "000000").replaceAll(/[^0-9a-f]/g, "").padEnd(6, "0").slice(0, 6);
}

/** Loads the one target of a rehearsal. */
async function subject(
  command: string,
  values: CleanValues,
  operands: readonly string[],
  app: App,
): Promise<Target> {
  const { sources, app: there } = await fileSources({ command }, operands, values, app);
  if (there !== app) throw new UsageError("A rehearsal is of an instance of this machine");
  const targets = await targetsOf(values, sources, app);
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

/** Locks the rehearsals of an instance, so that there is one at a time, and older parts are leftovers. */
async function lockRehearsal(target: Target, values: CleanValues, app: App): Promise<void> {
  if (isDry(values)) return;
  const { rehearsalLock } = await import("../../../run/lock/names.ts");
  await app.lock([await rehearsalLock(refOf(target.instance))], { command: "rehearse", seconds: 0 });
}

/** Looks at the instance once what an earlier rehearsal has left is gone; a dry run only supposes that it is. */
async function swept(stage: Stage, target: Target, values: RehearseValues, app: App): Promise<World> {
  const seen = await observed([sourceTarget(stage)], app);
  if (!await sweep(target, seen, values, app)) return seen;
  if (!isDry(values)) return await observed([sourceTarget(stage)], app);
  const { unfrozen } = await import("../../../plan/rehearse/clean.ts");
  return unfrozen(seen, refOf(target.instance));
}

function instanceOf(target: Target, world: World): InstanceInfo {
  const { project, name } = target.instance;
  const info = world.instances.get(objectKey(project, name));
  if (!info) throw noInstance({ project, name }, { advice: ["Only what is there can be rehearsed with"] });
  refuseFrozen(info, "rehearse with");
  if (info.status !== "Running" && info.status !== "Stopped") {
    throw refuse(`Cannot rehearse with instance "${name}"`, `it is ${info.status.toLowerCase()}`, [
      `Start or stop it first: lxops start ${name}`,
    ]);
  }
  return info;
}

/** Returns what a rebuild of the instance would lose; `undefined` where it does not tell. */
async function lossOf(target: Target, info: InstanceInfo, world: World, app: App): Promise<Lost | undefined> {
  const { lostIn } = await import("../instances/loss.ts");
  try {
    return await lostIn(target, info, world, await app.server());
  } catch (error) {
    if (!(error instanceof LxopsError) || error instanceof InterruptedError) throw error;
    app.complain(printable(`note: it is not known which files a rebuild would lose: ${error.message}`));
    return undefined;
  }
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

/** Tries again where a daemon could not make a network: it stumbles over interfaces of others that go meanwhile. */
async function untilNetwork(act: () => Promise<Carried>, clean: () => Promise<void>): Promise<Carried> {
  let done = await act();
  for (const pause of AGAIN_MS) {
    const { effect } = done.failed ?? {};
    if (effect?.kind !== "send" || !effect.path.startsWith(apiPath(["networks"]))) break;
    await clean();
    await new Promise((resolve) => setTimeout(resolve, pause));
    done = await act();
  }
  return done;
}
