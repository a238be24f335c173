/**
 * Which of an instance's filesystems an operation on its data is about.
 *
 * @module
 */
import { StateError, UsageError } from "../../base/errors.ts";
import type { LocatedFilesystem } from "./kinds/kind.ts";
import { HOST_KINDS } from "./kinds/mod.ts";
import { locate } from "./layout.ts";
import { type TargetVolume, volumesOf } from "./kinds/volumes.ts";
import type { Described, World } from "../world.ts";

/** An instance's filesystems that are to be kept, those that exist by kind. */
export interface DataSet {
  readonly zfs: readonly LocatedFilesystem[];
  /** Datasets in those, which the configuration does not name. */
  readonly below: readonly LocatedFilesystem[];
  readonly dirs: readonly LocatedFilesystem[];
  readonly volumes: readonly TargetVolume[];
  /** Those that were never made. */
  readonly missing: readonly LocatedFilesystem[];
  readonly missingVolumes: readonly TargetVolume[];
}

/** The filesystems of an instance that are not transient. */
export function dataSet(target: Described, world: World): DataSet {
  const kept = locate(target, world.datasets, world.paths).filesystems.filter((one) => !one.transient);
  const there = kept.filter(({ exists }) => exists);
  const link = there.find(({ kind, path }) =>
    kind === "directory" && world.paths.get(path)?.kind === "symlink"
  );
  if (link) {
    throw new StateError(
      `"${link.path}" is a symbolic link; name the directory that it leads to in the pattern`,
    );
  }
  const byPath = <T extends { readonly path: string }>(list: readonly T[]) => [
    ...new Map(list.map((one) => [one.path, one])).values(),
  ];
  const volumes = byPath(volumesOf(target, world).filter((one) => !one.transient));
  const zfs = byPath(there.filter(({ kind }) => kind === "dataset"));
  return {
    zfs,
    below: byPath(
      zfs.flatMap((one) =>
        HOST_KINDS[one.kind].nested(target, one.path, world.datasets).map(({ name, mountpoint }) => ({
          ...one,
          path: name,
          directory: mountpoint,
        }))
      ),
    ),
    dirs: byPath(there.filter(({ kind }) => kind === "directory")),
    volumes: volumes.filter(({ info }) => info),
    missingVolumes: volumes.filter(({ info }) => !info),
    missing: kept.filter(({ exists }) => !exists),
  };
}

/**
 * Checks the name of a snapshot: it becomes part of names of datasets, directories and instances.
 *
 * @throws {UsageError}
 */
export function checkSnapshotName(name: string): void {
  if (name === "") throw new UsageError("-s needs the name of a snapshot");
  if (!/^[A-Za-z0-9_.:][A-Za-z0-9_.:-]*$/.test(name) || name === "." || name === ".." || name.length > 100) {
    throw new UsageError(
      `"${name}" is not a name for a snapshot: use letters, digits and "-", "_", ".", ":"`,
    );
  }
}
