/**
 * Directories that have several paths: through symbolic links, or as one place is mounted at another, too.
 *
 * @module
 */
import { isWithin } from "../../base/within.ts";
import { areKeysWithin } from "../../ports/mounts.ts";
import type { World } from "../world.ts";
import { realPath } from "./paths.ts";

/** The parts of a world that tell one directory at several paths. */
export type Identities = Partial<Pick<World, "realPaths" | "directoryKeys">>;

/** Tells whether two paths lead to one directory. */
export function isSame(one: string, other: string, world: Identities): boolean {
  if (real(one, world) === real(other, world)) return true;
  const [keys, others] = [keysOf(one, world), keysOf(other, world)];
  return areKeysWithin(keys, others) && areKeysWithin(others, keys);
}

/** Tells whether a path leads to a directory, or to a place in it. */
export function isInside(path: string, directory: string, world: Identities): boolean {
  if (isWithin(path, directory) || isWithin(real(path, world), real(directory, world))) return true;
  return areKeysWithin(keysOf(path, world), keysOf(directory, world));
}

function keysOf(path: string, { directoryKeys }: Identities): readonly string[] {
  return directoryKeys?.get(path) ?? [];
}

function real(path: string, { realPaths }: Identities): string {
  return realPath(path, realPaths ? { realPaths } : {});
}
