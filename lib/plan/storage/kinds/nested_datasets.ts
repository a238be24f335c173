/**
 * What lies below a filesystem without being named in the configuration: datasets in a dataset, and what is mounted in
 * its directory.
 *
 * @module
 */
import { isZfs, mountsBelow } from "../../../ports/mounts.ts";
import type { Dataset } from "../../../ports/mod.ts";
import type { LocatedFilesystem } from "./kind.ts";
import type { Described, World } from "../../world.ts";
import { realPath } from "../../tree/paths.ts";

/** Datasets in one that the configuration names, but for those that it names as well, and what lies in those. */
export function datasetsBelow(
  { instance }: Described,
  path: string,
  datasets: ReadonlyMap<string, Dataset>,
): readonly Dataset[] {
  const named = instance.filesystems.filter((one) =>
    one.kind === "dataset" && one.path.startsWith(`${path}/`)
  )
    .map((one) => one.path);
  return [...datasets.values()].filter(({ name }) =>
    name.startsWith(`${path}/`) && !named.some((one) => name === one || name.startsWith(`${one}/`))
  ).sort((a, b) => a.name < b.name ? -1 : 1);
}

/**
 * Places below a filesystem's directory where something is mounted that no snapshot of it has; `seen` are datasets
 * that have one of their own.
 */
export function mountedBelow(
  { directory }: Pick<LocatedFilesystem, "directory">,
  { mounts, realPaths }: Pick<World, "mounts" | "realPaths">,
  seen: ReadonlySet<string>,
): readonly string[] {
  if (!directory.startsWith("/")) return [];
  const real = realPath(directory, realPaths ? { realPaths } : {});
  const all = [...mounts?.here ?? [], ...mounts?.daemon ?? []];
  const strange = mountsBelow(all, real).filter((mount) => !(isZfs(mount) && seen.has(mount.source)));
  return [...new Set(strange.map(({ mountpoint }) => mountpoint))].sort();
}

/** Names of datasets, for a message. */
export function namesOf(datasets: readonly { readonly name: string }[]): string {
  return datasets.map(({ name }) => `"${name}"`).join(", ");
}

/** What to do about datasets that a command cannot take along. */
export const NAME_THEM =
  "Name each of them as a filesystem of its own in the configuration (pattern: NAME), or move it elsewhere: zfs rename";
