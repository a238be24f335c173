/**
 * The locks of commands that change instances.
 *
 * @module
 */
import { resolve } from "@std/path";
import { defaultName } from "../../../instance/patterns/default_name.ts";
import type { Target } from "../../../plan/world.ts";
import type { Source } from "../../../run/targets/options.ts";
import type { InstanceRef, ProjectInfo } from "../../../ports/mod.ts";
import type { App } from "../../command/app.ts";
import type { Place } from "../operands.ts";
import { UsageError } from "../../../base/errors.ts";

/** Values of the flags about locks. */
export interface LockValues {
  readonly "dry-run": boolean;
  readonly "lock-timeout"?: number;
  readonly "no-lock"?: boolean;
}

/** Tells whether a command locks what it changes; a dry run changes nothing. */
export function locks(values: LockValues): boolean {
  return !values["dry-run"] && values["no-lock"] !== true;
}

/** The command that locks, and the parts of a target that it changes. */
export interface LockScope {
  readonly name: string;
  /** The command leaves filesystems alone. */
  readonly daemonOnly?: boolean;
  /** Further targets that it changes. */
  readonly others?: readonly Target[];
}

/** Locks targets and the filesystems that other configurations may share with them; returns whether all were locked. */
export async function lockTargets(
  targets: readonly Target[],
  { name, daemonOnly = false, others = [] }: LockScope,
  values: LockValues,
  app: App,
  projects: readonly ProjectInfo[],
): Promise<boolean> {
  const all = [...targets, ...others];
  const { filesystemLocks, instanceLocks } = await import("../../../run/lock/names.ts");
  const wants = await Promise.all([instanceLocks(all), daemonOnly ? [] : filesystemLocks(all, projects)]);
  return await app.lock(wants.flat(), { command: name, seconds: secondsOf(values) });
}

/**
 * Tries to lock the instances that files are probably for, before the files are checked; returns those that are
 * locked, or `undefined`. The daemon then works while files are read, and whatever is asked for from now on is later
 * than the locks.
 */
export async function lockEarly(
  sources: readonly Source[],
  { name, project }: { readonly name: string; readonly project: string },
  command: string,
  app: App,
): Promise<readonly InstanceRef[] | undefined> {
  const [{ instanceLock }, refs] = await Promise.all([
    import("../../../run/lock/names.ts"),
    refsOf(sources, { name, project }, app),
  ]);
  if (refs === undefined) return undefined;
  return await app.lockEarly(await Promise.all(refs.map(instanceLock)), command) ? refs : undefined;
}

/** Words of files that may have another project or name than the command line; what else they say is no matter here. */
const OTHER_PROJECT = /project|include/;
const OTHER_NAME = /include|\b(?:name|directory)["']?\s*:/;

/** Returns the instances that files are for, where the files leave that to the command line. */
async function refsOf(
  sources: readonly Source[],
  { name, project }: { readonly name: string; readonly project: string },
  app: App,
): Promise<readonly InstanceRef[] | undefined> {
  const { host } = app;
  const current = project || await app.project() || "default";
  const refs = await Promise.all(sources.map(async (source): Promise<InstanceRef | undefined> => {
    if (typeof source !== "string") return { project: source.project || current, name: source.name };
    const text = await host.readText(resolve(host.cwd, source)).catch(() => undefined);
    if (text === undefined || project === "" && OTHER_PROJECT.test(text)) return undefined;
    if (name === "" && OTHER_NAME.test(text)) return undefined;
    return { project: current, name: name || defaultName(source, host.cwd) };
  }));
  return refs.every((one) => one !== undefined) ? refs : undefined;
}

/** Locks instances at their daemons, before anything is read of them. */
export async function lockPlaces(
  places: readonly Place[],
  command: string,
  values: LockValues,
): Promise<void> {
  if (!locks(values)) return;
  // One daemon after the other, in the same order as every run.
  for (const [, group] of [...Map.groupBy(places, ({ app }) => app.globals.remote)].sort()) {
    await lockInstances(group.map(({ ref }) => ref), command, values, group[0]!.app);
  }
}

/** Locks instances of a daemon, before anything is read of them. */
export async function lockInstances(
  refs: readonly InstanceRef[],
  command: string,
  values: LockValues,
  app: App,
): Promise<void> {
  if (!locks(values) || refs.length === 0) return;
  const { instanceLock } = await import("../../../run/lock/names.ts");
  const wants = await Promise.all(refs.map(instanceLock));
  await app.lock(wants, { command, seconds: secondsOf(values) });
}

/** Locks directories of the host, and the instances that have them, before anything in them is read. */
export async function lockDirectories(
  { directories, refs }: { readonly directories: readonly string[]; readonly refs: readonly InstanceRef[] },
  command: string,
  values: LockValues,
  app: App,
): Promise<void> {
  if (!locks(values)) return;
  const [{ directoryLock, instanceLock }, project] = await Promise.all([
    import("../../../run/lock/names.ts"),
    app.project(),
  ]);
  const wants = [...refs.map(instanceLock), ...directories.map((path) => directoryLock(path, project))];
  const how = { command, seconds: secondsOf(values) };
  await app.lock(await Promise.all(wants), how);
  const since = await app.otherRuns();
  if (since === undefined) return;
  await app.lockDirectories(directories.map((directory) => ({ directory, own: true })), { ...how, since });
}

/** Returns the time to wait for other runs. */
export function secondsOf({ "lock-timeout": seconds = 0 }: LockValues): number {
  if (seconds >= 0) return seconds;
  throw new UsageError(`--lock-timeout needs a number from 0, not "${seconds}"`);
}
