/**
 * Plans `copy-filesystems`: a snapshot of an instance's filesystems is copied to those of another instance, on this
 * machine or on one behind ssh.
 *
 * Datasets are received first, each completely or not at all. Directories are copied beside their places, and get their
 * names when all of them are complete. So the same command continues a run that was cut off at any step.
 *
 * @module
 */
import { refuseElsewhere } from "../../checks/moved_devices.ts";
import { ConfigError, refuse } from "../../../base/errors.ts";
import type { InstanceFilesystem } from "../../../instance/instance.ts";
import type { Machine, Ssh } from "../../../ports/machine.ts";
import type { InstancePlan } from "../../../step/step.ts";
import { directorySnapshot } from "../../commands/copy.ts";
import type { Copy, HostFilesystem, Pair, Side } from "../kinds/copy_sides.ts";
import { HOST_DATA } from "../kinds/mod.ts";
import { type CopyRemote, takeSnapshot } from "./snapshot.ts";
import { checkSnapshotName } from "../../storage/selection.ts";
import { locate } from "../../storage/layout.ts";
import { otherDaemonWriters, writers } from "../../storage/freeze.ts";
import { hostKindNames, isHostKind, KINDS } from "../../storage/kinds/mod.ts";
import { NAME_THEM, namesOf } from "../../storage/kinds/nested_datasets.ts";
import { named, type PlanOptions, problem, refOf, type Target, type World } from "../../world.ts";

/** Options of a copy. */
export interface CopyOptions extends PlanOptions {
  /** The same configuration as that of the instance that is copied from, and of the one that is copied to. */
  readonly from: Target;
  readonly to: Target;
  /** The other machine, where one of both is not on this one; one of both at most. */
  readonly fromSsh?: Ssh;
  readonly toSsh?: Ssh;
  readonly snapshot: string;
  /** Takes the snapshot first. */
  readonly take: boolean;
  readonly overwrite: boolean;
  /** The lxops that takes a snapshot on another machine. */
  readonly remote: CopyRemote;
}

/** Returns the filesystems of hosts that are to be copied, whether or not they exist. */
export function copyPairs(from: Target, to: Target): readonly Pair[] {
  return allPairs(from, to).flatMap((pair) =>
    isOnHost(pair.from) && isOnHost(pair.to) ? [{ from: pair.from, to: pair.to }] : []
  );
}

function isOnHost(filesystem: InstanceFilesystem): filesystem is HostFilesystem {
  return isHostKind(filesystem.kind);
}

function allPairs(from: Target, to: Target) {
  const byId = new Map(to.instance.filesystems.map((one) => [one.id, one]));
  return from.instance.filesystems.filter(({ transient }) => !transient).flatMap((one) => {
    const other = byId.get(one.id);
    return other ? [{ from: one, to: other }] : [];
  });
}

/** Notes the filesystems of a daemon, which no host can send. */
function volumeNotes(from: Target, to: Target): string[] {
  return allPairs(from, to).flatMap((pair) => {
    const volume = [pair.from, pair.to].find((one) => !isOnHost(one));
    return volume
      ? [`"${volume.path}" is a volume of a daemon, and is left out; export and import carry volumes`]
      : [];
  });
}

/** Returns paths of both ends that a plan needs to know. */
export function copyPaths(from: Target, to: Target, snapshot: string): { from: string[]; to: string[] } {
  const paths = copyPairs(from, to).map((pair) => HOST_DATA[pair.from.kind].copy.paths(pair, snapshot));
  return { from: paths.flatMap((one) => one.from), to: paths.flatMap((one) => one.to) };
}

/** Plans a copy; the target is the instance of this machine. */
export function planCopy(target: Target, world: World, options: CopyOptions): InstancePlan {
  const { snapshot, take, overwrite } = options;
  checkSnapshotName(snapshot);
  const copy: Copy = { ...sidesOf(world, options), snapshot, take, overwrite };
  const { from, to } = copy;
  const title = `copy filesystems of "${from.target.instance.name}"${from.where} to ` +
    `"${to.target.instance.name}"${to.where}`;
  const cannot = `Cannot ${title}`;
  if (!from.ssh) refuseElsewhere(from.target, world, "copy filesystems of");
  if (!to.ssh) refuseElsewhere(to.target, world, "copy filesystems to");
  const all = copyPairs(from.target, to.target);
  const same = all.find((pair) => !from.ssh && !to.ssh && pair.from.path === pair.to.path);
  if (same) throw refuse(cannot, [`"${same.from.path}" would be copied to itself`]);
  const volumes = volumeNotes(from.target, to.target);
  if (all.length === 0 && volumes.length > 0) {
    throw refuse(cannot, ["all of its filesystems are volumes of the daemon, which are not copied so"], [
      "To carry volumes to another machine: lxops export -d DIRECTORY there, and lxops import -d DIRECTORY here",
      "Between daemons that one client knows: incus storage volume copy, or lxc storage volume copy",
    ]);
  }
  const { pairs, notes: missing } = existing(all, copy, cannot);
  const notes = [...missing, ...volumes];
  const below = pairs.flatMap((pair) =>
    KINDS[pair.from.kind].nested(from.target, pair.from.path, from.machine.datasets)
  );
  if (below.length > 0) {
    throw refuse(cannot, [
      `datasets that lie in another one are not sent with it, and there is ${namesOf(below)}${from.where}`,
    ], [
      NAME_THEM,
    ]);
  }
  const directories = directoriesOf(to, pairs);
  const busy = to.ssh ? [] : [...writers(world, directories), ...otherDaemonWriters(world, directories)];
  if (busy.length > 0) {
    throw refuse(cannot, [
      `instance ${
        busy.map((info) => named(info, to.target.instance.project)).join(", ")
      } runs with its devices`,
    ]);
  }
  const parts = hostKindNames().map((name) =>
    HOST_DATA[name].copy.copy(pairs.filter((pair) => pair.from.kind === name), copy)
  );
  const refusals = parts.flatMap((part) => part.refusals);
  if (refusals.length > 0) {
    throw refuse(cannot, refusals, [
      ...(overwrite ? [] : [
        `To lose what was written${to.where} since the newest common snapshot, and all in directories there, add --overwrite`,
      ]),
      ...(take ? ["To continue a run that was cut off, add -s with the name of its snapshot"] : []),
    ], parts.every((part) => part.exists || part.refusals.length === 0) ? "exists" : "state");
  }
  const taken = take ? takeSnapshot(pairs, copy, world, options) : { steps: [], notes: [] };
  return {
    instance: refOf(target.instance),
    steps: [...taken.steps, ...parts.flatMap(({ steps }) => steps)],
    notes: [
      ...notes,
      ...taken.notes,
      ...(take ? [`Snapshot ${snapshot} is copied; a run that is cut off goes on with -s ${snapshot}`] : []),
      ...parts.flatMap((part) => part.notes),
      ...(to.ssh && pairs.some((pair) => isThere(pair.to, to.machine))
        ? [`whether an instance runs with them${to.where} is not known; stop it there first`]
        : []),
    ],
    atomic: true,
  };
}

function sidesOf(world: World, options: CopyOptions): { from: Side; to: Side } {
  const { here, there } = world.machines!;
  const side = (target: Target, ssh: Ssh | undefined): Side =>
    ssh ? { target, machine: there!, ssh, where: ` on "${ssh.host}"` } : { target, machine: here, where: "" };
  return { from: side(options.from, options.fromSsh), to: side(options.to, options.toSsh) };
}

function isThere({ kind, path }: HostFilesystem, machine: Machine): boolean {
  return HOST_DATA[kind].copy.isThere(path, machine);
}

/** Finds the filesystems that exist and can be copied. */
function existing(
  all: readonly Pair[],
  { from, to, snapshot, take }: Copy,
  cannot: string,
): { pairs: readonly Pair[]; notes: readonly string[] } {
  const { paths } = from.machine;
  // The directory itself may be missing while its snapshot exists.
  const pairs = all.filter((pair) =>
    isThere(pair.from, from.machine) || paths.get(directorySnapshot(pair.from.path, snapshot)) !== undefined
  );
  if (pairs.length === 0) {
    throw refuse(
      cannot,
      [
        `it has no filesystem${from.where} that exists, is not transient, and is in both configurations`,
      ],
      [],
      "missing",
    );
  }
  const issues = pairs.flatMap((pair) => [
    ...unfit(pair.from, from, true),
    ...unfit(pair.to, to, false),
    ...(pair.from.kind === pair.to.kind ? [] : [problem(
      to.target,
      `filesystems.${pair.to.id}`,
      `One is a ${[pair.from.kind, pair.to.kind].sort().join(" and the other a ")}`,
    )]),
  ]);
  if (issues.length > 0) throw new ConfigError(issues);
  const lacking = take
    ? []
    : pairs.map((pair) => pair.from).filter(({ kind, path }) =>
      !HOST_DATA[kind].copy.hasSnapshot(path, snapshot, from.machine)
    );
  if (lacking.length > 0) {
    const names = lacking.map(({ path }) => `"${directorySnapshot(path, snapshot)}"`).join(", ");
    throw refuse(cannot, [`there is no snapshot ${names}${from.where}`], [
      "Without -s a snapshot is taken first",
    ], "missing");
  }
  const missing = all.filter((pair) => !pairs.includes(pair));
  return {
    pairs,
    notes: missing.map((pair) => `"${pair.from.path}"${from.where} does not exist and is left out`),
  };
}

/** Reports a filesystem that cannot be copied, or copied to. */
function unfit({ id, kind, path }: HostFilesystem, side: Side, isSource: boolean) {
  const message = HOST_DATA[kind].copy.unfit(path, side, isSource);
  return message === undefined ? [] : [problem(side.target, `filesystems.${id}`, message)];
}

/**
 * Returns the directories of the filesystems of one end.
 *
 * @throws {ConfigError} where there is no pool for a dataset, or it has no directory
 */
function directoriesOf({ target, machine, ssh }: Side, pairs: readonly Pair[]): readonly string[] {
  // The plan mounts a dataset that was received and not mounted yet.
  const mounted = [...machine.datasets].map(([name, one]) => [name, { ...one, mounted: true }] as const);
  const wanted = new Set(pairs.map((pair) => pair.to.id));
  const filesystems = target.instance.filesystems.filter(({ id }) => wanted.has(id));
  try {
    const instance = { ...target.instance, filesystems, devices: [] };
    return locate({ ...target, instance }, new Map(mounted)).filesystems.map(({ directory }) => directory);
  } catch (error) {
    if (!(error instanceof ConfigError) || !ssh) throw error;
    throw new ConfigError(
      error.issues.map((one) => ({ ...one, message: `On "${ssh.host}": ${one.message}` })),
    );
  }
}
