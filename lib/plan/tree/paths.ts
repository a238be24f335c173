/**
 * Paths of directories with all symbolic links resolved, as mounts are listed.
 *
 * @module
 */
import { basename, dirname } from "@std/path";
import type { TreeUse } from "../../ports/mounts.ts";
import type { World } from "../world.ts";

/** Returns the real path of a directory where it is known, otherwise the path itself. */
export function realPath(path: string, { realPaths }: Pick<World, "realPaths">): string {
  // What zfs says of a dataset may be "none".
  if (!realPaths || !path.startsWith("/")) return path;
  for (let [at, rest] = [path, ""]; at !== "/"; [at, rest] = [dirname(at), `/${basename(at)}${rest}`]) {
    const known = realPaths.get(at);
    if (known !== undefined) return `${known === "/" ? "" : known}${rest}` || "/";
  }
  return path;
}

/** Returns the real path of what a program works on: what it removes or moves may be a link itself. */
export function realPathOf({ use, kind, path, there }: TreeUse, world: Pick<World, "realPaths">): string {
  if (kind === "dataset" || there) return path;
  if (use === "read" || use === "change") return realPath(path, world);
  const parent = realPath(dirname(path), world);
  return `${parent === "/" ? "" : parent}/${basename(path)}`;
}
