/**
 * Plans `copy-filesystems`: an instance's filesystems, as they are in a snapshot, become those of another instance,
 * on this machine or on one behind ssh.
 *
 * Datasets are received first, each whole or not at all. Directories are copied beside their places, and get their
 * names when all of them are there. So the same command goes on with a run that was cut off, wherever that was.
 *
 * @module
 */
import { refuseElsewhere } from "../../checks/moved_devices.ts";
import { ConfigError, refuse } from "../../../base/errors.ts";
import type { InstanceFilesystem } from "../../../instance/instance.ts";
import type { Machine, Ssh } from "../../../ports/machine.ts";
import type { InstancePlan, Step } from "../../../step/step.ts";
import { directorySnapshot } from "../../commands/copy.ts";
import { copyDatasets } from "../kinds/copy_datasets.ts";
import { copyDirectories, directoryPaths } from "../kinds/copy_directories.ts";
import { type CopyRemote, takeSnapshot } from "./snapshot.ts";
import { checkSnapshotName } from "../../storage/selection.ts";
import { locate } from "../../storage/layout.ts";
import { siblingWriters, writers } from "../../storage/freeze.ts";
import { KINDS } from "../../storage/kinds/mod.ts";
import { NAME_THEM, namesOf } from "../../storage/kinds/nested_datasets.ts";
import { named, type PlanOptions, problem, refOf, type Target, type World } from "../../world.ts";

/** What the command line asks of a copy. */
export interface CopyOptions extends PlanOptions {
  /** The same configuration as that of the instance that is copied from, and of the one that is copied to. */
  readonly from: Target;
  readonly to: Target;
  /** Where each of them is, where that is not this machine; one of both at most. */
  readonly fromSsh?: Ssh;
  readonly toSsh?: Ssh;
  readonly snapshot: string;
  /** The snapshot is to be taken first. */
  readonly take: boolean;
  readonly overwrite: boolean;
  /** How lxops takes a snapshot on another machine. */
  readonly remote: CopyRemote;
}

/** One end of a copy. */
export interface Side {
  readonly target: Target;
  readonly machine: Machine;
  readonly ssh?: Ssh;
  /** ` on "host"`, or nothing on this machine. */
  readonly where: string;
}

/** A filesystem that is copied, at both ends. */
export interface Pair {
  readonly from: InstanceFilesystem;
  readonly to: InstanceFilesystem;
}

/** A copy, as its parts need to know of it. */
export interface Copy {
  readonly from: Side;
  readonly to: Side;
  readonly snapshot: string;
  readonly take: boolean;
  readonly overwrite: boolean;
}

/** Steps of a part of a copy, or why it must not be. */
export interface CopyPart {
  readonly steps: readonly Step[];
  readonly notes: readonly string[];
  readonly refusals: readonly string[];
}

/** Filesystems of hosts that are to be copied, whether or not they are there. */
export function copyPairs(from: Target, to: Target): readonly Pair[] {
  return allPairs(from, to).filter((pair) => !pair.from.volume && !pair.to.volume);
}

function allPairs(from: Target, to: Target): readonly Pair[] {
  const byId = new Map(to.instance.filesystems.map((one) => [one.id, one]));
  return from.instance.filesystems.filter(({ transient }) => !transient).flatMap((one) => {
    const other = byId.get(one.id);
    return other ? [{ from: one, to: other }] : [];
  });
}

/** What belongs to a daemon is nothing that the host could send. */
function volumeNotes(from: Target, to: Target): string[] {
  return allPairs(from, to).flatMap((pair) => {
    const volume = [pair.from, pair.to].find((one) => one.volume);
    return volume
      ? [`"${volume.path}" is a volume of a daemon, and is left out; export and import carry volumes`]
      : [];
  });
}

/** Paths of both ends that a plan needs to know of. */
export function copyPaths(from: Target, to: Target, snapshot: string): { from: string[]; to: string[] } {
  const dirs = copyPairs(from, to).filter((pair) => pair.from.kind === "directory");
  return {
    from: dirs.flatMap((pair) => [pair.from.path, directorySnapshot(pair.from.path, snapshot)]),
    to: dirs.flatMap((pair) => directoryPaths(pair.to.path, snapshot)),
  };
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
  const busy = to.ssh ? [] : [...writers(world, directories), ...siblingWriters(world, directories)];
  if (busy.length > 0) {
    throw refuse(cannot, [
      `instance ${
        busy.map((info) => named(info, to.target.instance.project)).join(", ")
      } runs with its devices`,
    ]);
  }
  const zfs = copyDatasets(pairs.filter((pair) => pair.from.kind === "dataset"), copy);
  const dirs = copyDirectories(pairs.filter((pair) => pair.from.kind === "directory"), copy);
  const refusals = [...zfs.refusals, ...dirs.refusals];
  if (refusals.length > 0) {
    throw refuse(cannot, refusals, [
      ...(overwrite ? [] : [
        `To lose what was written${to.where} since the newest common snapshot, and all in directories there, add --overwrite`,
      ]),
      ...(take ? ["To go on with a run that was cut off, add -s with the name of its snapshot"] : []),
    ]);
  }
  const taken = take ? takeSnapshot(pairs, copy, world, options) : { steps: [], notes: [] };
  return {
    instance: refOf(target.instance),
    steps: [...taken.steps, ...zfs.steps, ...dirs.steps],
    notes: [
      ...notes,
      ...taken.notes,
      ...(take ? [`Snapshot ${snapshot} is copied; a run that is cut off goes on with -s ${snapshot}`] : []),
      ...zfs.notes,
      ...dirs.notes,
      ...(to.ssh && pairs.some((pair) => isIn(to.machine, pair.to))
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

function isIn({ datasets, paths }: Machine, { kind, path }: InstanceFilesystem): boolean {
  return kind === "dataset" ? datasets.has(path) : paths.get(path) !== undefined;
}

/** The filesystems that are there to be copied. */
function existing(
  all: readonly Pair[],
  { from, to, snapshot, take }: Copy,
  cannot: string,
): { pairs: readonly Pair[]; notes: readonly string[] } {
  const { paths, snapshots } = from.machine;
  // The directory itself may be gone, while its snapshot is not.
  const pairs = all.filter((pair) =>
    isIn(from.machine, pair.from) || paths.get(directorySnapshot(pair.from.path, snapshot)) !== undefined
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
    ...(pair.from.kind === pair.to.kind
      ? []
      : [problem(to.target, `filesystems.${pair.to.id}`, "One is a dataset and the other a directory")]),
  ]);
  if (issues.length > 0) throw new ConfigError(issues);
  const lacking = take
    ? []
    : pairs.map((pair) => pair.from).filter(({ kind, path }) =>
      kind === "dataset"
        ? !snapshots.get(path)?.some(({ name }) => name === snapshot)
        : paths.get(directorySnapshot(path, snapshot)) !== "directory"
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

/** What a filesystem is that cannot be copied, or copied to. */
function unfit({ id, kind, path }: InstanceFilesystem, side: Side, source: boolean) {
  const { datasets, paths } = side.machine;
  const tell = (message: string) => [problem(side.target, `filesystems.${id}`, message)];
  const dataset = kind === "dataset" ? datasets.get(path) : undefined;
  if (dataset?.volume) return tell(`Dataset "${path}"${side.where} is a volume, not a filesystem`);
  if (source && dataset?.unfinished) {
    return tell(`Dataset "${path}"${side.where} is not finished: an earlier run was cut off`);
  }
  const found = kind === "directory" ? paths.get(path) : undefined;
  if (found && found !== "directory") return tell(`"${path}"${side.where} is a ${found}, not a directory`);
  return [];
}

/**
 * Directories of the filesystems of one end.
 *
 * @throws {ConfigError} where there is no pool for a dataset, or it has no directory
 */
function directoriesOf({ target, machine, ssh }: Side, pairs: readonly Pair[]): readonly string[] {
  // One that was received and not mounted yet is mounted by the plan.
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
