/**
 * Data of ZFS datasets.
 *
 * @module
 */
import { run, runEffect } from "../../../step/build.ts";
import type { Step } from "../../../step/step.ts";
import { removeEmptyDirectory, unpackArchive } from "../../commands/archive.ts";
import { directorySnapshot, syncDirectory } from "../../commands/copy.ts";
import {
  DATASET_BUSY,
  MOUNT_BUSY,
  unfinishedMark,
  zfsClone,
  zfsCreate,
  zfsCreateParents,
  zfsDestroy,
  zfsDestroySnapshot,
  zfsFinish,
  zfsRollback,
  zfsSet,
  zfsSnapshot,
} from "../../commands/zfs.ts";
import { HOST_KINDS } from "../../storage/kinds/mod.ts";
import type { LocatedFilesystem } from "../../storage/kinds/kind.ts";
import type { Target, World } from "../../world.ts";
import { copyOfDatasets } from "./copy_datasets.ts";
import type { HostDataKind, Packed, Packing, Removal, Taking, Unpacked } from "./kind.ts";
import { NO_PHASES } from "./kind.ts";
import { packSteps } from "./pack.ts";

/** Data of ZFS datasets. */
export const dataset: HostDataKind = {
  place: ({ directory }) => directory,
  snapshot: {
    paths: () => [],
    has: ({ path }, snapshot, world) => HOST_KINDS.dataset.hasSnapshot(path, snapshot, world),
    find: (existing, _, snapshot, world) =>
      existing.filter(({ path }) => HOST_KINDS.dataset.hasSnapshot(path, snapshot, world)),
    unfinished: () => [],
    take,
    remove: (datasets, removal) => datasets.map((one) => removeSnapshot(one, removal)),
  },
  rollback: {
    paths: () => [],
    movedAway: () => [],
    newer({ path }, snapshot, world) {
      const names = world.zfsSnapshots.get(path)?.map(({ name }) => name) ?? [];
      return names.slice(names.indexOf(snapshot) + 1).map((name) => `${path}@${name}`);
    },
    steps: (datasets, { snapshot, destroyNewer }) => ({
      ...NO_PHASES,
      change: datasets.map(({ path }) =>
        run(`Roll back dataset ${path} to ${snapshot}`, zfsRollback(`${path}@${snapshot}`, destroyNewer), {
          busyText: DATASET_BUSY,
          commits: true,
        })
      ),
    }),
    giveBack: (datasets, snapshot) =>
      datasets.map(({ path }) =>
        run(`Restore dataset ${path} to ${snapshot}`, zfsRollback(`${path}@${snapshot}`, false), {
          busyText: DATASET_BUSY,
        })
      ),
  },
  archive: {
    word: "zfs",
    exportPaths: () => [],
    importPaths: () => [],
    pack,
    isComplete: ({ exists, unfinished }) => exists && !unfinished,
    isLeft: ({ unfinished }) => unfinished === true,
    issues: () => [],
    problems: () => [],
    unpack,
    finish: () => [],
  },
  copy: copyOfDatasets,
};

/** Plans snapshots of datasets. ZFS takes all of them at the same moment; an old version takes one at a time. */
function take(datasets: readonly LocatedFilesystem[], snapshot: string, world: World): Taking {
  const names = datasets.map(({ path }) => `${path}@${snapshot}`);
  const apart = datasets.length > 1 && !world.zfsTakesSeveral;
  const groups = apart ? names.map((name) => [name]) : [names];
  return {
    ...NO_PHASES,
    frozen: apart ? datasets.map(({ directory }) => directory) : [],
    parts: groups.length,
    change: groups.map((group) =>
      run(`Take snapshot${group.length === 1 ? "" : "s"} ${group.join(", ")}`, zfsSnapshot(group), {
        // Those of a group were taken all at once, and no step after them can fail for good.
        ...(group.length === 1 ? { undo: runEffect(zfsDestroySnapshot(group[0]!)) } : {}),
      })
    ),
  };
}

function removeSnapshot({ path }: LocatedFilesystem, { snapshot, reason, clones }: Removal): Step {
  const name = directorySnapshot(path, snapshot);
  return run(`Destroy snapshot ${name}${reason}`, zfsDestroySnapshot(name, clones.get(name) ?? []), {
    busyText: DATASET_BUSY,
  });
}

/** Plans an archive of a dataset. A snapshot is cloned first, so that `tar` finds it at a directory. */
function pack({ id, path, directory }: LocatedFilesystem, packing: Packing, world: World): Packed {
  const { snapshot, archive } = packing;
  if (snapshot === "") return { make: packSteps(directory, archive), fetch: [] };
  const clone = `${path}-lxops-export`;
  const mountpoint = `${packing.directory}/${id}.mounted`;
  const destroy = { busyText: DATASET_BUSY };
  return {
    make: [
      ...(world.datasets.has(clone)
        ? [run(`Destroy dataset ${clone}, left by an interrupted run`, zfsDestroy(clone), {
          ...destroy,
          removes: [{ kind: "dataset", name: clone }],
        })]
        : []),
      run(
        `Clone ${path}@${snapshot} to look at it`,
        zfsClone(`${path}@${snapshot}`, clone, { mountpoint, readonly: "on" }),
        { opens: { kind: "clone", name: clone }, undo: runEffect(zfsDestroy(clone), destroy) },
      ),
      ...packSteps(mountpoint, archive),
      run(`Destroy dataset ${clone}`, zfsDestroy(clone), {
        ...destroy,
        closes: { kind: "clone", name: clone },
      }),
      run(`Remove ${mountpoint}`, removeEmptyDirectory(mountpoint), { busyText: MOUNT_BUSY }),
    ],
    fetch: [],
  };
}

function unpack(filesystem: LocatedFilesystem, archive: string, _: Target, world: World): Unpacked {
  const { path } = filesystem;
  const other = `${path}-lxops-import`;
  const destroy = run(`Destroy dataset ${other}`, zfsDestroy(other), { busyText: DATASET_BUSY });
  const stale = world.datasets.has(other) ? [destroy] : [];
  const unpacked = filesystem.exists
    ? unpackBeside(filesystem, other, archive, destroy)
    : unpackNew(filesystem, archive, world);
  return { ...unpacked, make: [...stale, ...unpacked.make] };
}

function unpackNew(
  { path, directory, zfsproperties }: LocatedFilesystem,
  archive: string,
  world: World,
): Unpacked {
  const parent = path.slice(0, path.lastIndexOf("/"));
  return {
    make: [
      ...(world.datasets.has(parent) ? [] : [run(`Create dataset ${parent}`, zfsCreateParents(parent))]),
      run(`Create dataset ${path}`, zfsCreate(path, { ...zfsproperties, ...unfinishedMark(path) }), {
        makes: [{ kind: "dataset", name: path }],
      }),
      run(`Unpack ${archive} into ${directory}`, unpackArchive(archive, directory)),
    ],
    name: [run(`Mark dataset ${path} as finished`, zfsFinish(path))],
  };
}

/**
 * Plans to unpack an archive beside a dataset, which keeps its snapshots and does not change until everything is
 * unpacked.
 */
function unpackBeside(
  { path, directory }: LocatedFilesystem,
  other: string,
  archive: string,
  destroy: Step,
): Unpacked {
  const mountpoint = `${directory}.lxops-import`;
  return {
    make: [
      run(`Create dataset ${other}`, zfsCreate(other, { mountpoint }), {
        opens: { kind: "unpacking", name: other },
        undo: destroy.effect,
      }),
      run(`Unpack ${archive} into ${mountpoint}`, unpackArchive(archive, mountpoint)),
    ],
    name: [
      run(`Mark dataset ${path} as unfinished`, zfsSet(path, unfinishedMark(path))),
      run(`Replace what is in ${directory}`, syncDirectory(mountpoint, directory)),
      run(`Mark dataset ${path} as finished`, zfsFinish(path)),
      { ...destroy, closes: { kind: "unpacking", name: other } },
      run(`Remove ${mountpoint}`, removeEmptyDirectory(mountpoint), { busyText: MOUNT_BUSY }),
    ],
  };
}
