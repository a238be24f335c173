/**
 * How an instance's filesystems get the names that its configuration gives them under another name.
 *
 * @module
 */
import { dirname } from "@std/path";
import type { Dataset } from "../../ports/mod.ts";
import type { Step } from "../../step/step.ts";
import { directorySnapshot, makeParents, moveDirectory } from "../commands/copy.ts";
import { locate, type LocatedFilesystem } from "./layout.ts";
import type { Described, Target, World } from "../world.ts";
import {
  DATASET_BUSY,
  MOUNT_BUSY,
  zfsCreateParents,
  zfsMount,
  zfsRename,
  zfsUnmount,
} from "../commands/zfs.ts";

/** What moves filesystems, where they are then, and what is in the way. */
export interface Moves {
  readonly steps: readonly Step[];
  /** Directories of the filesystems afterwards, by key. */
  readonly directories: ReadonlyMap<string, string>;
  /** Those that move, as they are now. */
  readonly moving: readonly LocatedFilesystem[];
  readonly problems: readonly string[];
}

/** A filesystem before and after. */
interface Pair {
  readonly from: LocatedFilesystem;
  readonly to: LocatedFilesystem;
}

/** All directories on the way to a path. */
function ancestors(path: string): string[] {
  const found: string[] = [];
  for (let at = dirname(path); at !== "/"; at = dirname(at)) found.push(at);
  return found;
}

/** Paths that a plan needs to know of. */
export function renamePaths(renamed: Described, datasets: World["datasets"]): readonly string[] {
  const dirs = renamed.instance.filesystems.filter(({ kind }) => kind === "directory").map(({ path }) =>
    path
  );
  const found = locate(renamed, asMounted(datasets)).filesystems.map(({ directory }) => directory);
  return [...dirs, ...dirs.flatMap(ancestors), ...found];
}

/** Datasets as if all were mounted: a run that was cut off may have left one that is not. */
export function asMounted(datasets: World["datasets"]): World["datasets"] {
  return new Map([...datasets].map(([name, dataset]) => [name, { ...dataset, mounted: true }]));
}

/** Plans the moves; with `resume`, what has its new name already is taken as moved. */
export function moveFilesystems(target: Target, renamed: Described, world: World, resume: boolean): Moves {
  const mounted = asMounted(world.datasets);
  const before = locate(target, mounted, world.paths).filesystems;
  const after = locate(renamed, mounted, world.paths).filesystems;
  const pairs = before.flatMap((from): Pair[] => {
    const to = after.find(({ id }) => id === from.id);
    return to ? [{ from, to }] : [];
  });
  const directories = new Map<string, string>();
  const moving: LocatedFilesystem[] = [];
  const problems: string[] = [];
  const steps: Step[] = [];
  const made = new Set<string>();
  const moved: { readonly from: string; readonly to: string }[] = [];
  const now = (path: string) =>
    moved.reduce(
      (at, { from, to }) => at === from || at.startsWith(`${from}/`) ? to + at.slice(from.length) : at,
      path,
    );
  for (const { from, to } of pairs) {
    directories.set(
      from.id,
      from.exists && from.kind === "dataset" ? directoryAfter(target, from, to, world) : to.directory,
    );
    if (from.path === to.path || !from.exists) {
      const there = world.datasets.get(to.path);
      if (resume && to.kind === "dataset" && there && !there.mounted) steps.push(mountStep(to.path));
      if (from.path !== to.path && to.exists && !resume) problems.push(`"${to.path}" exists`);
      continue;
    }
    moving.push(from);
    if (to.exists || world.paths.get(to.directory) && from.kind === "directory") {
      problems.push(`"${to.path}" exists`);
      continue;
    }
    // Otherwise they would become its own.
    const taken = resume || from.kind !== "directory" ? [] : world.directorySnapshots.get(to.path) ?? [];
    problems.push(...taken.map((name) => `"${directorySnapshot(to.path, name)}" exists`));
    const at = now(from.path);
    if (at === to.path) continue;
    problems.push(...reasons(from, to, world));
    steps.push(
      ...(from.kind === "dataset"
        ? moveDataset(at, to.path, world, made, resume)
        : moveDir(at, to.path, from, world, made)),
    );
    moved.push({ from: from.path, to: to.path });
  }
  return { steps, directories, moving, problems };
}

/** A dataset whose mountpoint is inherited moves with its name; one with a mountpoint of its own stays there. */
function directoryAfter(
  target: Target,
  from: LocatedFilesystem,
  to: LocatedFilesystem,
  world: World,
): string {
  if (to.exists) return to.directory;
  const without: ReadonlyMap<string, Dataset> = new Map(
    [...asMounted(world.datasets)].filter(([name]) =>
      name !== from.path && !name.startsWith(`${from.path}/`)
    ),
  );
  const inherited = locate(target, without, world.paths).filesystems.find(({ id }) => id === from.id);
  return inherited?.directory === from.directory ? to.directory : from.directory;
}

function reasons(from: LocatedFilesystem, to: LocatedFilesystem, world: World): string[] {
  if (from.kind !== to.kind) return [`"${from.path}" and "${to.path}" are not of the same kind`];
  if (from.kind === "dataset") {
    const pool = (path: string) => path.split("/")[0];
    return pool(from.path) === pool(to.path)
      ? []
      : [`"${from.path}" cannot move to another pool, "${to.path}"`];
  }
  const info = world.paths.get(from.path);
  if (info?.kind !== "directory") return [`"${from.path}" is a ${info?.kind}, not a directory`];
  const parent = ancestors(to.path).find((path) => world.paths.get(path));
  const there = parent === undefined ? undefined : world.paths.get(parent);
  return there?.device === undefined || info.device === undefined || there.device === info.device
    ? []
    : [`"${from.path}" cannot move to "${to.path}", which is on another disk`];
}

/** A dataset and those below it, as far as they are mounted or a run that was cut off unmounted them. */
function mountedIn(dataset: string, world: World, resume: boolean): string[] {
  return [...world.datasets.values()].filter(({ name, mountpoint, mounted }) =>
    (name === dataset || name.startsWith(`${dataset}/`)) && mountpoint.startsWith("/") && (mounted || resume)
  ).map(({ name }) => name).sort();
}

function moveDataset(from: string, to: string, world: World, made: Set<string>, resume: boolean): Step[] {
  const parent = dirname(to);
  const missing = !world.datasets.has(parent) && !made.has(parent);
  made.add(parent);
  const inside = mountedIn(from, world, resume);
  return [
    ...(missing
      ? [{
        title: `Create dataset ${parent}`,
        effect: { kind: "run" as const, ...zfsCreateParents(parent) },
        makes: [{ kind: "dataset" as const, name: parent }],
      }]
      : []),
    // zfs-fuse cannot rename what is mounted; elsewhere it does no harm.
    ...inside.filter((name) => world.datasets.get(name)?.mounted).toReversed().map((name): Step => ({
      title: `Unmount dataset ${name}`,
      effect: { kind: "run", ...zfsUnmount(name), busyText: MOUNT_BUSY },
      undo: { kind: "run", ...zfsMount(name) },
    })),
    {
      title: `Rename dataset ${from} to ${to}`,
      effect: { kind: "run", ...zfsRename(from, to), busyText: DATASET_BUSY },
      undo: { kind: "run", ...zfsRename(to, from), busyText: DATASET_BUSY },
    },
    ...inside.map((name) => mountStep(to + name.slice(from.length))),
  ];
}

function mountStep(dataset: string): Step {
  return {
    title: `Mount dataset ${dataset}`,
    effect: { kind: "run", ...zfsMount(dataset) },
    undo: { kind: "run", ...zfsUnmount(dataset), busyText: MOUNT_BUSY },
  };
}

function moveDir(
  from: string,
  to: string,
  filesystem: LocatedFilesystem,
  world: World,
  made: Set<string>,
): Step[] {
  const parent = dirname(to);
  const missing = !world.paths.get(parent) && !made.has(parent);
  made.add(parent);
  const snapshots = world.directorySnapshots.get(filesystem.path) ?? [];
  const move = (source: string, target: string): Step => ({
    title: `Rename directory ${source} to ${target}`,
    effect: { kind: "run", ...moveDirectory(source, target) },
    undo: { kind: "run", ...moveDirectory(target, source) },
  });
  return [
    ...(missing
      ? [{ title: `Make directory ${parent}`, effect: { kind: "run" as const, ...makeParents(parent) } }]
      : []),
    ...snapshots.map((name) => move(directorySnapshot(from, name), directorySnapshot(to, name))),
    move(from, to),
  ];
}
