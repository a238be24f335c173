/**
 * Command lines of the host, each built by one pure function. Every operand comes after `--` where the
 * program has it; names were checked before they get here (`instance/build.ts`).
 *
 * @module
 */
import type { Command } from "../ports.ts";
import type { Owner } from "../instance/instance.ts";

/**
 * What `zfs` prints of a dataset that something still holds. Mounts of a container that has just been deleted, and
 * unmounts of zfs-fuse, end a little later than the command that asked for it.
 */
export const DATASET_BUSY = "dataset is busy";

/** Creates a dataset; fails where there is one, which is then somebody else's. */
export function zfsCreate(dataset: string, properties: Readonly<Record<string, string>>): Command {
  const options = Object.entries(properties).sort().flatMap(([key, value]) => ["-o", `${key}=${value}`]);
  return { argv: ["zfs", "create", ...options, dataset] };
}

/** Creates a dataset that others are to lie in, with its own missing parents, where it is not there. */
export function zfsCreateParents(dataset: string): Command {
  return { argv: ["zfs", "create", "-p", dataset] };
}

/** Destroys a dataset with its snapshots and the datasets below it. */
export function zfsDestroy(dataset: string): Command {
  return { argv: ["zfs", "destroy", "-r", dataset] };
}

/** Makes directories that belong to root; what is there stays as it is. */
export function makeDirectories(paths: readonly string[]): Command {
  return { argv: ["mkdir", "-p", "-m", "755", "--", ...paths] };
}

/** Sets the owner of directories themselves, not of what is in them. */
export function changeOwner(paths: readonly string[], owner: Owner): Command {
  return { argv: ["chown", "-h", `${owner.uid}:${owner.gid}`, "--", ...paths] };
}

/** Removes directories with all that is in them, but nothing that is mounted there. */
export function removeDirectory(path: string): Command {
  return { argv: ["rm", "-r", "-f", "--one-file-system", "--", path] };
}
