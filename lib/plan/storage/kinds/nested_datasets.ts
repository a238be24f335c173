/**
 * Datasets and mounts below a filesystem that the configuration does not name.
 *
 * @module
 */
import { isZfs, mountsBelow } from "../../../ports/mounts.ts";
import type { Dataset } from "../../../ports/mod.ts";
import type { LocatedFilesystem } from "./kind.ts";
import type { Described, World } from "../../world.ts";
import { realPath } from "../../tree/paths.ts";

/** Returns datasets in a dataset, without those that the configuration names, and those in them. */
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
 * Returns the places below a filesystem's directory where something is mounted that no snapshot of it contains; datasets
 * in `seen` have snapshots of their own.
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

/** Returns the names of datasets for a message. */
export function namesOf(datasets: readonly { readonly name: string }[]): string {
  return datasets.map(({ name }) => `"${name}"`).join(", ");
}

/** Advice about nested datasets that a command cannot include. */
export const NAME_THEM =
  "Name each of them as a filesystem of its own in the configuration (pattern: NAME), or move it elsewhere: zfs rename";
