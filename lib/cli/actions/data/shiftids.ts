/**
 * The command `shiftids`.
 *
 * @module
 */
import { EXIT, refuse, ServerError, UsageError } from "../../../base/errors.ts";
import { isWithin } from "../../../base/within.ts";
import { planShiftIds, refuseShift, shiftNote, walkStep } from "../../../plan/data/shiftids.ts";
import { lookAtTrees } from "../../../plan/tree/look.ts";
import { objectKey } from "../../../plan/world.ts";
import type { InstanceInfo } from "../../../ports/mod.ts";
import type { Step } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { applySteps } from "../../shared/apply_steps.ts";
import { lockDirectories, type LockValues } from "../../shared/lifecycle/lock.ts";

interface Values extends LockValues {
  readonly u: number;
  readonly g: number;
  readonly v: boolean;
}

const LARGEST_ID = 2 ** 32 - 2;

/** Runs `shiftids`. */
export async function shiftids(values: Values, directories: readonly string[], app: App): Promise<number> {
  for (const id of [values.u, values.g]) {
    if (!Number.isInteger(id) || id < 0 || id > LARGEST_ID) throw new UsageError(`Invalid id "${id}"`);
  }
  if (!app.host.isRoot) {
    throw refuse("Cannot shift ids", "only root can read all files of a directory and change their owners", [
      "Run lxops with sudo",
    ]);
  }
  const real = await Promise.all(directories.map((path) => realDirectory(path, app)));
  const before = await instancesOf(app);
  const users = before.instances.filter((info) => has(info, real));
  // Without a daemon, there is no place for locks.
  if (before.problem === undefined) {
    await lockDirectories({ directories: real, refs: users }, "shiftids", values, app);
  }
  const [{ instances, problem }, otherDaemon, mounts] = await Promise.all([
    users.length > 0 ? instancesOf(app) : before,
    app.otherDaemonInstances(),
    app.host.mounts(),
  ]);
  const world = {
    instances: new Map(instances.map((one) => [objectKey(one.project, one.name), one])),
    otherDaemon,
  };
  const around = { backend: app.backend, datasets: new Map(), mounts };
  const looked = (directory: string, steps: readonly Step[]) =>
    lookAtTrees({ instance: { project: "", name: directory }, steps }, [], around, "shift ids in").steps;
  const steps: Step[] = [];
  const unknown = [
    ...(problem === undefined ? [] : [`${app.backend.title} cannot be asked (${problem})`]),
    ...(otherDaemon.problem === undefined
      ? []
      : [`${otherDaemon.title} cannot be asked (${otherDaemon.problem})`]),
  ];
  for (const directory of real) {
    refuseShift(directory, world);
    if (unknown.length > 0) await askKernel(directory, unknown.join(", "), app);
    // Check before any program reads the tree.
    looked(directory, [walkStep(directory)]);
  }
  for (const directory of real) {
    const [tree, note] = await Promise.all([app.host.tree(directory), readNote(directory, app)]);
    steps.push(...looked(directory, planShiftIds(tree, { uid: values.u, gid: values.g }, note, values.v)));
  }
  await applySteps(app, steps, { dryRun: values["dry-run"], passOutput: values.v });
  return EXIT.ok;
}

/** Returns the instances of the daemon; like the Go lxops, shiftids works without a daemon. */
async function instancesOf(
  app: App,
): Promise<{ readonly instances: readonly InstanceInfo[]; readonly problem?: string }> {
  try {
    return { instances: await (await app.server()).instances(undefined) };
  } catch (error) {
    if (!(error instanceof ServerError) || error.status !== 0) throw error;
    return { instances: [], problem: error.message };
  }
}

/** Tells whether a disk of an instance is in one of some directories, or has one in it. */
function has({ expandedDevices }: InstanceInfo, directories: readonly string[]): boolean {
  const sources = Object.values(expandedDevices).flatMap(({ type, source }) =>
    type === "disk" && source?.startsWith("/") ? [source] : []
  );
  return sources.some((source) => directories.some((one) => isWithin(source, one) || isWithin(one, source)));
}

/**
 * Checks the mounts of all processes in the kernel, as containers keep running while their daemon does not. Directories
 * that a virtual machine shares are not among them.
 */
async function askKernel(directory: string, why: string, app: App): Promise<void> {
  const pids = (await app.host.processesThatSee(directory)).map(({ pid }) => pid);
  if (pids.length > 0) {
    throw refuse(
      `Cannot shift ids in "${directory}"`,
      `a container runs that has it mounted (process ${pids.join(", ")}), and ${why}`,
      ["Stop that container first"],
    );
  }
  app.complain(
    `lxops: ${why}: no container has "${directory}" mounted; whether a virtual machine can write into it was not checked`,
  );
}

/** Resolves a directory; it must not be a symbolic link itself, but its parents may be. */
async function realDirectory(path: string, app: App): Promise<string> {
  const trimmed = path.replace(/(.)\/+$/, "$1");
  const info = await app.host.lstat(trimmed);
  if (!info) throw new UsageError(`There is no directory "${path}"`);
  if (info.kind !== "directory") throw new UsageError(`"${path}" is a ${info.kind}, not a directory`);
  const real = await app.host.realPath(trimmed) ?? trimmed;
  if (real === "/") throw new UsageError('Refusing to shift ids of "/"');
  return real;
}

/** Reads the notes of an earlier run; only those that root wrote are trusted. */
async function readNote(directory: string, app: App): Promise<string | undefined> {
  const path = shiftNote(directory);
  const info = await app.host.lstat(path);
  if (!info) return undefined;
  if (info.kind !== "file" || info.uid !== 0 || (info.mode & 0o077) !== 0) {
    throw refuse(`"${path}" is in the way`, "no earlier run of shiftids created it");
  }
  return await app.host.readText(path);
}
