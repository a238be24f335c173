/**
 * The steps that make an instance's missing filesystems and device directories.
 *
 * Another container may have the directories in which they are made, and try to put symbolic links in their way
 * between the look and the step. So a program that makes a directory must not change what is already there, and
 * one that changes an owner must not follow a link.
 *
 * @module
 */
import { dirname } from "@std/path";
import { ServerError } from "../errors.ts";
import type { Step } from "../step.ts";
import { directoriesBelow, type Layout, type LocatedFilesystem } from "./filesystems.ts";
import { fillings } from "./fill.ts";
import type { Filling, FillOptions } from "./fill_image.ts";
import { changeOwner, makeDirectories } from "./host_commands.ts";
import type { DeviceOwner } from "./idmap.ts";
import { shiftNotes } from "./shift.ts";
import { holders } from "./still.ts";
import { refOf, type Target, type World } from "./world.ts";
import {
  DATASET_BUSY,
  unfinishedMark,
  zfsClone,
  zfsCreate,
  zfsCreateParents,
  zfsDestroyOnly,
} from "./zfs_commands.ts";

/** What makes a target's missing filesystems and device directories. */
export interface Creation {
  readonly steps: readonly Step[];
  /** Runs when the instance exists, where the owner of the directories was assumed. */
  readonly own?: Step;
  readonly notes: readonly string[];
}

/**
 * Plans a target's missing filesystems and device directories, owned by the container's root.
 *
 * @param findOwner called only where there is something to make
 */
export function createFilesystems(
  target: Target,
  layout: Layout,
  world: World,
  findOwner: () => DeviceOwner,
  options: FillOptions = {},
): Creation {
  const filling = fillings(target, layout, world, options);
  const missing = layout.filesystems.filter((filesystem) => !filesystem.exists && filesystem.kind === "zfs");
  const directories = newDirectories(layout, world).filter((path) => !filling.brings(path));
  const inDataset = (path: string) => missing.some(({ directory }) => path.startsWith(`${directory}/`));
  const roots = missing.map((filesystem) => filesystem.directory).filter((path) => !filling.brings(path));
  // Root makes them, and a container's own root is what root is there.
  const shifted = layout.devices.filter(({ shift }) => shift).map(({ source }) => source);
  const paths = [...new Set([...roots, ...directories])].filter((path) => !shifted.includes(path));
  refuseRaced(layout, directories, world);
  const notes = [...filling.notes, ...shiftNotes(layout, world)];
  const steps: Step[] = [...createDatasets(missing, filling, world), ...filling.whole];
  if (directories.length > 0) {
    steps.push({
      title: `Create director${directories.length === 1 ? "y" : "ies"} ${directories.join(", ")}`,
      effect: { kind: "run", ...makeDirectories(directories) },
      // Those in a new dataset come and go with it.
      makes: directories.filter((path) => !inDataset(path)).map((path) => `dir:${path}` as const),
    });
  }
  if (paths.length === 0) return { steps: [...steps, ...filling.steps], notes };
  const owner = findOwner();
  steps.push({
    title: `Give ${paths.join(", ")} to the container's root`,
    effect: { kind: "run", ...changeOwner(paths, owner) },
  });
  steps.push(...filling.steps);
  if (!owner.assumed) return { steps, notes };
  const own: Step = {
    title: `Check that the device directories belong to the container's root`,
    effect: { kind: "own", instance: refOf(target.instance), paths, assumed: `${owner.uid}:${owner.gid}` },
  };
  return { steps, own, notes };
}

function createDatasets(missing: readonly LocatedFilesystem[], filling: Filling, world: World): Step[] {
  const made = new Set<string>();
  return missing.flatMap((filesystem) => {
    if (made.has(filesystem.path)) return [];
    const parent = filesystem.path.slice(0, filesystem.path.lastIndexOf("/"));
    const steps = world.datasets.has(parent) || made.has(parent) ? [] : [createParents(parent)];
    made.add(parent).add(filesystem.path);
    return [...steps, createDataset(filesystem, filling)];
  });
}

/** Whoever else needs the parents may make them at the same time; so nobody takes them back. */
function createParents(parent: string): Step {
  return {
    title: `Create dataset ${parent}`,
    effect: { kind: "run", ...zfsCreateParents(parent) },
    makes: [`dataset:${parent}`],
  };
}

function createDataset(filesystem: LocatedFilesystem, filling: Filling): Step {
  const { path, zfsproperties } = filesystem;
  const origin = filling.clones.get(filesystem.id);
  const mark = filling.marked.has(filesystem.id) ? unfinishedMark(path) : {};
  return {
    title: origin ? `Clone ${origin} as dataset ${path}` : `Create dataset ${path}`,
    effect: {
      kind: "run",
      ...(origin ? zfsClone(origin, path, zfsproperties) : zfsCreate(path, { ...zfsproperties, ...mark })),
    },
    makes: [`dataset:${path}`],
    // Without -r: what it holds came from this very run, and what others have put below it stays.
    undo: { kind: "run", ...zfsDestroyOnly(path), busyText: DATASET_BUSY },
  };
}

/** No program makes directories without following a link that comes in its way: nobody may be able to put one there. */
function refuseRaced(layout: Layout, directories: readonly string[], world: World): void {
  for (const path of directories) {
    const home = layout.filesystems.find(({ directory }) => path.startsWith(`${directory}/`));
    if (!home) continue;
    const holder = holders(world, dirname(path)).find(({ source }) =>
      source === home.directory || source.startsWith(`${home.directory}/`)
    );
    if (!holder) continue;
    throw new ServerError(
      `Cannot create "${path}": instance "${holder.name}" runs with "${holder.source}" as a device, and could put a ` +
        `link in its way`,
      409,
      undefined,
      ["Nothing was changed.", `Stop "${holder.name}" first`],
    );
  }
}

function newDirectories(layout: Layout, world: World): string[] {
  const found = new Set<string>();
  for (const filesystem of layout.filesystems) {
    if (filesystem.kind === "dir" && !filesystem.exists) found.add(filesystem.directory);
  }
  for (const device of layout.devices) {
    if (!device.in) continue;
    for (const path of directoriesBelow(device.in.directory, device.source)) {
      if (!device.in.exists || !world.paths.get(path)) found.add(path);
    }
  }
  return [...found].sort();
}
