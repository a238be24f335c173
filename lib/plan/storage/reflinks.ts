/**
 * Filesystems in which the copy of a file shares its blocks with the file.
 *
 * @module
 */
import { isWithin } from "../../base/within.ts";
import type { Mount } from "../../ports/mounts.ts";
import type { World } from "../world.ts";

/** Types of filesystems that can share the blocks of a file with its copy. */
const REFLINKS: readonly string[] = ["btrfs", "xfs", "bcachefs", "ocfs2"];

/** Returns the mount that a real path is in; `undefined` where mounts were not looked at. */
function mountAt(path: string, { mounts }: Pick<World, "mounts">): Mount | undefined {
  const around = (mounts?.here ?? []).filter(({ mountpoint }) =>
    mountpoint === "/" || isWithin(path, mountpoint)
  );
  return around.toSorted((a, b) => b.mountpoint.length - a.mountpoint.length)[0];
}

/** Returns the type of the filesystem that a real path is on; empty where it is not known. */
export function typeAt(path: string, world: Pick<World, "mounts">): string {
  return mountAt(path, world)?.type ?? "";
}

/** Tells whether copies of files on a filesystem of a type share their blocks. */
export function sharesFiles(type: string): boolean {
  return REFLINKS.includes(type);
}

/** Tells whether a copy of a directory at another real path shares the blocks of its files. */
export function sharesCopy(from: string, to: string, world: Pick<World, "mounts">): boolean {
  const [one, other] = [mountAt(from, world), mountAt(to, world)];
  return one !== undefined && one === other && sharesFiles(one.type);
}
