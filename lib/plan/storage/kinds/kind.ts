/**
 * The operations of each kind of filesystem, as planners of storage use them. Snapshots, rollbacks, archives and copies
 * are in `data/kinds`, so that a launch does not load them.
 *
 * @module
 */
import type { FilesystemKindName, Instance, InstanceFilesystem } from "../../../instance/instance.ts";
import type { Dataset, VolumeInfo } from "../../../ports/mod.ts";
import type { Step } from "../../../step/step.ts";
import type { Described, World } from "../../world.ts";

/** Kinds of the daemon's own filesystems, which have no directory of the host. */
export type DaemonKindName = "volume";

/** Kinds of filesystems that have a directory of the host. */
export type HostKindName = Exclude<FilesystemKindName, DaemonKindName>;

/** A filesystem of the host with its directory. */
export interface LocatedFilesystem extends InstanceFilesystem {
  readonly kind: HostKindName;
  readonly directory: string;
  readonly exists: boolean;
  /** True where it exists, but an earlier run did not finish filling it. */
  readonly unfinished?: boolean;
  /** True where it exists, but what an earlier run created in it was not given away yet. */
  readonly unowned?: boolean;
}

/** The directory of a filesystem, and how far an earlier run came with it. */
export type Place = Pick<LocatedFilesystem, "directory" | "exists" | "unfinished" | "unowned">;

/** The parts of a world that lists of filesystems show. */
export type Seen = Pick<World, "datasets" | "zfsSnapshots" | "directorySnapshots" | "sizes" | "paths"> & {
  /** Volumes of the daemon by the path of their filesystem. */
  readonly volumes: ReadonlyMap<string, VolumeInfo>;
};

/** A filesystem as lists show it; texts are empty where nothing is known. */
export interface FilesystemFacts {
  /** `unfinished`: an earlier run did not finish filling it. */
  readonly state: "there" | "missing" | "unmounted" | "unfinished";
  /** The space that it takes, for display; of a dataset with its snapshots and the datasets in it. */
  readonly size: string;
  readonly snapshots: number;
  /** Number of datasets that were cloned from its snapshots. */
  readonly clones: number;
  /** The snapshot that it was cloned from. */
  readonly origin: string;
  /** Its mountpoint as zfs prints it: a path, `none` or `legacy`. */
  readonly mountpoint: string;
}

/** The facts of a filesystem that does not exist. */
export const MISSING: FilesystemFacts = {
  state: "missing",
  size: "",
  snapshots: 0,
  clones: 0,
  origin: "",
  mountpoint: "",
};

/** A snapshot as `snapshot list` shows it. */
export interface SnapshotEntry {
  /** Path of what it is a snapshot of. */
  readonly of: string;
  readonly name: string;
  readonly used?: string;
  readonly created?: string;
}

/** Operations that every kind of filesystem has. */
export interface FilesystemKind {
  /** Returns the columns that `i filesystems -l` shows. */
  facts(path: string, seen: Seen): FilesystemFacts;
  /** Describes a filesystem with its size and its snapshots in one line; `undefined` where it does not exist. */
  describe(
    target: Pick<Described, "instance">,
    filesystem: InstanceFilesystem,
    world: World,
  ): string | undefined;
  /** Returns the snapshots of a filesystem, and of what lies in it. */
  snapshots(target: Described, filesystem: InstanceFilesystem, world: World): readonly SnapshotEntry[];
  /** Returns the datasets in a filesystem that the configuration does not name. */
  nested(target: Described, path: string, datasets: World["datasets"]): readonly Dataset[];
}

/** Steps that destroy filesystems, and notes about them. */
export interface Destruction {
  readonly steps: readonly Step[];
  readonly notes: readonly string[];
}

/** Steps that rename filesystems, and the reasons why they must not run. */
export interface Renames {
  readonly steps: readonly Step[];
  /** New names that something else has. */
  readonly taken: readonly string[];
  /** Other reasons, as texts. */
  readonly problems: readonly string[];
}

/** Options of a rename. */
export interface RenameOptions {
  /** Take also filesystems that lxops did not create. */
  readonly adopt: boolean;
  /** Go on with a run that was cut off. */
  readonly resume: boolean;
}

/** Operations of filesystems that only the daemon works on. */
export interface DaemonKind extends FilesystemKind {
  /** Plans the destruction of a target's filesystems that say `destroy: true`. */
  destroy(target: Described, world: World): Destruction;
  /** Plans that a target's filesystems get their names under another name of the instance. */
  rename(target: Described, renamed: Described, world: World, options: RenameOptions): Renames;
}

/** First content of new filesystems. */
export interface FirstContent {
  /** Snapshots that filesystems are clones of, by the key of the filesystem. */
  readonly clones: ReadonlyMap<string, string>;
  /** Keys of filesystems that later steps fill. */
  readonly marked: ReadonlySet<string>;
}

/** Operations of kinds whose roots are created by a program of their own, and not as directories are. */
export interface CreateOperations {
  /** Plans that filesystems can be used which an earlier run created and left unfinished. */
  resume(filesystems: readonly LocatedFilesystem[], world: World): readonly Step[];
  /** Plans missing filesystems; those that are in `given` carry a mark until they are given away. */
  create(
    missing: readonly LocatedFilesystem[],
    given: readonly LocatedFilesystem[],
    content: FirstContent,
    world: World,
  ): readonly Step[];
  /** Plans the removal of that mark. */
  givenAway(filesystems: readonly LocatedFilesystem[]): Step;
}

/** Operations of kinds that are mounted at a directory: their roots cannot be renamed, and carry a mark instead. */
export interface MountOperations {
  /** Returns true where nothing is mounted at the directory yet. */
  isPending(path: string, datasets: World["datasets"]): boolean;
  /** Returns the step that mounts a filesystem. */
  mount(path: string): Step;
  /** Returns the step that marks a filesystem as unfinished. */
  begin(path: string): Step;
  /** Returns the step that marks a filesystem as finished. */
  finish(path: string): Step;
}

/** Operations that destroy filesystems of the host. */
export interface DestroyOperations {
  /** Returns the directory of a filesystem where it exists, in a pool that may be gone. */
  find(path: string, world: World): string | undefined;
  /** Returns paths beside a filesystem that belong to it: snapshots, and what runs that were cut off left. */
  beside(path: string, instance: Instance, world: World): readonly string[];
  /** Returns reasons not to destroy a filesystem; `doomed` are paths that are destroyed with it. */
  problems(path: string, doomed: ReadonlySet<string>, world: World): readonly string[];
  /** Returns notes about the destruction of a filesystem. */
  notes(path: string, world: World): readonly string[];
  /** Returns the step that destroys a filesystem. */
  step(path: string): Step;
}

/** A filesystem before and after it is renamed. */
export interface Renaming {
  readonly from: LocatedFilesystem;
  readonly to: LocatedFilesystem;
}

/** The state of a plan that renames several filesystems. */
export interface RenameState {
  readonly world: World;
  readonly resume: boolean;
  /** Parents that earlier steps create. */
  readonly made: Set<string>;
}

/** Operations that rename filesystems of the host. */
export interface RenameOperations {
  /** Returns paths of the host that a plan needs to know. */
  paths(path: string): readonly string[];
  /** Returns true where something that is no filesystem has the new name. */
  isTaken(to: LocatedFilesystem, world: World): boolean;
  /** Returns names beside the new name that exist already, and would become part of the filesystem. */
  conflicts(path: string, world: World): readonly string[];
  /** Returns reasons why a filesystem cannot move. */
  problems(renaming: Renaming, world: World): readonly string[];
  /** Plans that a filesystem which has its new name already can be used. */
  again(path: string, world: World): readonly Step[];
  /** Plans the move; `at` is the filesystem's path once those around it have moved. */
  steps(at: string, renaming: Renaming, state: RenameState): readonly Step[];
}

/** Operations of filesystems that have a directory of the host. */
export interface HostKind extends FilesystemKind {
  /**
   * Finds the directory of a filesystem; returns a text where there is none. `before` are those of the same target
   * that come before it, and may be created around it.
   */
  locate(
    filesystem: InstanceFilesystem,
    world: Pick<World, "datasets" | "paths">,
    before: readonly LocatedFilesystem[],
  ): Place | string;
  /** Returns true where a filesystem has a snapshot. */
  hasSnapshot(path: string, snapshot: string, world: Pick<World, "zfsSnapshots" | "paths">): boolean;
  /** True where a filesystem can be created from a snapshot at once; otherwise it is copied. */
  readonly clones: boolean;
  readonly create?: CreateOperations;
  readonly mount?: MountOperations;
  readonly destroy: DestroyOperations;
  readonly rename: RenameOperations;
}
