/**
 * What the machine has of filesystems, for lists: as zfs and the directories say it, and nothing that is guessed.
 *
 * @module
 */
import type { InstanceFilesystem } from "../../instance/instance.ts";
import type { VolumeInfo } from "../../ports/mod.ts";
import { sizeText } from "./describe.ts";
import type { World } from "../world.ts";

/** What was looked at. */
export type Seen = Pick<World, "datasets" | "zfsSnapshots" | "directorySnapshots" | "sizes" | "paths"> & {
  /** Volumes of the daemon by the path of their filesystem. */
  readonly volumes: ReadonlyMap<string, VolumeInfo>;
};

/** A filesystem as it is on the machine; texts are empty where there is nothing to say. */
export interface FilesystemFacts {
  /** `unfinished`: an earlier run did not come to the end of filling it. */
  readonly state: "there" | "missing" | "unmounted" | "unfinished";
  /** The space that it takes, for people; of a dataset with its snapshots and the datasets in it. */
  readonly size: string;
  readonly snapshots: number;
  /** Datasets that were cloned from its snapshots. */
  readonly clones: number;
  /** The snapshot that it was cloned from. */
  readonly origin: string;
  /** Where it is, as zfs says: a path, `none` or `legacy`. */
  readonly mountpoint: string;
}

const MISSING: FilesystemFacts = {
  state: "missing",
  size: "",
  snapshots: 0,
  clones: 0,
  origin: "",
  mountpoint: "",
};

/** Tells what is known of a filesystem. */
export function filesystemFacts({ kind, path }: InstanceFilesystem, seen: Seen): FilesystemFacts {
  switch (kind) {
    case "directory":
      return directoryFacts(path, seen);
    case "dataset":
      return datasetFacts(path, seen);
    case "volume":
      return volumeFacts(path, seen);
  }
}

/** Clones and mountpoints of a volume are the daemon's own business. */
function volumeFacts(path: string, seen: Seen): FilesystemFacts {
  const info = seen.volumes.get(path);
  if (!info) return MISSING;
  const size = info.bytes === undefined ? "" : sizeText(info.bytes);
  return { ...MISSING, state: "there", size, snapshots: info.snapshots.length };
}

function directoryFacts(path: string, seen: Seen): FilesystemFacts {
  const snapshots = seen.directorySnapshots.get(path)?.length ?? 0;
  if (!seen.paths.get(path)) return { ...MISSING, snapshots };
  return { ...MISSING, state: "there", size: seen.sizes.get(path) ?? "", snapshots, mountpoint: path };
}

function datasetFacts(path: string, seen: Seen): FilesystemFacts {
  const dataset = seen.datasets.get(path);
  if (!dataset) return MISSING;
  return {
    state: dataset.unfinished ? "unfinished" : dataset.mounted || dataset.volume ? "there" : "unmounted",
    size: dataset.used ?? "",
    snapshots: seen.zfsSnapshots.get(path)?.length ?? 0,
    clones: [...seen.datasets.values()].filter(({ origin }) => origin?.startsWith(`${path}@`)).length,
    origin: dataset.origin ?? "",
    mountpoint: dataset.mountpoint,
  };
}
