/**
 * Command lines of `zfs`, each built by one pure function. Names of datasets and snapshots were checked before
 * they get here: none starts with a hyphen, and none has a character that `zfs` would read as something else.
 *
 * @module
 */
import { type Command, UNFINISHED, UNOWNED } from "../../ports/mod.ts";

/**
 * The message of `zfs` about a dataset that is still in use. Mounts of a container that has just been deleted, and
 * unmounts of zfs-fuse, end a little later than the command that requested them.
 */
export const DATASET_BUSY = "dataset is busy";

/** Returns options `-o key=value`, in the order of their keys. */
function options(properties: Readonly<Record<string, string>>): string[] {
  return Object.entries(properties).sort().flatMap(([key, value]) => ["-o", `${key}=${value}`]);
}

/** Creates a dataset; fails where it exists. */
export function zfsCreate(dataset: string, properties: Readonly<Record<string, string>>): Command {
  return { argv: ["zfs", "create", ...options(properties), dataset] };
}

/** Creates a dataset that will contain others, with its missing parents, unless it exists. */
export function zfsCreateParents(dataset: string): Command {
  return { argv: ["zfs", "create", "-p", dataset] };
}

/** Creates a dataset whose first content is that of a snapshot. */
export function zfsClone(
  snapshot: string,
  dataset: string,
  properties: Readonly<Record<string, string>>,
): Command {
  return { argv: ["zfs", "clone", ...options(properties), snapshot, dataset] };
}

/** Returns the property that marks a dataset as unfinished. */
export function unfinishedMark(dataset: string): Readonly<Record<string, string>> {
  return { [UNFINISHED]: dataset };
}

/** Sets properties of a dataset. */
export function zfsSet(dataset: string, properties: Readonly<Record<string, string>>): Command {
  const pairs = Object.entries(properties).sort().map(([key, value]) => `${key}=${value}`);
  return { argv: ["zfs", "set", ...pairs, dataset] };
}

/** Lets a dataset inherit a property. */
function zfsInherit(dataset: string, property: string): Command {
  return { argv: ["zfs", "inherit", property, dataset] };
}

/** Values that stand for the absence of properties that `zfs inherit` refuses, because they apply to one dataset alone. */
const ABSENT: Readonly<Record<string, string>> = {
  quota: "none",
  refquota: "none",
  reservation: "none",
  refreservation: "none",
  filesystem_limit: "none",
  snapshot_limit: "none",
  canmount: "on",
};

/** Properties that a dataset gets when it is created, and keeps. */
const FIXED: ReadonlySet<string> = new Set([
  "casesensitivity",
  "encryption",
  "keyformat",
  "normalization",
  "pbkdf2iters",
  "utf8only",
  "version",
]);

/** Returns the command that takes a property from a dataset, or undefined where the dataset keeps it for good. */
export function zfsUnset(dataset: string, property: string): Command | undefined {
  if (FIXED.has(property)) return undefined;
  const isOfOwner = /^(user|group|project)(obj)?quota@/.test(property);
  const value = isOfOwner ? "none" : Object.hasOwn(ABSENT, property) ? ABSENT[property] : undefined;
  return value === undefined ? zfsInherit(dataset, property) : zfsSet(dataset, { [property]: value });
}

/** Returns the property that marks a dataset whose content was not given to the container's root yet. */
export function unownedMark(dataset: string): Readonly<Record<string, string>> {
  return { [UNOWNED]: dataset };
}

/** Removes the mark of datasets whose content was not given away yet. */
export function zfsGivenAway(datasets: readonly string[]): Command {
  return { argv: ["zfs", "inherit", UNOWNED, ...datasets] };
}

/** Removes the mark of an unfinished dataset. */
export function zfsFinish(dataset: string): Command {
  return { argv: ["zfs", "inherit", UNFINISHED, dataset] };
}

/** Destroys a dataset with its snapshots and the datasets below it. */
export function zfsDestroy(dataset: string): Command {
  return {
    argv: ["zfs", "destroy", "-r", dataset],
    trees: [{ use: "remove", kind: "dataset", path: dataset }],
  };
}

/** Destroys a dataset that has neither snapshots nor datasets below it. */
export function zfsDestroyOnly(dataset: string): Command {
  return { argv: ["zfs", "destroy", dataset], trees: [{ use: "remove", kind: "dataset", path: dataset }] };
}

/** Takes snapshots, all at the same moment. */
export function zfsSnapshot(snapshots: readonly string[]): Command {
  return { argv: ["zfs", "snapshot", ...snapshots] };
}

/** Destroys a snapshot, and the datasets that were cloned from it, where those are named. */
export function zfsDestroySnapshot(snapshot: string, clones: readonly string[] = []): Command {
  return {
    argv: ["zfs", "destroy", ...(clones.length > 0 ? ["-R"] : []), snapshot],
    trees: clones.map((path) => ({ use: "remove", kind: "dataset", path })),
  };
}

/** Puts a dataset back to a snapshot; with `newer`, snapshots that were taken later are destroyed. */
export function zfsRollback(snapshot: string, newer: boolean): Command {
  const path = snapshot.slice(0, snapshot.indexOf("@"));
  return {
    argv: ["zfs", "rollback", ...(newer ? ["-r"] : []), snapshot],
    trees: [{ use: "change", kind: "dataset", path }],
  };
}

/** Renames a dataset, with those below it. */
export function zfsRename(from: string, to: string): Command {
  return { argv: ["zfs", "rename", from, to], trees: [{ use: "move", kind: "dataset", path: from }] };
}

/** The message of `zfs` about a directory that is still in use. */
export const MOUNT_BUSY = "busy";

/** Unmounts a dataset. */
export function zfsUnmount(dataset: string): Command {
  return { argv: ["zfs", "unmount", dataset], trees: [{ use: "move", kind: "dataset", path: dataset }] };
}

/** Mounts a dataset at its mountpoint. */
export function zfsMount(dataset: string): Command {
  return { argv: ["zfs", "mount", dataset] };
}
