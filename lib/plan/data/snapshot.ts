/**
 * Plans `snapshot`: all of an instance's filesystems that are not transient, at one moment.
 *
 * ZFS takes snapshots of all datasets at once. A plain directory is copied beside itself, and a running instance is frozen
 * meanwhile; copies get their names when all of them are complete. The daemon takes snapshots of volumes one after the
 * other, and the instance is frozen for that, too.
 *
 * @module
 */
import { refuseElsewhere } from "../checks/moved_devices.ts";
import { type LxopsError, refuse, StateError } from "../../base/errors.ts";
import type { InstanceRef } from "../../ports/mod.ts";
import { quote } from "../../base/shell.ts";
import { run, send, sendEffect } from "../../step/build.ts";
import type { InstancePlan } from "../../step/step.ts";
import { directorySnapshot } from "../commands/copy.ts";
import { removeDirectory } from "../commands/host.ts";
import { createSnapshot, deleteSnapshot, patchInstance } from "../requests/instances.ts";
import { FROZEN_MARK, SNAPSHOT_MARK } from "../runs.ts";
import { type Freeze, freezeWriters, writers } from "../storage/freeze.ts";
import { isHostKind } from "../storage/kinds/mod.ts";
import { snapshotsBeside, users } from "../storage/usage.ts";
import { mountedBelow } from "../storage/kinds/nested_datasets.ts";
import { all, checkSnapshotName, type Filesystems, select, type Selection } from "../storage/selection.ts";
import { named, objectKey, type PlanOptions, refOf, type Target, type World } from "../world.ts";
import { forEachKind, HOST_DATA } from "./kinds/mod.ts";
import { existingParts, partNames, removeParts, type SnapshotParts } from "./snapshot_parts.ts";

/** Options of a snapshot. */
export interface SnapshotOptions extends PlanOptions {
  readonly snapshot: string;
  /** Lets the daemon take a snapshot of the instance's root filesystem and configuration, too. */
  readonly withInstance: boolean;
  /** Destroys the snapshot instead. */
  readonly destroy: boolean;
  /** Destroys also the datasets that were cloned from it. */
  readonly clones: boolean;
}

/** Returns the note about a filesystem that does not exist. */
export function missingNote({ path }: { readonly path: string }): string {
  return `"${path}" does not exist and gets no snapshot`;
}

/** Returns paths of the host that a plan about a snapshot needs to know. */
export function snapshotPaths(target: Target, snapshot: string): readonly string[] {
  return target.instance.filesystems.flatMap(({ kind, path }) =>
    isHostKind(kind) ? HOST_DATA[kind].snapshot.paths(path, snapshot) : []
  );
}

/** Plans snapshots, or their destruction. */
export function planSnapshot(target: Target, world: World, options: SnapshotOptions): InstancePlan {
  checkSnapshotName(options.snapshot);
  const { instance } = target;
  if (options.withInstance && !world.instances.has(objectKey(instance.project, instance.name))) {
    throw new StateError(`There is no instance "${instance.name}" for -c`, { kind: "missing" });
  }
  refuseElsewhere(target, world, options.destroy ? "destroy a snapshot of" : "take a snapshot of");
  const selection = select(target, world);
  return options.destroy
    ? planDestroySnapshot(target, selection, world, options)
    : planTake(target, selection, world, options);
}

function planTake(
  target: Target,
  selection: Selection,
  world: World,
  options: SnapshotOptions,
): InstancePlan {
  const { instance } = target;
  const { snapshot } = options;
  const ref = refOf(instance);
  const host = [...selection.existing.host, ...selection.nested];
  const filesystems: Filesystems = { host, daemon: selection.existing.daemon };
  const count = all(filesystems).length + (options.withInstance ? 1 : 0);
  if (count === 0) {
    throw new StateError(`There is nothing of instance "${instance.name}" to take a snapshot of`, {
      kind: "missing",
      advice: [
        "It has no filesystem that exists and is not transient; -c takes a snapshot of the instance itself",
      ],
    });
  }
  const action = `take a snapshot of "${instance.name}"`;
  const parts = existingParts(target, selection, world, options);
  const existingCount = partNames(parts, ref, snapshot).length;
  // The snapshot is complete, but an interrupted run may have left the instance frozen.
  const left = freezeWriters(world, [], { own: [ref], action }).after;
  if (existingCount === count && left.length > 0) return { instance: ref, steps: left };
  const isCutOff = existingCount > 0 && wasCutOff(target, selection, world, snapshot);
  if (existingCount > 0 && !isCutOff) throw taken(target, parts, existingCount < count, snapshot);
  const own = new Set(host.map(({ path }) => path));
  const mounted = new Map(host.map((one) => [one.path, mountedBelow(one, world, own)]));
  const takings = forEachKind(filesystems, ({ snapshot: operations }, own) => [
    operations.take(own, snapshot, world, { mounted }),
  ]);
  const places = takings.flatMap(({ frozen }) => frozen);
  // An instance that is not frozen is also marked, where a run can be interrupted between two parts of a snapshot.
  const steps = takings.reduce((sum, { parts }) => sum + parts, options.withInstance ? 1 : 0);
  const notes = steps > 1 ? { [SNAPSHOT_MARK]: snapshotNote(snapshot, world) } : {};
  const freeze = freezeWriters(world, places, { own: [ref], action, notes });
  const noting = freeze.before.length > 0 ? { before: [], after: [] } : noteSteps(ref, notes, world);
  const others = writers(world, places).filter((info) =>
    objectKey(info.project, info.name) !== objectKey(ref.project, ref.name)
  );
  return {
    instance: ref,
    steps: [
      ...freeze.before,
      ...noting.before,
      ...(isCutOff ? removeParts(ref, parts, { snapshot, reason: ", taken by an interrupted run" }) : []),
      ...(options.withInstance
        ? [send(`Take snapshot ${snapshot} of instance ${instance.name}`, createSnapshot(ref, snapshot), {
          undo: sendEffect(deleteSnapshot(ref, snapshot)),
        })]
        : []),
      ...takings.flatMap(({ prepare }) => prepare),
      // Those of datasets come last, as nothing that could fail for good may follow them.
      ...takings.toReversed().flatMap(({ change }) => change),
      ...takings.flatMap(({ finish }) => finish),
      ...freeze.after,
      ...noting.after,
    ],
    notes: [
      ...all(selection.missing).map(missingNote),
      ...[...new Set([...mounted.values()].flat())].map((path) =>
        `Something is mounted at "${path}": the snapshot has the directory without the contents of the mount`
      ),
      ...others.map((info) =>
        `Instance ${named(info, ref.project)} continues to use a volume while its snapshot is taken`
      ),
    ],
    atomic: true,
  };
}

function snapshotNote(snapshot: string, { thisRun }: World): string {
  return thisRun === undefined ? snapshot : `${snapshot} ${thisRun}`;
}

/** Plans the note of a snapshot on an instance that need not be frozen for it. */
function noteSteps(ref: InstanceRef, notes: Readonly<Record<string, string>>, world: World): Freeze {
  if (Object.keys(notes).length === 0 || !world.instances.has(objectKey(ref.project, ref.name))) {
    return { before: [], after: [] };
  }
  const opens = { kind: "snapshot-note", ...ref } as const;
  const forget = patchInstance(ref, { config: { [SNAPSHOT_MARK]: "" } });
  return {
    before: [
      send(
        `Note that a snapshot of instance ${ref.name} is being taken`,
        patchInstance(ref, { config: notes }),
        { undo: sendEffect(forget), opens },
      ),
    ],
    after: [send(`Remove the note that a snapshot was being taken`, forget, { closes: opens })],
  };
}

/**
 * Tells whether a run that was cut off took the parts of a snapshot that exist: it began when there were none. That is
 * noted on the instance; without an instance, or after an older version of lxops, an unfinished copy tells it.
 */
function wasCutOff(target: Target, { existing }: Selection, world: World, snapshot: string): boolean {
  const info = world.instances.get(objectKey(target.instance.project, target.instance.name));
  const note = info?.config[SNAPSHOT_MARK];
  if (note) return note.split(" ")[0] === snapshot;
  const unfinished = unfinishedParts(existing, world, snapshot);
  return unfinished.length > 0 && (!info || info.config[FROZEN_MARK] !== undefined);
}

function unfinishedParts(existing: Filesystems, world: World, snapshot: string): readonly string[] {
  return forEachKind(existing, (kind, own) => kind.snapshot.unfinished(own, snapshot, world));
}

function taken(
  { instance }: Target,
  parts: SnapshotParts,
  isPart: boolean,
  snapshot: string,
): LxopsError {
  const ref = refOf(instance);
  const names = partNames(parts, ref, snapshot).map((name) => `"${name}"`);
  const advice = isPart
    ? ["An earlier run may have been cut off; -d with the same name takes away what it left"]
    : [
      `To take another one, give -s another name; to list those that exist: lxops snapshot list ${
        quote(instance.file)
      }`,
    ];
  return refuse(
    `Snapshot "${snapshot}" of instance "${ref.name}" exists`,
    names.join(", "),
    advice,
    "exists",
  );
}

function planDestroySnapshot(
  target: Target,
  selection: Selection,
  world: World,
  options: SnapshotOptions,
): InstancePlan {
  const { instance } = target;
  const { snapshot } = options;
  const ref = refOf(instance);
  const parts = existingParts(target, selection, world, options);
  const unfinished = unfinishedParts(selection.existing, world, snapshot);
  const names = partNames(parts, ref, snapshot);
  if (names.length + unfinished.length === 0) {
    throw new StateError(`There is no snapshot "${snapshot}" of instance "${instance.name}"`, {
      kind: "missing",
      advice: [`To list its snapshots: lxops snapshot list ${quote(instance.file)}`],
    });
  }
  // An instance that is still frozen for an interrupted snapshot is thawed.
  const freeze = freezeWriters(world, [], {
    own: [ref],
    action: `destroy a snapshot of "${instance.name}"`,
  });
  const clones = [...world.datasets.values()].filter(({ origin }) => origin && names.includes(origin));
  if (clones.length > 0 && !options.clones) {
    const list = clones.map(({ name, origin }) => `"${name}" of "${origin}"`).join(", ");
    throw refuse(`Cannot destroy snapshot "${snapshot}"`, `there are clones, ${list}`, [
      "To destroy the clones too, with all that is in them, add -R",
    ]);
  }
  const used = parts.filesystems.host.flatMap((one) =>
    snapshotsBeside(one, world).filter(({ path }) => path === directorySnapshot(one.path, snapshot))
      .flatMap((copy) => users(target, world, copy))
  );
  if (used.length > 0) {
    throw refuse(`Cannot destroy snapshot "${snapshot}" of instance "${instance.name}"`, used, [
      "Take that device away first, and run the same command again",
    ]);
  }
  return {
    instance: ref,
    steps: [
      ...removeParts(ref, parts, { snapshot, clones }),
      ...unfinished.map((path) => run(`Remove snapshot ${path}`, removeDirectory(path))),
      ...freeze.after,
    ],
    notes: clones.map(({ name, used }) => `dataset ${name} is a clone, and goes too (${used ?? "?"})`),
  };
}
