/**
 * Plans `snapshot`: all of an instance's filesystems that are not transient, as they are at one moment.
 *
 * ZFS takes snapshots of all datasets at once. A plain directory is copied beside itself, and an instance that
 * runs is frozen for as long as that takes; what is copied gets its name when all of it is there. The daemon takes
 * those of volumes, one after the other, and the instance is frozen for that, too.
 *
 * @module
 */
import { refuseElsewhere } from "../checks/moved_devices.ts";
import { type LxopsError, refuse, StateError } from "../../base/errors.ts";
import type { InstanceRef } from "../../ports/mod.ts";
import type { InstancePlan, Step } from "../../step/step.ts";
import { copyDirectory, copyWithout, directorySnapshot, moveDirectory, partialOf } from "../commands/copy.ts";
import { checkSnapshotName, type DataSet, dataSet } from "../storage/selection.ts";
import type { LocatedFilesystem } from "../storage/kinds/kind.ts";
import { removeDirectory } from "../commands/host.ts";
import { createSnapshot, deleteSnapshot, patchInstance } from "../requests/instances.ts";
import { FROZEN_MARK, SNAPSHOT_MARK } from "../runs.ts";
import { existingParts, removeParts, type SnapshotParts } from "./snapshot_parts.ts";
import { standStill, writers } from "../storage/freeze.ts";
import { mountedBelow } from "../storage/kinds/nested_datasets.ts";
import { realPath } from "../tree/paths.ts";
import { createVolumeSnapshot, deleteVolumeSnapshot } from "../requests/volumes.ts";
import { volumeKey } from "../storage/kinds/volumes.ts";
import { named, objectKey, type PlanOptions, refOf, type Target, type World } from "../world.ts";
import { zfsDestroySnapshot, zfsSnapshot } from "../commands/zfs.ts";

/** What the command line asks of a snapshot. */
export interface SnapshotOptions extends PlanOptions {
  readonly snapshot: string;
  /** Also of the instance's root filesystem and configuration, by the daemon. */
  readonly withInstance: boolean;
  /** Destroy the snapshot instead. */
  readonly destroy: boolean;
  /** Destroy the datasets that were cloned from it as well. */
  readonly clones: boolean;
}

/** Paths that a plan about a snapshot needs to know of. */
export function snapshotPaths(target: Target, snapshot: string): readonly string[] {
  return target.instance.filesystems.flatMap(({ kind, path }) => {
    const copy = directorySnapshot(path, snapshot);
    return kind === "directory" ? [copy, partialOf(copy)] : [];
  });
}

/** Plans snapshots, or their destruction. */
export function planSnapshot(target: Target, world: World, options: SnapshotOptions): InstancePlan {
  checkSnapshotName(options.snapshot);
  const { instance } = target;
  if (options.withInstance && !world.instances.has(objectKey(instance.project, instance.name))) {
    throw new StateError(`There is no instance "${instance.name}" for -c`, { kind: "missing" });
  }
  refuseElsewhere(target, world, options.destroy ? "destroy a snapshot of" : "take a snapshot of");
  const data = dataSet(target, world);
  return options.destroy
    ? planDestroySnapshot(target, data, world, options)
    : planTake(target, data, world, options);
}

function planTake(target: Target, data: DataSet, world: World, options: SnapshotOptions): InstancePlan {
  const { instance } = target;
  const { snapshot } = options;
  const ref = refOf(instance);
  const zfs = [...data.zfs, ...data.below];
  const count = zfs.length + data.dirs.length + data.volumes.length + (options.withInstance ? 1 : 0);
  if (count === 0) {
    throw new StateError(`There is nothing of instance "${instance.name}" to take a snapshot of`, {
      kind: "missing",
      advice: [
        "It has no filesystem that exists and is not transient; -c takes a snapshot of the instance itself",
      ],
    });
  }
  const action = `take a snapshot of "${instance.name}"`;
  const there = existingParts(target, data, world, options);
  const found = there.zfs.length + there.dirs.length + there.volumes.length + (there.instance ? 1 : 0);
  // All is there; but a run that was cut off may have left the instance frozen.
  const left = standStill(world, [], [ref], action).after;
  if (found === count && left.length > 0) return { instance: ref, steps: left };
  const cutOff = found > 0 && wasCutOff(target, data, world, snapshot);
  if (found > 0 && !cutOff) throw taken(instance.name, there, found < count, snapshot);
  const several = zfs.length > 1 && !world.zfsTakesSeveral;
  const directories = [...data.dirs, ...(several ? zfs : [])].map(({ directory }) => directory);
  const volumes = data.volumes.map((volume) => volumeKey(world, volume.ref));
  // One that is not frozen has a note, too, where a run can be cut off between two parts of a snapshot.
  const groups = zfsGroups(zfs, snapshot, several);
  const parts = data.dirs.length + data.volumes.length + groups.length + (options.withInstance ? 1 : 0);
  const notes = parts > 1 ? { [SNAPSHOT_MARK]: snapshotNote(snapshot, world) } : {};
  const still = standStill(world, [...directories, ...volumes], [ref], action, notes);
  const noting = still.before.length > 0 ? { before: [], after: [] } : noteSteps(ref, notes, world);
  const steps: Step[] = [...still.before, ...noting.before];
  if (cutOff) steps.push(...removeParts(ref, there, snapshot, "which a run that was cut off has taken"));
  if (options.withInstance) {
    steps.push({
      title: `Take snapshot ${snapshot} of instance ${instance.name}`,
      effect: { kind: "send", ...createSnapshot(ref, snapshot) },
      undo: { kind: "send", ...deleteSnapshot(ref, snapshot) },
    });
  }
  const seen = new Set(zfs.map(({ path }) => path));
  const without = new Map(
    [...zfs, ...data.dirs].map((one) => [one.path, mountedBelow(one, world, seen)]),
  );
  steps.push(
    ...data.dirs.flatMap((one) => copyStep(one, snapshot, without.get(one.path) ?? [], world)),
  );
  steps.push(...data.volumes.map((volume): Step => ({
    title: `Take snapshot ${volume.path}@${snapshot}`,
    effect: { kind: "send", ...createVolumeSnapshot(volume.ref, snapshot) },
    undo: { kind: "send", ...deleteVolumeSnapshot(volume.ref, snapshot) },
  })));
  steps.push(...groups.map((group): Step => ({
    title: `Take snapshot${group.length === 1 ? "" : "s"} ${group.join(", ")}`,
    effect: { kind: "run", ...zfsSnapshot(group) },
    // Those of a group were taken all at once, and nothing that could fail for good comes behind them.
    ...(group.length === 1 ? { undo: { kind: "run" as const, ...zfsDestroySnapshot(group[0]!) } } : {}),
  })));
  steps.push(...data.dirs.map(({ path }): Step => {
    const copy = directorySnapshot(path, snapshot);
    return {
      title: `Give snapshot ${copy} its name`,
      effect: { kind: "run", ...moveDirectory(partialOf(copy), copy) },
      undo: { kind: "run", ...moveDirectory(copy, partialOf(copy)) },
    };
  }));
  steps.push(...still.after, ...noting.after);
  const others = writers(world, volumes).filter((info) =>
    objectKey(info.project, info.name) !== objectKey(ref.project, ref.name)
  );
  const said = [
    ...[...data.missing, ...data.missingVolumes].map(({ path }) =>
      `"${path}" does not exist and has no snapshot`
    ),
    ...[...new Set([...without.values()].flat())].map((path) =>
      `Something is mounted at "${path}": the snapshot has the directory, and nothing of what is in it`
    ),
    ...others.map((info) =>
      `Instance ${named(info, ref.project)} goes on with a volume of which a snapshot is taken`
    ),
  ];
  return { instance: ref, steps, notes: said, atomic: true };
}

/** Snapshots of datasets, those together that zfs takes at once. */
function zfsGroups(
  zfs: readonly { readonly path: string }[],
  snapshot: string,
  several: boolean,
): readonly (readonly string[])[] {
  const names = zfs.map(({ path }) => `${path}@${snapshot}`);
  return several ? names.map((name) => [name]) : names.length > 0 ? [names] : [];
}

function snapshotNote(snapshot: string, { thisRun }: World): string {
  return thisRun === undefined ? snapshot : `${snapshot} ${thisRun}`;
}

/** Steps that note a snapshot on an instance that need not be frozen for it. */
function noteSteps(ref: InstanceRef, notes: Readonly<Record<string, string>>, world: World) {
  if (Object.keys(notes).length === 0 || !world.instances.has(objectKey(ref.project, ref.name))) {
    return { before: [], after: [] };
  }
  const opens = { kind: "snapshot-note", ...ref } as const;
  const forget = { kind: "send" as const, ...patchInstance(ref, { config: { [SNAPSHOT_MARK]: "" } }) };
  return {
    before: [{
      title: `Remember that a snapshot of instance ${ref.name} is being taken`,
      effect: { kind: "send" as const, ...patchInstance(ref, { config: notes }) },
      undo: forget,
      opens,
    }],
    after: [{ title: `Forget that a snapshot was being taken`, effect: forget, closes: opens }],
  };
}

/**
 * Whether a run that was cut off took what there is of a snapshot: it began with nothing of it there. That is noted
 * on the instance; where there is none, or an older version did it, an unfinished copy tells.
 */
function wasCutOff(target: Target, data: DataSet, world: World, snapshot: string): boolean {
  const info = world.instances.get(objectKey(target.instance.project, target.instance.name));
  const note = info?.config[SNAPSHOT_MARK];
  if (note) return note.split(" ")[0] === snapshot;
  const partial = data.dirs.some(({ path }) => world.paths.get(partialOf(directorySnapshot(path, snapshot))));
  return partial && (!info || info.config[FROZEN_MARK] !== undefined);
}

function copyStep(
  { path, directory }: LocatedFilesystem,
  snapshot: string,
  without: readonly string[],
  world: World,
): Step[] {
  const copy = without.length === 0
    ? copyDirectory(directory, partialOf(directorySnapshot(path, snapshot)))
    : copyWithout(directory, partialOf(directorySnapshot(path, snapshot)), {
      root: realPath(directory, world),
      places: without.map((place) => ({
        path: place,
        isDirectory: world.paths.get(place)?.kind !== "file" && world.paths.get(place)?.kind !== "other",
      })),
    });
  const partial = partialOf(directorySnapshot(path, snapshot));
  const remove = { kind: "run" as const, ...removeDirectory(partial) };
  return [
    ...(world.paths.get(partial) ? [{ title: `Remove the unfinished copy ${partial}`, effect: remove }] : []),
    {
      title: `Copy ${directory} to ${partial}`,
      effect: { kind: "run", ...copy },
      opens: { kind: "copy", name: partial },
      undo: remove,
      partly: true,
    },
  ];
}

function taken(
  name: string,
  there: SnapshotParts,
  partly: boolean,
  snapshot: string,
): LxopsError {
  const names = [
    ...there.zfs.map(({ path }) => `"${path}@${snapshot}"`),
    ...there.dirs.map(({ path }) => `"${directorySnapshot(path, snapshot)}"`),
    ...there.volumes.map(({ path }) => `"${path}@${snapshot}"`),
    ...(there.instance ? [`"${name}/${snapshot}"`] : []),
  ];
  const advice = partly
    ? ["An earlier run may have been cut off; -d with the same name takes away what it left"]
    : [];
  return refuse(
    `Snapshot "${snapshot}" of instance "${name}" exists`,
    names.join(", "),
    advice,
    "exists",
  );
}

function planDestroySnapshot(
  target: Target,
  data: DataSet,
  world: World,
  options: SnapshotOptions,
): InstancePlan {
  const { instance } = target;
  const { snapshot } = options;
  const ref = refOf(instance);
  const there = existingParts(target, data, world, options);
  const partials = data.dirs.map(({ path }) => partialOf(directorySnapshot(path, snapshot)))
    .filter((path) => world.paths.get(path));
  const names = there.zfs.map(({ path }) => `${path}@${snapshot}`);
  if (names.length + there.dirs.length + there.volumes.length + partials.length === 0 && !there.instance) {
    throw new StateError(`There is no snapshot "${snapshot}" of instance "${instance.name}"`, {
      kind: "missing",
    });
  }
  // One that was frozen for a snapshot that was cut off goes on.
  const still = standStill(world, [], [ref], `destroy a snapshot of "${instance.name}"`);
  const clones = [...world.datasets.values()].filter(({ origin }) => origin && names.includes(origin));
  if (clones.length > 0 && !options.clones) {
    const list = clones.map(({ name, origin }) => `"${name}" of "${origin}"`).join(", ");
    throw refuse(`Cannot destroy snapshot "${snapshot}"`, `there are clones, ${list}`, [
      "To destroy the clones too, with all that is in them, add -R",
    ]);
  }
  const steps: Step[] = [
    ...removeParts(ref, there, snapshot, "", clones),
    ...partials.map((path): Step => ({
      title: `Remove snapshot ${path}`,
      effect: { kind: "run", ...removeDirectory(path) },
    })),
    ...still.after,
  ];
  const notes = clones.map(({ name, used }) => `dataset ${name} is a clone, and goes too (${used ?? "?"})`);
  return { instance: ref, steps, notes };
}
