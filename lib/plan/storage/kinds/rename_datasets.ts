/**
 * Steps that rename datasets.
 *
 * @module
 */
import { dirname } from "@std/path";
import { isWithin } from "../../../base/within.ts";
import { run, runEffect } from "../../../step/build.ts";
import type { Step } from "../../../step/step.ts";
import { DATASET_BUSY, MOUNT_BUSY, zfsMount, zfsRename, zfsUnmount } from "../../commands/zfs.ts";
import type { World } from "../../world.ts";
import { createParents } from "./create_datasets.ts";
import type { RenameOperations, RenameState, Renaming } from "./kind.ts";

/** Operations that rename datasets. */
export const renameDatasets: RenameOperations = {
  paths: () => [],
  isTaken: () => false,
  conflicts: () => [],
  problems({ from, to }) {
    const pool = (path: string) => path.split("/")[0];
    return pool(from.path) === pool(to.path)
      ? []
      : [`"${from.path}" cannot move to another pool, "${to.path}"`];
  },
  again(path, { datasets }) {
    const dataset = datasets.get(path);
    return dataset && !dataset.mounted ? [mountAgain(path)] : [];
  },
  steps,
};

function steps(at: string, { to }: Renaming, { world, resume, made }: RenameState): Step[] {
  const parent = dirname(to.path);
  const isMissing = !world.datasets.has(parent) && !made.has(parent);
  made.add(parent);
  const inside = mountedIn(at, world, resume);
  return [
    ...(isMissing ? [createParents(parent)] : []),
    // zfs-fuse cannot rename what is mounted; elsewhere it does no harm.
    ...inside.filter((name) => world.datasets.get(name)?.mounted).toReversed().map((name) =>
      run(`Unmount dataset ${name}`, zfsUnmount(name), {
        busyText: MOUNT_BUSY,
        undo: runEffect(zfsMount(name)),
      })
    ),
    run(`Rename dataset ${at} to ${to.path}`, zfsRename(at, to.path), {
      busyText: DATASET_BUSY,
      undo: runEffect(zfsRename(to.path, at), { busyText: DATASET_BUSY }),
    }),
    ...inside.map((name) => mountAgain(to.path + name.slice(at.length))),
  ];
}

/** Returns the step that mounts a dataset which was unmounted to be renamed. */
function mountAgain(path: string): Step {
  return run(`Mount dataset ${path}`, zfsMount(path), {
    undo: runEffect(zfsUnmount(path), { busyText: MOUNT_BUSY }),
  });
}

/** Returns those of a dataset and the datasets in it that are mounted, or that a run which was cut off unmounted. */
function mountedIn(dataset: string, world: World, resume: boolean): string[] {
  return [...world.datasets.values()].filter(({ name, mountpoint, mounted }) =>
    isWithin(name, dataset) && mountpoint.startsWith("/") && (mounted || resume)
  ).map(({ name }) => name).sort();
}
