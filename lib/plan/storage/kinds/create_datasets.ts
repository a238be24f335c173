/**
 * The steps that make an instance's missing datasets.
 *
 * @module
 */
import type { Step } from "../../../step/step.ts";
import type { Filling } from "../create/fill_image.ts";
import type { Layout, LocatedFilesystem } from "../layout.ts";
import type { World } from "../../world.ts";
import {
  DATASET_BUSY,
  unfinishedMark,
  unownedMark,
  zfsClone,
  zfsCreate,
  zfsCreateParents,
  zfsDestroyOnly,
  zfsMount,
} from "../../commands/zfs.ts";

/** Plans the mounts of datasets that a run that was cut off had made, and not mounted. */
export function mountMade(layout: Layout, world: World): Step[] {
  return layout.filesystems.filter(({ kind, exists, unowned, path }) =>
    kind === "dataset" && exists && unowned && world.datasets.get(path)?.mounted === false
  ).map(({ path }) => ({
    title: `Mount dataset ${path}`,
    effect: { kind: "run", ...zfsMount(path) },
  }));
}

/** Plans missing datasets; those that are yet to be `given` away have a mark until then. */
export function createDatasets(
  layout: Layout,
  given: readonly LocatedFilesystem[],
  filling: Filling,
  world: World,
): Step[] {
  const missing = layout.filesystems.filter(({ kind, exists }) => kind === "dataset" && !exists);
  const made = new Set<string>();
  return missing.flatMap((filesystem) => {
    if (made.has(filesystem.path)) return [];
    const parent = filesystem.path.slice(0, filesystem.path.lastIndexOf("/"));
    const steps = world.datasets.has(parent) || made.has(parent) ? [] : [createParents(parent)];
    made.add(parent).add(filesystem.path);
    return [...steps, createDataset(filesystem, given.includes(filesystem), filling)];
  });
}

/** Whoever else needs the parents may make them at the same time; so nobody takes them back. */
function createParents(parent: string): Step {
  return {
    title: `Create dataset ${parent}`,
    effect: { kind: "run", ...zfsCreateParents(parent) },
    makes: [{ kind: "dataset", name: parent }],
  };
}

function createDataset(filesystem: LocatedFilesystem, unowned: boolean, filling: Filling): Step {
  const { path, id, zfsproperties } = filesystem;
  const origin = filling.clones.get(id);
  const properties = {
    ...zfsproperties,
    ...(filling.marked.has(id) ? unfinishedMark(path) : {}),
    ...(unowned ? unownedMark(path) : {}),
  };
  return {
    title: origin ? `Clone ${origin} as dataset ${path}` : `Create dataset ${path}`,
    effect: { kind: "run", ...(origin ? zfsClone(origin, path, properties) : zfsCreate(path, properties)) },
    makes: [{ kind: "dataset", name: path }],
    // Without -r: what it holds came from this very run, and what others have put below it stays.
    undo: { kind: "run", ...zfsDestroyOnly(path), busyText: DATASET_BUSY },
  };
}
