/**
 * Plans `rollback`: all of an instance's filesystems that are not transient go back to a snapshot, or none does.
 *
 * Everything that could be in the way is looked for first, and directories are copied before the first dataset or
 * volume changes. From then on there is no way back; a run that fails or is cut off leaves the instance stopped, and the
 * same command brings it to the end.
 *
 * @module
 */
import { refuse, StateError } from "../../base/errors.ts";
import type { InstanceInfo } from "../../ports/mod.ts";
import type { InstancePlan, Step } from "../../step/step.ts";
import { copyDirectory, directorySnapshot, moveDirectory, partialOf } from "../commands/copy.ts";
import { checkSnapshotName, type DataSet, dataSet } from "../storage/selection.ts";
import { downtime } from "../instance/downtime.ts";
import type { LocatedFilesystem } from "../storage/kinds/kind.ts";
import { removeDirectory } from "../commands/host.ts";
import { refuseElsewhere } from "../checks/moved_devices.ts";
import { ownInstance } from "../instance/ownership.ts";
import { patchInstance, restoreInstance } from "../requests/instances.ts";
import { newerVolumeSnapshots, restoreVolumeSteps } from "./kinds/restore_volumes.ts";
import { FROZEN_MARK, SNAPSHOT_MARK } from "../runs.ts";
import { snapshotPaths } from "./snapshot.ts";
import { siblingWriters, writers } from "../storage/freeze.ts";
import { named, objectKey, type PlanOptions, refOf, type Target, type World } from "../world.ts";
import { runningWith, type TargetVolume } from "../storage/kinds/volumes.ts";
import { DATASET_BUSY, zfsRollback } from "../commands/zfs.ts";

/** What the command line asks of a rollback. */
export interface RollbackOptions extends PlanOptions {
  readonly snapshot: string;
  /** The daemon restores the instance's root filesystem and configuration as well. */
  readonly withInstance: boolean;
  /** Destroy snapshots of datasets that were taken later; ZFS cannot go back without that. */
  readonly destroyNewer: boolean;
}

/** Where a directory is while what replaces it takes its name. */
function replaced(directory: string): string {
  return `${directory}.lxops-replaced`;
}

/** Paths that a plan needs to know of. */
export function rollbackPaths(target: Target, snapshot: string): readonly string[] {
  const dirs = target.instance.filesystems.filter(({ kind }) => kind === "directory");
  return [
    ...snapshotPaths(target, snapshot),
    ...dirs.flatMap(({ path }) => [partialOf(path), replaced(path)]),
  ];
}

/** Plans a rollback. */
export function planRollback(target: Target, world: World, options: RollbackOptions): InstancePlan {
  checkSnapshotName(options.snapshot);
  const { instance } = target;
  const { snapshot } = options;
  const info = ownInstance(target, world, "roll back", options);
  refuseElsewhere(target, world, "roll back");
  const data = dataSet(target, world);
  // A directory that is away was left so by a run that was cut off between two renames.
  const away = data.missing.filter(({ kind, path }) =>
    kind === "directory" && world.paths.get(replaced(path))
  );
  const missing = data.missing.filter((one) => !away.includes(one));
  const dirs = [...data.dirs, ...away];
  const zfs = [...data.zfs, ...data.below];
  const withoutSnapshot = (list: readonly LocatedFilesystem[]) =>
    list.filter(({ path }) => !world.zfsSnapshots.get(path)?.some(({ name }) => name === snapshot));
  const stray = withoutSnapshot(data.below);
  const cannot = `Cannot roll back "${instance.name}"`;
  const absent = [
    ...missing.map(({ path }) => `"${path}" does not exist`),
    ...withoutSnapshot(data.zfs).map(({ path }) => `there is no snapshot "${path}@${snapshot}"`),
    ...dirs.map(({ path }) => directorySnapshot(path, snapshot))
      .filter((path) => world.paths.get(path)?.kind !== "directory").map((path) =>
        `there is no snapshot "${path}"`
      ),
    ...data.missingVolumes.map(({ path }) => `"${path}" does not exist`),
    ...data.volumes.filter(({ info }) => !info?.snapshots.some(({ name }) => name === snapshot))
      .map(({ path }) => `there is no snapshot "${path}@${snapshot}"`),
  ];
  const problems = [
    ...stray.map(({ path }) =>
      `dataset "${path}" lies in one that is rolled back, and has no snapshot "${snapshot}": it was made later, or ` +
      "left out then"
    ),
    ...instanceProblems(target, world, options),
    ...strangers(target, world, [...zfs, ...dirs], data.volumes),
  ];
  if (absent.length + problems.length > 0) {
    const advice = stray.length > 0
      ? [`To roll back without it, move it elsewhere first: zfs rename ${stray[0]!.path} NAME`]
      : [];
    throw refuse(cannot, [...absent, ...problems], advice, problems.length === 0 ? "missing" : "state");
  }
  if (data.zfs.length + dirs.length + data.volumes.length === 0 && !options.withInstance) {
    throw new StateError(`There is nothing of instance "${instance.name}" to roll back`, { kind: "missing" });
  }
  const newer = newerSnapshots(zfs, world, snapshot);
  const newerOfVolumes = data.volumes.flatMap((volume) => newerVolumeSnapshots(volume, world, snapshot));
  const all = [...newer, ...newerOfVolumes.map(({ volume, name }) => `${volume.path}@${name}`)];
  if (all.length > 0 && !options.destroyNewer) {
    throw refuse(cannot, `that destroys newer snapshots, ${all.join(", ")}`, [
      "To destroy them, add --destroy-newer",
    ]);
  }
  const clones = [...world.datasets.values()].filter(({ origin }) => origin && newer.includes(origin));
  if (clones.length > 0) {
    throw refuse(
      cannot,
      clones.map(({ name, origin }) => `dataset "${name}" is a clone of the newer snapshot "${origin}"`),
    );
  }
  return {
    instance: refOf(instance),
    steps: rollbackSteps(target, info, { ...data, zfs }, dirs, away, world, options),
    notes: all.map((name) => `snapshot ${name} is newer, and is destroyed`),
  };
}

function rollbackSteps(
  target: Target,
  info: InstanceInfo | undefined,
  { zfs, volumes }: DataSet,
  dirs: readonly LocatedFilesystem[],
  away: readonly LocatedFilesystem[],
  world: World,
  options: RollbackOptions,
): Step[] {
  const ref = refOf(target.instance);
  const { snapshot } = options;
  const pause = info ? downtime(info, options.stopSeconds, world) : { before: [], after: [] };
  const restore: Step[] = options.withInstance
    ? [{
      title: `Restore instance ${ref.name} to snapshot ${snapshot}`,
      effect: { kind: "send", ...restoreInstance(ref, snapshot) },
      commits: true,
    }, {
      // The instance's configuration is what it was while the snapshot was taken.
      title: `Forget what was noted while the snapshot was taken`,
      effect: { kind: "send", ...patchInstance(ref, { config: { [FROZEN_MARK]: "", [SNAPSHOT_MARK]: "" } }) },
    }, ...(pause.mark ? [pause.mark] : [])]
    : [];
  return [
    // The instance need not wait for these: nobody changes a snapshot.
    ...dirs.flatMap((one) => prepareDirectory(one, snapshot, away.includes(one), world)),
    ...pause.before,
    ...restore,
    ...zfs.map(({ path }): Step => ({
      title: `Roll back dataset ${path} to ${snapshot}`,
      effect: {
        kind: "run",
        ...zfsRollback(`${path}@${snapshot}`, options.destroyNewer),
        busyText: DATASET_BUSY,
      },
      commits: true,
    })),
    ...volumes.flatMap((volume) => restoreVolumeSteps(volume, world, snapshot)),
    ...dirs.flatMap(replaceDirectory),
    ...pause.after,
  ];
}

function prepareDirectory(
  { path }: LocatedFilesystem,
  snapshot: string,
  away: boolean,
  world: World,
): Step[] {
  const partial = partialOf(path);
  const remove = { kind: "run" as const, ...removeDirectory(partial) };
  return [
    ...(away
      ? [{
        title: `Bring back ${path}, which a run that was cut off left away`,
        effect: { kind: "run" as const, ...moveDirectory(replaced(path), path) },
      }]
      : world.paths.get(replaced(path))
      ? [{
        title: `Remove ${replaced(path)}, which a run that was cut off replaced`,
        effect: { kind: "run" as const, ...removeDirectory(replaced(path)) },
      }]
      : []),
    ...(world.paths.get(partial) ? [{ title: `Remove the unfinished copy ${partial}`, effect: remove }] : []),
    {
      title: `Copy ${directorySnapshot(path, snapshot)} to ${partial}`,
      effect: { kind: "run", ...copyDirectory(directorySnapshot(path, snapshot), partial) },
      opens: { kind: "copy", name: partial },
      undo: remove,
      partly: true,
    },
  ];
}

function replaceDirectory({ path }: LocatedFilesystem): Step[] {
  return [
    {
      title: `Put ${path} away`,
      effect: { kind: "run", ...moveDirectory(path, replaced(path)) },
      opens: { kind: "replacement", name: path },
      undo: { kind: "run", ...moveDirectory(replaced(path), path) },
    },
    {
      title: `Put the copy of the snapshot in its place`,
      effect: { kind: "run", ...moveDirectory(partialOf(path), path) },
      closes: { kind: "replacement", name: path },
      commits: true,
    },
    {
      title: `Remove what was in ${path} before`,
      effect: { kind: "run", ...removeDirectory(replaced(path)) },
    },
  ];
}

function instanceProblems(target: Target, world: World, options: RollbackOptions): string[] {
  if (!options.withInstance) return [];
  const key = objectKey(target.instance.project, target.instance.name);
  if (!world.instances.has(key)) return ["there is no such instance, for -c"];
  return world.snapshots.get(key)?.includes(options.snapshot)
    ? []
    : [`the instance itself has no snapshot "${options.snapshot}", for -c`];
}

/** Others that run with these directories would find them changed below them; the daemon refuses it of a volume. */
function strangers(
  target: Target,
  world: World,
  filesystems: readonly LocatedFilesystem[],
  volumes: readonly TargetVolume[],
): string[] {
  const own = objectKey(target.instance.project, target.instance.name);
  const directories = filesystems.map(({ directory }) => directory);
  return [
    ...[
      ...writers(world, directories).filter((info) => objectKey(info.project, info.name) !== own),
      ...siblingWriters(world, directories),
    ].map((info) => `instance ${named(info, target.instance.project)} runs with a device in it`),
    ...volumes.flatMap((volume) =>
      runningWith(volume, world).filter((info) => objectKey(info.project, info.name) !== own)
        .map((info) => `instance ${named(info, target.instance.project)} runs with "${volume.path}"`)
    ),
  ];
}

function newerSnapshots(zfs: readonly LocatedFilesystem[], world: World, snapshot: string): string[] {
  return zfs.flatMap(({ path }) => {
    const names = world.zfsSnapshots.get(path)?.map(({ name }) => name) ?? [];
    return names.slice(names.indexOf(snapshot) + 1).map((name) => `${path}@${name}`);
  });
}
