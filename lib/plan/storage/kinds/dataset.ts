/**
 * ZFS datasets as filesystems.
 *
 * @module
 */
import { isWithin } from "../../../base/within.ts";
import type { InstanceFilesystem } from "../../../instance/instance.ts";
import type { Dataset } from "../../../ports/mod.ts";
import { run } from "../../../step/build.ts";
import { count } from "../../../base/sizes.ts";
import { DATASET_BUSY, unfinishedMark, zfsDestroy, zfsFinish, zfsMount, zfsSet } from "../../commands/zfs.ts";
import type { World } from "../../world.ts";
import { createDatasets, givenAway, mountCreated } from "./create_datasets.ts";
import { type HostKind, type LocatedFilesystem, MISSING, type Place } from "./kind.ts";
import { datasetsBelow } from "./nested_datasets.ts";
import { renameDatasets } from "./rename_datasets.ts";

/**
 * Finds the mountpoint of a dataset, or the reason why it has none. A dataset that is created later gets its own
 * property or inherits one (zfsprops(7)).
 */
function locate(
  filesystem: InstanceFilesystem,
  { datasets }: Pick<World, "datasets">,
  before: readonly LocatedFilesystem[],
): Place | string {
  const dataset = datasets.get(filesystem.path);
  if (dataset) return locateExisting(dataset);
  const own = filesystem.zfsproperties["mountpoint"];
  let ancestor: Dataset | undefined;
  let parent = filesystem.path;
  while (!ancestor && parent.includes("/")) {
    parent = parent.slice(0, parent.lastIndexOf("/"));
    ancestor = datasets.get(parent);
  }
  if (!ancestor) {
    return `There is no ZFS pool "${parent}" for dataset "${filesystem.path}"; ` +
      `if a directory is meant, begin it with "/"`;
  }
  if (ancestor.volume) {
    return `Dataset "${filesystem.path}" cannot be created in "${ancestor.name}", which is a volume`;
  }
  const around = before.findLast(({ kind, path, exists }) =>
    kind === "dataset" && !exists && filesystem.path.startsWith(`${path}/`)
  );
  const [name, mountpoint] = around ? [around.path, around.directory] : [ancestor.name, ancestor.mountpoint];
  const inherited = mountpoint.startsWith("/")
    ? `${mountpoint.replace(/\/$/, "")}${filesystem.path.slice(name.length)}`
    : mountpoint;
  const directory = own ?? inherited;
  if (!directory.startsWith("/")) {
    return `Dataset "${filesystem.path}" would have mountpoint "${directory}"` +
      `${own ? "" : `, inherited from "${ancestor.name}"`}; set "mountpoint" in its zfsproperties`;
  }
  return { directory: directory.replace(/(.)\/$/, "$1"), exists: false };
}

function locateExisting({ name, volume, mountpoint, mounted, unfinished, unowned }: Dataset): Place | string {
  if (volume) return `Dataset "${name}" is a volume, not a filesystem`;
  if (!mountpoint.startsWith("/")) {
    return `Dataset "${name}" has mountpoint "${mountpoint}"; device directories need a path`;
  }
  if (!mounted) return `Dataset "${name}" is not mounted; mount it with: zfs mount ${name}`;
  return {
    directory: mountpoint,
    exists: true,
    ...(unfinished ? { unfinished: true } : {}),
    ...(unowned ? { unowned: true } : {}),
  };
}

function clonesOf(path: string, datasets: World["datasets"]): number {
  return [...datasets.values()].filter(({ origin }) => origin?.startsWith(`${path}@`)).length;
}

/** Counts the snapshots that are destroyed with a dataset: its own, and those of the datasets below it. */
function snapshotsWithin(path: string, world: World): number {
  let found = 0;
  for (const [name, list] of world.zfsSnapshots) if (isWithin(name, path)) found += list.length;
  return found;
}

/** Returns datasets that would be destroyed too, or keep this one from it, and that the configuration does not name. */
function strangers(path: string, doomed: ReadonlySet<string>, world: World): string[] {
  return [...world.datasets.values()].filter(({ name }) => !doomed.has(name)).flatMap(
    ({ name, origin, volume }) => {
      const what = `${volume ? "volume" : "dataset"} "${name}"`;
      if (name.startsWith(`${path}/`)) return [`${what} lies in it`];
      return origin?.startsWith(`${path}@`) ? [`${what} is a clone of it`] : [];
    },
  );
}

/** ZFS datasets. */
export const dataset: HostKind = {
  locate,
  clones: true,
  hasSnapshot: (path, snapshot, { zfsSnapshots }) =>
    zfsSnapshots.get(path)?.some(({ name }) => name === snapshot) ?? false,
  nested: datasetsBelow,
  facts(path, seen) {
    const info = seen.datasets.get(path);
    if (!info) return MISSING;
    return {
      state: info.unfinished ? "unfinished" : info.mounted || info.volume ? "there" : "unmounted",
      size: info.used ?? "",
      snapshots: seen.zfsSnapshots.get(path)?.length ?? 0,
      clones: clonesOf(path, seen.datasets),
      origin: info.origin ?? "",
      mountpoint: info.mountpoint,
    };
  },
  describe(_, { path }, world) {
    const info = world.datasets.get(path);
    if (!info) return undefined;
    const { used, origin, mountpoint } = info;
    return `dataset ${path} (${used ?? "size unknown"}), ${
      count(snapshotsWithin(path, world), "snapshot")
    }, ` +
      `${count(clonesOf(path, world.datasets), "clone")}${
        origin ? `, a clone of ${origin}` : ""
      }, at ${mountpoint}`;
  },
  snapshots: (target, { path }, { datasets, zfsSnapshots }) =>
    [path, ...datasetsBelow(target, path, datasets).map(({ name }) => name)].flatMap((of) =>
      (zfsSnapshots.get(of) ?? []).map(({ name, used, creation }) => ({ of, name, used, created: creation }))
    ),
  create: { resume: mountCreated, create: createDatasets, givenAway },
  mount: {
    isPending: (path, datasets) => !datasets.get(path)?.mounted,
    mount: (path) => run(`Mount dataset ${path}`, zfsMount(path)),
    begin: (path) => run(`Mark dataset ${path} as unfinished`, zfsSet(path, unfinishedMark(path))),
    finish: (path) => run(`Mark dataset ${path} as finished`, zfsFinish(path)),
  },
  destroy: {
    find: (path, { datasets }) => datasets.get(path)?.mountpoint,
    beside: () => [],
    // A configuration does not name block devices.
    problems: (path, doomed, world) => [
      ...(world.datasets.get(path)?.volume ? ["it is a volume"] : []),
      ...strangers(path, doomed, world),
    ],
    notes: () => [],
    step: (path) =>
      run(`Destroy dataset ${path}`, zfsDestroy(path), {
        busyText: DATASET_BUSY,
        removes: [{ kind: "dataset", name: path }],
      }),
  },
  rename: renameDatasets,
};
