/**
 * The operations of each kind of filesystem on its data: snapshots, rollbacks, archives and copies.
 *
 * @module
 */
import type { Issue } from "../../../base/errors.ts";
import type { InstanceFilesystem } from "../../../instance/instance.ts";
import type { Command } from "../../../ports/mod.ts";
import type { Machine } from "../../../ports/machine.ts";
import type { Step } from "../../../step/step.ts";
import type { LocatedFilesystem } from "../../storage/kinds/kind.ts";
import type { Target, World } from "../../world.ts";
import type { Copy, CopyPart, Pair, Side } from "./copy_sides.ts";

/** Steps in three phases: all filesystems are prepared, then all change, then all are finished. */
export interface Phases {
  readonly prepare: readonly Step[];
  readonly change: readonly Step[];
  readonly finish: readonly Step[];
}

/** Phases without steps. */
export const NO_PHASES: Phases = { prepare: [], change: [], finish: [] };

/** Steps that take snapshots of filesystems of one kind. */
export interface Taking extends Phases {
  /** Places that no instance may write to meanwhile: directories of the host, or keys of volumes. */
  readonly frozen: readonly string[];
  /** Number of steps after each of which an interrupted run has only a part of the snapshots. */
  readonly parts: number;
}

/** Places where something else is mounted, which a snapshot cannot contain, by the path of the filesystem. */
export type MountedPlaces = ReadonlyMap<string, readonly string[]>;

/** Details of how snapshots are taken. */
export interface TakeOptions {
  readonly mounted: MountedPlaces;
  /** Paths of directories whose copies share blocks with them, or fail. */
  readonly shared?: ReadonlySet<string>;
}

/** A snapshot that is to be removed. */
export interface Removal {
  readonly snapshot: string;
  /** The end of the steps' titles: why it is removed. */
  readonly reason: string;
  /** Names of the datasets that were cloned from snapshots, by the name of the snapshot; they are destroyed, too. */
  readonly clones: ReadonlyMap<string, readonly string[]>;
}

/** Operations on snapshots. */
export interface SnapshotOperations<F> {
  /** Returns paths of the host that a plan about a snapshot needs to know. */
  paths(path: string, snapshot: string): readonly string[];
  /** Tells whether a filesystem has a complete snapshot. */
  has(filesystem: F, snapshot: string, world: World): boolean;
  /** Returns those filesystems that have a snapshot, some of which may be missing by now. */
  find(existing: readonly F[], missing: readonly F[], snapshot: string, world: World): readonly F[];
  /** Returns paths of unfinished snapshots. */
  unfinished(filesystems: readonly F[], snapshot: string, world: World): readonly string[];
  /** Plans snapshots of all filesystems of the kind. */
  take(filesystems: readonly F[], snapshot: string, world: World, options: TakeOptions): Taking;
  /** Plans the removal of snapshots. */
  remove(filesystems: readonly F[], removal: Removal): readonly Step[];
}

/** The snapshot of a rollback. */
export interface RollbackTo {
  readonly snapshot: string;
  /** True where newer snapshots may be destroyed. */
  readonly destroyNewer: boolean;
}

/** The part of a world with the leftovers of an interrupted run; empty where there are none. */
export type Left = Pick<World, "directorySnapshots" | "paths"> | undefined;

/** Operations that put filesystems back to a snapshot. */
export interface RollbackOperations<F> {
  /** Returns paths of the host that a plan needs to know. */
  paths(path: string): readonly string[];
  /** Returns those missing filesystems that an interrupted run moved away. */
  movedAway(missing: readonly F[], world: World): readonly F[];
  /** Returns the snapshots that must be destroyed first, as `PATH@NAME`. */
  newer(filesystem: F, snapshot: string, world: World): readonly string[];
  /** Plans the rollback of all filesystems of the kind. */
  steps(filesystems: readonly F[], to: RollbackTo, world: World): Phases;
  /** Plans that filesystems go back to a snapshot without destroying newer ones; that of a directory becomes it. */
  giveBack(filesystems: readonly F[], snapshot: string, left: Left): readonly Step[];
}

/** Options of an archive. */
export interface Packing {
  /** Path of the archive. */
  readonly archive: string;
  /** The directory of the export. */
  readonly directory: string;
  /** Empty: the present content. */
  readonly snapshot: string;
}

/** Steps that pack a filesystem, and those that may run after the instance is thawed. */
export interface Packed {
  readonly make: readonly Step[];
  readonly fetch: readonly Step[];
}

/** Steps that unpack a filesystem, and those that give it its name once all are unpacked. */
export interface Unpacked {
  readonly make: readonly Step[];
  readonly name: readonly Step[];
}

/** Operations on archives. */
export interface ArchiveOperations<F> {
  /** The word of manifests for the kind. */
  readonly word: string;
  /** Returns paths of the host that an export of a snapshot needs to know. */
  exportPaths(path: string, snapshot: string): readonly string[];
  /** Returns paths of the host that an import needs to know. */
  importPaths(path: string): readonly string[];
  /** Plans an archive. */
  pack(filesystem: F, packing: Packing, world: World): Packed;
  /** Reports errors of the configuration that prevent the creation of a filesystem. */
  issues(filesystem: F, target: Target, world: World): readonly Issue[];
  /** Tells whether a filesystem is complete. */
  isComplete(filesystem: F): boolean;
  /** Tells whether a run that was cut off left something of an import. */
  isLeft(filesystem: F, world: World): boolean;
  /** Returns the reasons why a filesystem cannot be replaced. */
  problems(filesystem: F): readonly string[];
  /** Plans that a filesystem is created or replaced from the archive at a path. */
  unpack(filesystem: F, archive: string, target: Target, world: World): Unpacked;
  /** Plans the last steps, when all filesystems have their names. */
  finish(filesystem: F): readonly Step[];
}

/** Operations on the data of filesystems of a kind. */
export interface DataKind<F extends InstanceFilesystem> {
  /** Returns the place that no instance may write to while the data is read: a directory, or the key of a volume. */
  place(filesystem: F, world: World): string;
  readonly snapshot: SnapshotOperations<F>;
  readonly rollback: RollbackOperations<F>;
  readonly archive: ArchiveOperations<F>;
}

/** Operations that copy filesystems between machines. */
export interface CopyOperations {
  /** Tells whether a filesystem exists on a machine. */
  isThere(path: string, machine: Machine): boolean;
  /** Tells whether a filesystem has a snapshot on a machine. */
  hasSnapshot(path: string, snapshot: string, machine: Machine): boolean;
  /** Returns paths of both ends that a plan needs to know. */
  paths(pair: Pair, snapshot: string): { readonly from: readonly string[]; readonly to: readonly string[] };
  /** Returns why a filesystem cannot be copied, or copied to. */
  unfit(path: string, side: Side, isSource: boolean): string | undefined;
  /** Returns the program that takes snapshots on another machine; `undefined` where only lxops can take them there. */
  snapshot(snapshots: readonly string[], machine: Machine): Command | undefined;
  /** Plans the copies of all filesystems of the kind. */
  copy(pairs: readonly Pair[], copy: Copy): CopyPart;
}

/** Operations on the data of filesystems that have a directory of the host. */
export interface HostDataKind extends DataKind<LocatedFilesystem> {
  readonly copy: CopyOperations;
}
