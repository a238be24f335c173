/**
 * Directories that a rollback or an import which was cut off has moved away: they have their data, and lxops makes no
 * empty ones in their places.
 *
 * @module
 */
import { refuse } from "../../../base/errors.ts";
import { quote } from "../../../base/shell.ts";
import { isWithin } from "../../../base/within.ts";
import type { InstanceRef } from "../../../ports/mod.ts";
import { replacedOf } from "../../commands/copy.ts";
import type { Layout } from "../layout.ts";
import { refOf, type Target, type World } from "../../world.ts";

/** A directory that was moved away, and the place where it is. */
export interface PutAway {
  readonly path: string;
  readonly at: string;
}

/** Returns the directories of a target that are missing and were moved away. */
export function putAway({ filesystems }: Layout, { paths }: Pick<World, "paths">): readonly PutAway[] {
  return filesystems.filter(({ kind, exists }) => kind === "directory" && !exists).flatMap(({ path }) => {
    const at = replacedOf(path);
    return paths.get(at) === undefined ? [] : [{ path, at }];
  });
}

/** Returns the place of a directory that was moved away, alone or with one around it. */
export function placeOf(directory: string, away: readonly PutAway[]): string | undefined {
  const found = away.find(({ path }) => isWithin(directory, path));
  return found && `${found.at}${directory.slice(found.path.length)}`;
}

/** Returns what to do about a directory that was moved away. */
export function putAwayAdvice(
  { project, name }: InstanceRef,
  file: string | undefined,
  { path, at }: PutAway,
): readonly string[] {
  const flag = project && project !== "default" ? ` --project ${quote(project)}` : "";
  const words = `--name ${quote(name)}${flag} ${file ? quote(file) : "FILE"}`;
  return [
    `A run that was cut off while it replaced the directory has left its data at "${at}"`,
    `To finish a rollback: lxops rollback -s SNAPSHOT ${words}; to list the snapshots: lxops snapshot list ${words}`,
    `To have the data as it was before: mv -T ${quote(at)} ${quote(path)}`,
  ];
}

/**
 * Refuses to make directories anew that were moved away.
 *
 * @throws {StateError} that names where they are
 */
export function refusePutAway(target: Target, layout: Layout, world: World): void {
  const [first, ...more] = putAway(layout, world);
  if (!first) return;
  const { instance } = target;
  throw refuse(
    `Cannot create directories of instance "${instance.name}"`,
    [first, ...more].map(({ path, at }) => `the data of "${path}" is at "${at}"`),
    putAwayAdvice(refOf(instance), instance.file, first),
  );
}
