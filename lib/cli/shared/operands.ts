/**
 * Operands that name instances, projects and remotes: `remote:name`.
 *
 * @module
 */
import { missing, noInstance } from "../../base/missing.ts";
import { isOnHost } from "../../instance/kinds.ts";
import { CommandError, ConfigError, type StateError, UsageError } from "../../base/errors.ts";
import type { Instance } from "../../instance/instance.ts";
import { machineOf } from "../../plan/output/through_ssh.ts";
import { problem, type Target } from "../../plan/world.ts";
import type { Host, InstanceRef, ProjectInfo } from "../../ports/mod.ts";
import type { App } from "../command/app.ts";
import { errorText } from "../output/output.ts";

/** An instance at a daemon. */
export interface Place {
  /** The app of that daemon. */
  readonly app: App;
  readonly ref: InstanceRef;
}

/** Splits `remote:name` into the app of that remote and the name. */
export function remoteOf(app: App, operand: string): { readonly app: App; readonly name: string } {
  const colon = operand.indexOf(":");
  if (colon < 0) return { app, name: operand };
  if (colon === 0) throw new UsageError(`"${operand}" names no remote; the form is REMOTE:NAME`);
  return { app: app.withRemote(operand.slice(0, colon)), name: operand.slice(colon + 1) };
}

/** Returns the instance that `[remote:]name` means, in the project of a flag or in the current one. */
export async function placeOf(app: App, operand: string, project: string): Promise<Place> {
  const there = remoteOf(app, operand);
  if (there.name === "") throw new UsageError(`"${operand}" names no instance`);
  return {
    app: there.app,
    ref: { project: await projectOf(there.app, project), name: there.name },
  };
}

/** Returns the error about an instance that does not exist, with the nearest name in its project. */
export async function missingInstance(
  { app, ref }: Place,
  advice: readonly string[] = [],
): Promise<StateError> {
  // A daemon that does not list them has said already that the one is missing.
  const infos = await (await app.server()).instances(ref.project).catch(() => []);
  return noInstance(ref, { known: infos.map(({ name }) => name), advice });
}

/** Returns the project of a flag, or the client's current one; checks that it exists. */
export async function projectOf(app: App, flag: string): Promise<string> {
  const project = flag || await app.project();
  await checkProjects(app, [project]);
  return project;
}

/**
 * Checks that projects exist, because a daemon returns empty lists for unknown ones. Returns all projects if
 * they were requested.
 *
 * @throws {StateError} that names the projects that there are
 */
export async function checkProjects(
  app: App,
  projects: readonly string[],
): Promise<readonly ProjectInfo[]> {
  const named = projects.filter((project) => project !== "default" && project !== "");
  if (named.length === 0) return [];
  const there = await (await app.server()).projects();
  const known = there.map(({ name }) => name);
  const absent = named.find((project) => !known.includes(project));
  if (absent === undefined) return there;
  const advice = [`Projects that you may use: ${[...known].sort().join(", ") || "none"}`];
  throw missing("project", absent, { known, advice });
}

/**
 * Returns a host for commands that only print datasets: if ZFS fails, it prints a note and reports no datasets.
 * With `isAsked` false it never asks ZFS.
 */
export function withoutDatasets(host: Host, app: App, isAsked = true): Host {
  let told = false;
  const orNothing = <T>(ask: () => Promise<ReadonlyMap<string, T>>) => async () => {
    if (!isAsked) return new Map<string, T>();
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      if (!told) app.complain(errorText("lxops: note", error));
      told = true;
      return new Map<string, T>();
    }
  };
  return { ...host, datasets: orNothing(host.datasets), zfsSnapshots: orNothing(host.zfsSnapshots) };
}

/** Returns the host that has the directories of targets. */
export async function machineHost(targets: readonly Target[], app: App): Promise<Host> {
  const ssh = machineOf(targets);
  return ssh ? await app.remoteHost(ssh) : app.host;
}

/**
 * Checks the daemon for some targets: their projects must exist, and it must run on this machine if the command
 * uses directories of this machine. Volumes are always with the daemon.
 *
 * @throws {ConfigError} where directories of this machine are meant for a daemon on another
 */
export async function checkTargets(
  targets: readonly Target[],
  daemonOnly: boolean,
  app: App,
): Promise<readonly ProjectInfo[]> {
  if (!daemonOnly && !await app.isLocal()) {
    const needy = targets.filter(({ instance }) => !instance.host && onThisMachine(instance) !== undefined);
    if (needy.length > 0) throw new ConfigError(needy.map(directoriesElsewhere));
  }
  return await checkProjects(app, targets.map(({ instance }) => instance.project));
}

/** Returns the key of the first filesystem or device that is a directory of this machine. */
function onThisMachine({ filesystems, devices }: Instance): string | undefined {
  const filesystem = filesystems.find(isOnHost);
  const device = devices.find((one) =>
    filesystems.every((other) => isOnHost(other) || other.id !== one.filesystem)
  );
  return filesystem ? `filesystems.${filesystem.id}` : device && `devices.${device.name}`;
}

function directoriesElsewhere(target: Target) {
  return problem(
    target,
    onThisMachine(target.instance) ?? "filesystems",
    "The directories of these devices would be made on this machine, and the daemon is on another: run lxops there, " +
      "say where they are by host: ssh://USER@HOST, or make the filesystem a volume of the daemon, " +
      "volume:POOL/NAME (--unix means the daemon of this machine)",
  );
}

/** Checks the value of `--parallel`. */
export function checkParallel({ parallel }: { readonly parallel: number }): void {
  if (Number.isInteger(parallel) && parallel >= 1) return;
  throw new UsageError(`--parallel needs a whole number from 1, not "${parallel}"`);
}
