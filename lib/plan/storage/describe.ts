/**
 * Filesystems as notes and lists show them.
 *
 * @module
 */
import { hostFirst } from "../../instance/kinds.ts";
import type { InstanceFilesystem } from "../../instance/instance.ts";
import type { Described, World } from "../world.ts";
import type { FilesystemFacts, Seen } from "./kinds/kind.ts";
import { KINDS } from "./kinds/mod.ts";

/** Returns the columns that `i filesystems -l` shows of a filesystem. */
export function filesystemFacts({ kind, path }: InstanceFilesystem, seen: Seen): FilesystemFacts {
  return KINDS[kind].facts(path, seen);
}

/** Lists the filesystems of an instance that exist, one in each line. */
export function remaining(target: Described, world: World): string {
  return hostFirst(target.instance.filesystems)
    .flatMap((one) => KINDS[one.kind].describe(target, one, world) ?? [])
    .map((line) => `remains: ${line}\n`).join("");
}
