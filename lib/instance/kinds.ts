/**
 * Kinds of filesystems as configurations write them. How filesystems of a kind are created, destroyed, renamed and
 * archived is in `plan/storage/kinds` and `plan/data/kinds`.
 *
 * @module
 */
import type { Filesystem } from "../config/config.ts";
import type { FilesystemKindName, InstanceFilesystem, VolumePlace } from "./instance.ts";
import { datasetNameProblem, hostPathProblem, isSystemDirectory, normalizePath } from "./patterns/names.ts";
import type { Findings } from "./patterns/substitution.ts";
import { isVolume, parseVolume, volumePath } from "./volumes.ts";

/** The pattern of a filesystem with its properties substituted. */
export interface FilesystemPattern {
  /** Key of the filesystem: `filesystems.ID`. */
  readonly entry: string;
  readonly value: string;
  readonly filesystem: Filesystem;
}

/** The place of a filesystem that a pattern names. */
export interface FilesystemPlace {
  readonly path: string;
  readonly volume?: VolumePlace;
}

/** A kind of filesystems as configurations write it. */
export interface PatternKind {
  /** Tells whether a substituted pattern means a filesystem of this kind. */
  matches(value: string): boolean;
  /** Reads a pattern; returns `undefined`, with an issue, where it is wrong. */
  parse(pattern: FilesystemPattern, found: Findings): FilesystemPlace | undefined;
  /** The source that lists filesystems of this kind: `zfs`, the host's directories, or the daemon. */
  readonly listedBy: "zfs" | "directories" | "daemon";
  /** Returns the directory of a filesystem where nothing better is known. */
  usualDirectory(path: string): string;
}

const volume: PatternKind = {
  matches: isVolume,
  parse({ entry, value, filesystem }, found) {
    const place = parseVolume(entry, value, filesystem, found);
    return place && { path: volumePath(place), volume: place };
  },
  listedBy: "daemon",
  usualDirectory: (path) => path,
};

const directory: PatternKind = {
  matches: (value) => value.startsWith("/"),
  parse({ entry, value, filesystem }, found) {
    const key = `${entry}.pattern`;
    const path = normalizePath(value);
    warnOfProperties(entry, path, filesystem, found);
    if (!found.accept(key, value, hostPathProblem(value))) return undefined;
    if (path === "/") {
      found.error(key, '"/" cannot be a filesystem; a device with an absolute "dir" needs no "filesystem"');
      return undefined;
    }
    if (/^\/(proc|sys|dev(?!\/shm(\/|$)))(\/|$)/.test(path)) {
      found.error(key, `"${path}": lxops makes nothing below /proc, /sys and /dev; choose another directory`);
      return undefined;
    }
    if (filesystem.destroy && isSystemDirectory(path)) {
      found.error(key, `"${path}" belongs to the system and must not have "destroy: true"`);
      return undefined;
    }
    if (Object.keys(filesystem.zfsproperties).length > 0) {
      found.warn(`${entry}.zfsproperties`, `"${path}" is a plain directory, which has no ZFS properties`);
    }
    return { path };
  },
  listedBy: "directories",
  usualDirectory: (path) => path,
};

const dataset: PatternKind = {
  matches: () => true,
  parse({ entry, value, filesystem }, found) {
    warnOfProperties(entry, value, filesystem, found);
    return found.accept(`${entry}.pattern`, value, datasetNameProblem(value)) ? { path: value } : undefined;
  },
  listedBy: "zfs",
  // ZFS mounts datasets below "/" by default.
  usualDirectory: (path) => `/${path}`,
};

/** All kinds. A pattern has the first kind that matches it; `dataset`, which matches all, is the last. */
const KINDS: Readonly<Record<FilesystemKindName, PatternKind>> = { volume, directory, dataset };

function warnOfProperties(entry: string, path: string, { properties }: Filesystem, found: Findings): void {
  if (Object.keys(properties).length === 0) return;
  found.warn(
    `${entry}.properties`,
    `"${path}" is no volume of the daemon, and only those have "properties"`,
  );
}

/** Reads a pattern of any kind; returns `undefined`, with an issue, where it is wrong. */
export function parsePattern(
  pattern: FilesystemPattern,
  found: Findings,
): (FilesystemPlace & { readonly kind: FilesystemKindName }) | undefined {
  for (const [kind, { matches, parse }] of Object.entries(KINDS) as [FilesystemKindName, PatternKind][]) {
    if (!matches(pattern.value)) continue;
    const place = parse(pattern, found);
    return place && { ...place, kind };
  }
  return undefined;
}

/** Tells whether a filesystem has a directory of the host; one of the daemon's own has none. */
export function isOnHost({ kind }: Pick<InstanceFilesystem, "kind">): boolean {
  return KINDS[kind].listedBy !== "daemon";
}

/** Returns filesystems of the host before those of the daemon. */
export function hostFirst(filesystems: readonly InstanceFilesystem[]): readonly InstanceFilesystem[] {
  return [...filesystems.filter(isOnHost), ...filesystems.filter((one) => !isOnHost(one))];
}

/** Tells whether a filesystem is a directory of the host by its very path. */
export function isPlainDirectory({ kind }: Pick<InstanceFilesystem, "kind">): boolean {
  return KINDS[kind].listedBy === "directories";
}

/** Returns the paths of those filesystems that are directories of the host by their very paths. */
export function plainDirectories(filesystems: readonly InstanceFilesystem[]): readonly string[] {
  return filesystems.filter(isPlainDirectory).map(({ path }) => path);
}

/** Returns the paths of those filesystems that `zfs` must list. */
export function listedByZfs(filesystems: readonly InstanceFilesystem[]): readonly string[] {
  return filesystems.filter(({ kind }) => KINDS[kind].listedBy === "zfs").map(({ path }) => path);
}

/** Returns the directory of a filesystem where nothing better is known. */
export function usualDirectory({ kind, path }: InstanceFilesystem): string {
  return KINDS[kind].usualDirectory(path);
}
