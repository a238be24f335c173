/**
 * Selection of an instance's filesystems for an operation on their data.
 *
 * @module
 */
import { StateError, UsageError } from "../../base/errors.ts";
import { isPlainDirectory } from "../../instance/kinds.ts";
import type { Described, World } from "../world.ts";
import type { LocatedFilesystem } from "./kinds/kind.ts";
import { HOST_KINDS, hostKindNames } from "./kinds/mod.ts";
import { type TargetVolume, volumesOf } from "./kinds/volumes.ts";
import { locate } from "./layout.ts";

/** Filesystems of an instance: those of the host, kind by kind, and those of the daemon. */
export interface Filesystems {
  readonly host: readonly LocatedFilesystem[];
  readonly daemon: readonly TargetVolume[];
}

/** The filesystems of an instance that are not transient. */
export interface Selection {
  readonly existing: Filesystems;
  /** Filesystems in those that the configuration does not name. */
  readonly nested: readonly LocatedFilesystem[];
  readonly missing: Filesystems;
}

/** Selects the filesystems of an instance that are not transient. */
export function select(target: Described, world: World): Selection {
  const kept = locate(target, world.datasets, world.paths).filesystems.filter((one) => !one.transient);
  const existing = unique(
    hostKindNames().flatMap((name) => kept.filter(({ kind, exists }) => exists && kind === name)),
  );
  const link = existing.find((one) => isPlainDirectory(one) && world.paths.get(one.path)?.kind === "symlink");
  if (link) {
    throw new StateError(
      `"${link.path}" is a symbolic link; name the directory that it leads to in the pattern`,
    );
  }
  const volumes = unique(volumesOf(target, world).filter((one) => !one.transient));
  const nested = existing.flatMap((one) =>
    HOST_KINDS[one.kind].nested(target, one.path, world.datasets).map(({ name, mountpoint }) => ({
      ...one,
      path: name,
      directory: mountpoint,
    }))
  );
  return {
    existing: { host: existing, daemon: volumes.filter(({ info }) => info) },
    nested: unique(nested),
    missing: {
      host: kept.filter(({ exists }) => !exists),
      daemon: volumes.filter(({ info }) => !info),
    },
  };
}

/** Returns filesystems of different paths: several keys of a configuration may mean the same one. */
function unique<F extends { readonly path: string }>(filesystems: readonly F[]): readonly F[] {
  return [...new Map(filesystems.map((one) => [one.path, one])).values()];
}

/** Returns all filesystems, those of the host first. */
export function all({ host, daemon }: Filesystems): readonly (LocatedFilesystem | TargetVolume)[] {
  return [...host, ...daemon];
}

/**
 * Checks the name of a snapshot, which becomes part of names of datasets, directories and instances.
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
