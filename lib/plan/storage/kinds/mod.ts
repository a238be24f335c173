/**
 * The kinds of filesystems. A new kind is one more entry here, in `instance/kinds.ts` and in `data/kinds/mod.ts`.
 *
 * @module
 */
import type { FilesystemKindName } from "../../../instance/instance.ts";
import { dataset } from "./dataset.ts";
import { directory } from "./directory.ts";
import type {
  DaemonKind,
  DaemonKindName,
  FilesystemKind,
  HostKind,
  HostKindName,
  LocatedFilesystem,
} from "./kind.ts";
import { volume } from "./volume.ts";

/**
 * Kinds with a directory of the host. What is mounted in a directory keeps it from being removed, so directories come
 * last.
 */
export const HOST_KINDS: Readonly<Record<HostKindName, HostKind>> = { dataset, directory };

/** Kinds of the daemon's own filesystems. */
export const DAEMON_KINDS: Readonly<Record<DaemonKindName, DaemonKind>> = { volume };

/** All kinds. */
export const KINDS: Readonly<Record<FilesystemKindName, FilesystemKind>> = { ...HOST_KINDS, ...DAEMON_KINDS };

/** Returns the names of all kinds with a directory of the host, in the order of their steps. */
export function hostKindNames(): readonly HostKindName[] {
  return Object.keys(HOST_KINDS) as HostKindName[];
}

/** Tells whether a kind has a directory of the host. */
export function isHostKind(kind: FilesystemKindName): kind is HostKindName {
  return Object.hasOwn(HOST_KINDS, kind);
}

/** Plans for the filesystems of each kind together, kind by kind. */
export function forEachKind<T>(
  filesystems: readonly LocatedFilesystem[],
  plan: (kind: HostKind, own: readonly LocatedFilesystem[]) => readonly T[],
): T[] {
  return hostKindNames().flatMap((name) => {
    const own = filesystems.filter(({ kind }) => kind === name);
    return own.length === 0 ? [] : plan(HOST_KINDS[name], own);
  });
}
