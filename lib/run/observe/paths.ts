/**
 * Observation of the directories of the host that targets use.
 *
 * @module
 */
import { basename, dirname } from "@std/path";
import { LxopsError } from "../../base/errors.ts";
import { plainDirectories } from "../../instance/kinds.ts";
import { directorySnapshot, partialOf, replacedOf } from "../../plan/commands/copy.ts";
import { asMade, type Layout, locate } from "../../plan/storage/layout.ts";
import { allHolders, exposedComponents, prefixes } from "../../plan/tree/held.ts";
import { HOST_KINDS } from "../../plan/storage/kinds/mod.ts";
import { ancestors } from "../../base/within.ts";
import type { Described, Target, World } from "../../plan/world.ts";
import { mountsBelow } from "../../ports/mounts.ts";
import type { Host, PathInfo } from "../../ports/mod.ts";
import { asLxopsError } from "../unexpected.ts";

/** Looks at the directories of filesystems and devices, and at other paths. */
export async function readPaths(
  host: Host,
  targets: readonly Described[],
  more: readonly string[],
  datasets: World["datasets"],
): Promise<World["paths"]> {
  const paths = new Set<string>(more);
  for (const target of targets) {
    for (const path of plainDirectories(target.instance.filesystems)) {
      paths.add(path).add(replacedOf(path));
    }
    for (const path of pathsOf(target, datasets)) paths.add(path);
  }
  const mountpoints = new Set(targets.flatMap((target) => newMountpoints(target, datasets)));
  const found = await Promise.all([...paths].map(async (path): Promise<[string, PathInfo | undefined]> => {
    const info = await lookAt(host, path);
    const filled = info?.kind === "directory" && mountpoints.has(path) &&
      (await host.readDir(path)).length > 0;
    return [path, filled ? { ...info, filled } : info];
  }));
  return new Map(found);
}

/**
 * Finds the real paths of the given paths and of their directories, and looks for symbolic links that
 * instances could have placed in them.
 */
export async function readHeld(
  host: Host,
  targets: readonly Described[],
  datasets: World["datasets"],
  world: Pick<World, "backend" | "instances" | "mounts" | "paths" | "otherDaemon">,
): Promise<Pick<World, "paths" | "directoryKeys"> & Required<Pick<World, "realPaths">>> {
  const { paths, mounts } = world;
  const roots = [
    ...new Set(targets.flatMap((target) => [
      ...plainDirectories(target.instance.filesystems),
      ...pathsOf(target, datasets),
    ])),
  ];
  if (roots.length === 0) return { paths, realPaths: new Map() };
  const sources = allHolders(world).map(({ source }) => source);
  const wanted = new Set([
    ...[...paths.keys()].flatMap((path) => [path, dirname(path)]),
    ...roots.flatMap(prefixes),
    ...sources,
  ]);
  const realPaths = await host.realPaths([...wanted]);
  const mounted = [...new Set(roots)].flatMap((root) =>
    mountsBelow([...mounts?.here ?? [], ...mounts?.daemon ?? []], realPaths.get(root) ?? root)
  ).map(({ mountpoint }) => mountpoint);
  const more = [...new Set([...exposedComponents(roots, { ...world, realPaths }), ...mounted])]
    .filter((path) => !paths.has(path));
  const found = await Promise.all(
    more.map(async (path): Promise<[string, PathInfo | undefined]> => [path, await lookAt(host, path)]),
  );
  const directoryKeys = await host.directoryKeys?.([...new Set([...roots, ...sources])]);
  return { paths: new Map([...paths, ...found]), realPaths, ...(directoryKeys ? { directoryKeys } : {}) };
}

/** Returns the mountpoints of datasets that do not exist or are not mounted. */
function newMountpoints(target: Described, datasets: World["datasets"]): readonly string[] {
  return layoutOf(target, datasets)?.filesystems.filter(({ kind, path }) =>
    HOST_KINDS[kind].mount?.isPending(path, datasets)
  )
    .map(({ directory }) => directory) ?? [];
}

async function lookAt(host: Host, path: string): Promise<PathInfo | undefined> {
  try {
    return await host.lstat(path);
  } catch (error) {
    const { message } = asLxopsError(error);
    const advice = host.isRoot ? [] : ["Run lxops as root, or let this user look there"];
    throw new LxopsError(`Cannot look at "${path}": ${message}`, advice, { cause: error });
  }
}

function pathsOf(target: Described, datasets: World["datasets"]): readonly string[] {
  return layoutOf(target, datasets)?.paths ?? [];
}

/**
 * Returns the layout of a target; none where it is wrong, which the planner that needs it reports (`delete`
 * does not).
 */
function layoutOf(target: Described, datasets: World["datasets"]): Layout | undefined {
  try {
    return locate(target, asMade(datasets));
  } catch (error) {
    if (error instanceof LxopsError) return undefined;
    throw error;
  }
}

/**
 * Returns temporary paths of copies and new directories, the directories around them, and the snapshots that
 * copies are made from.
 */
export function partialPaths(
  target: Target,
  datasets: World["datasets"],
  makes = false,
): readonly string[] {
  const source = target.devicesFrom;
  if (!source && !makes) return [];
  const snapshot = target.instance.deviceSource?.snapshot;
  const paths = pathsOf(target, datasets);
  return [
    ...paths.map(partialOf),
    ...new Set(paths.flatMap(ancestors)),
    ...(source === undefined || snapshot === undefined
      ? []
      : source.instance.filesystems.map(({ path }) => directorySnapshot(path, snapshot))),
  ];
}

/** Finds device directories that have nothing in them; one that cannot be read may have something. */
export async function readEmptyDirectories(
  host: Host,
  targets: readonly Target[],
  paths: World["paths"],
  datasets: World["datasets"],
): Promise<ReadonlySet<string>> {
  const there = targets.flatMap((target) => pathsOf(target, datasets)).filter((path) =>
    paths.get(path)?.kind === "directory"
  );
  const empty = await Promise.all(there.map(async (path) => {
    try {
      return (await host.readDir(path)).length === 0 ? [path] : [];
    } catch {
      return [];
    }
  }));
  return new Set(empty.flat());
}

/**
 * Finds the snapshots of plain directories, which are beside them: directories whose names begin like theirs. With
 * `leftovers`, also leftovers of interrupted runs.
 */
export async function readDirectorySnapshots(
  host: Host,
  targets: readonly Described[],
): Promise<Pick<World, "directorySnapshots" | "leftovers">> {
  const paths = new Set(targets.flatMap(({ instance }) => plainDirectories(instance.filesystems)));
  const leftovers: string[] = [];
  const found = await Promise.all([...paths].map(async (path) => {
    const prefix = directorySnapshot(basename(path), "");
    const parent = dirname(path);
    const names = await host.readDir(parent);
    const beside = names.filter((name) => name.startsWith(prefix));
    const are = await Promise.all(
      beside.map(async (name) => (await host.lstat(`${parent}/${name}`))?.kind === "directory"),
    );
    const directories = beside.filter((_, index) => are[index]);
    const partial = directories.filter((name) => name.endsWith(partialOf("")));
    const left = [partialOf(basename(path)), replacedOf(basename(path))].filter((name) =>
      names.includes(name)
    );
    leftovers.push(...[...partial, ...left].map((name) => `${parent}/${name}`));
    const snapshots = directories.filter((name) => !partial.includes(name)).map((name) =>
      name.slice(prefix.length)
    );
    return [path, snapshots.sort()] as const;
  }));
  return { directorySnapshots: new Map(found), leftovers: leftovers.sort() };
}

/** Returns the plain directories of targets that exist and are not transient. */
export function lastingDirectories(targets: readonly Target[], paths: World["paths"]): readonly string[] {
  return targets.flatMap(({ instance }) =>
    plainDirectories(instance.filesystems.filter(({ transient }) => !transient))
  ).filter((path) => paths.get(path)?.kind === "directory");
}

/** Returns the plain directories of targets that exist. */
export function existingDirectories(targets: readonly Target[], paths: World["paths"]): readonly string[] {
  return targets.flatMap(({ instance }) => plainDirectories(instance.filesystems))
    .filter((path) => paths.get(path)?.kind === "directory");
}
