/**
 * Mounts in a directory that a program removes, replaces, moves or packs as a whole.
 *
 * @module
 */
import { dirname } from "@std/path";
import {
  around,
  isZfs,
  type Mount,
  mountAt,
  type Mounts,
  mountsBelow,
  placeIn,
  type TreeUse,
} from "../../ports/mounts.ts";
import { quote } from "../../base/shell.ts";
import type { Dataset } from "../../ports/mod.ts";

/** An obstacle. */
export interface Found {
  readonly text: string;
  readonly mount?: Mount;
  /** Only the daemon sees it. */
  readonly daemonOnly: boolean;
  /** Advice, where unmounting is not the answer. */
  readonly cure?: string;
}

/** Mounts of the machine, as lxops and the daemon see them. */
export type Namespaces = Pick<Mounts, "here" | "daemon">;

/** Facts that are known when a program runs. */
export interface Known {
  readonly datasets: ReadonlyMap<string, Dataset>;
  /** Datasets and directories that are seen to by themselves. */
  readonly named: ReadonlySet<string>;
  /** Datasets that were destroyed before. */
  readonly gone: ReadonlySet<string>;
  /** True where the daemon must see the same directory there as lxops does. */
  readonly served: boolean;
}

const WHAT: Readonly<Record<TreeUse["use"], string>> = {
  remove: "would be removed with it",
  move: "would be moved with it",
  change: "would be changed with it",
  read: "would be left out, or copied with it",
  make: "is in its place",
};

/** Finds the mounts that obstruct one use of a directory. */
export function inTheTree(use: TreeUse, mounts: Namespaces, known: Known): readonly Found[] {
  const { daemon = [] } = mounts;
  const here = mounts.here.filter((mount) => !isZfs(mount) || !known.gone.has(mount.source));
  const dataset = use.kind === "dataset" ? known.datasets.get(use.path) : undefined;
  if (use.kind === "dataset" && !dataset?.mounted) return [];
  const directory = dataset ? dataset.mountpoint : use.path;
  if (!directory.startsWith("/")) return [];
  const fixed = use.use === "read" || dataset ? undefined : readOnly(use, here);
  if (fixed) return [fixed];
  if (use.use === "make") return [];
  const isSame = (one: Mount) => (other: Mount) =>
    one.mountpoint === other.mountpoint && one.device === other.device && one.root === other.root;
  const theirs = daemon.filter((one) => !here.some(isSame(one)));
  const look = (mounts: readonly Mount[], daemonOnly: boolean): Found[] =>
    [
      ...atRoot(use, directory, mountAt(mounts, directory), dataset !== undefined),
      ...mountsBelow(mounts, directory).filter((mount) =>
        !(use.without ?? []).some((path) => path === mount.mountpoint) && isStrange(mount, use, known)
      ).map((mount) => ({ text: below(mount, use, directory), mount })),
    ].map((one) => ({ ...one, daemonOnly }));
  const found = [...look(here, false), ...look(theirs, true)];
  if (!known.served) return found;
  if (found.length > 0 || daemon.length === 0 || placeIn(here, directory) === placeIn(daemon, directory)) {
    return found;
  }
  const depth = (mount: Mount | undefined) => mount?.mountpoint.length ?? 0;
  const [ours, other] = [around(here, directory), around(daemon, directory)];
  const at = (depth(ours) > depth(other) ? ours : other)?.mountpoint ?? "/";
  const seen = (mount: Mount | undefined) => mount ? describe(mount) : "nothing";
  return [{
    text: `"${at}" is not the same for lxops (${seen(ours)}) and for the daemon (${seen(other)})`,
    daemonOnly: false,
    cure: "Restart the daemon, or run lxops where both see the same directories",
  }];
}

/** Finds directories that cannot be written to, before anything is done. */
function readOnly({ use, path }: TreeUse, mounts: readonly Mount[]): Found | undefined {
  const mount = around(mounts, use === "change" ? path : dirname(path));
  if (!mount?.readonly) return undefined;
  return {
    text: `"${path}" is in a read-only mount at "${mount.mountpoint}" (${describe(mount)})`,
    daemonOnly: false,
    cure: `Make it writable first: mount -o remount,rw ${quote(mount.mountpoint)}`,
  };
}

/** Returns the mount at the directory itself. It does not matter where the directory keeps its place. */
function atRoot(
  { use, path }: TreeUse,
  directory: string,
  mount: Mount | undefined,
  isDataset: boolean,
): Omit<Found, "daemonOnly">[] {
  if (!mount) return [];
  if (isDataset) {
    if (isZfs(mount) && mount.source === path) return [];
    const text = `something else (${describe(mount)}) is mounted over dataset "${path}", at "${directory}"`;
    return [{ text, mount }];
  }
  if (use === "read" || use === "change") return [];
  const cannot = use === "remove" ? "removed" : "given another name";
  return [{
    text: `"${directory}" is a mount by itself (${describe(mount)}), which cannot be ${cannot}`,
    cure: "Unmount it first, or name a directory in it as the pattern",
  }];
}

function isStrange(mount: Mount, { use, kind, path }: TreeUse, { datasets, named, gone }: Known): boolean {
  if (!isZfs(mount) || !datasets.has(mount.source)) return !(use === "read" && named.has(mount.mountpoint));
  const isBelow = (name: string) => mount.source === name || mount.source.startsWith(`${name}/`);
  if ([...gone].some(isBelow)) return false;
  // zfs takes along what lies in a dataset, and its planners name what they do not.
  if (kind === "dataset" && isBelow(path)) return false;
  return use === "remove" || use === "move" || !named.has(mount.source);
}

function below(mount: Mount, { use }: TreeUse, directory: string): string {
  const what = isZfs(mount) ? `dataset "${mount.source}"` : `something (${describe(mount)})`;
  return `${what} is mounted at "${mount.mountpoint}", in "${directory}", and ${WHAT[use]}`;
}

function describe({ type, source, root }: Mount): string {
  return root === "/" ? `${type} ${source}` : `${root} of ${type} ${source}`;
}
