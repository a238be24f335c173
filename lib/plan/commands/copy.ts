/**
 * Command lines that copy and move directories of containers, each built by one pure function.
 *
 * They read what a container's root wrote, who can create any name, link or special file. None of them follows a symbolic
 * link below its directory. As no program can walk a tree safely while directories are replaced by links, no instance may
 * be able to write there meanwhile (`storage/freeze.ts`).
 *
 * @module
 */
import { RSYNC } from "../../base/rsync.ts";
import type { Command } from "../../ports/mod.ts";

/** Returns the path of an unfinished copy, so that a directory with the final name is complete. */
export function partialOf(directory: string): string {
  return `${directory}.partial`;
}

/** Returns the path of a directory while its successor takes its name. */
export function replacedOf(directory: string): string {
  return `${directory}.lxops-replaced`;
}

/** Returns the path of a snapshot of a plain directory: beside it, named like a snapshot of ZFS. */
export function directorySnapshot(directory: string, snapshot: string): string {
  return `${directory}@${snapshot}`;
}

/**
 * Makes a directory's content that of another one: with owners by number, modes, times, links, hard links, holes,
 * ACLs and extended attributes, and nothing that is mounted in there. Times are compared to the nanosecond (rsync
 * 3.1.3 or newer): otherwise a link made in the second of its original keeps its own time.
 */
export function syncDirectory(from: string, to: string): Command {
  return {
    argv: [...RSYNC, "--delete", "--", `${from}/`, `${to}/`],
    trees: [{ use: "read", kind: "directory", path: from }, { use: "change", kind: "directory", path: to }],
  };
}

/** Removes the contents of a directory, which may be a mountpoint; mounts in it stay. */
export function emptyDirectory(directory: string): Command {
  return {
    argv: ["rsync", "-rx", "--delete", "--filter=hide *", "--", `${directory}/`, `${directory}/`],
    trees: [{ use: "change", kind: "directory", path: directory }],
  };
}

/**
 * Copies a directory to a name that nothing has, sharing its blocks where the filesystem can.
 *
 * @param share fail where the filesystem cannot
 */
export function copyDirectory(from: string, to: string, share = false): Command {
  return {
    argv: [
      "cp",
      "-a",
      "-T",
      "-x",
      ...(share ? ["--reflink=always"] : ["--reflink=auto", "--sparse=auto"]),
      "--",
      from,
      to,
    ],
    trees: [{ use: "read", kind: "directory", path: from }, { use: "make", kind: "directory", path: to }],
  };
}

/**
 * Copies a directory without the mounts at some places below it; `cp` has no option for that, and enters bind mounts.
 */
export function copyWithout(
  from: string,
  to: string,
  { root, places }: {
    /** The real path of the directory. */
    readonly root: string;
    /** Real paths; of directories, those themselves are kept. */
    readonly places: readonly { readonly path: string; readonly isDirectory: boolean }[];
  },
): Command {
  const filters = places.map(({ path, isDirectory }) => {
    const pattern = path.slice(root.length).replaceAll(/[*?[\\]/g, "\\$&");
    return `--exclude=${pattern}${isDirectory ? "/**" : ""}`;
  });
  return {
    argv: [
      ...RSYNC,
      ...filters,
      "--",
      `${from}/`,
      `${to}/`,
    ],
    trees: [
      { use: "read", kind: "directory", path: from, without: places.map(({ path }) => path) },
      { use: "make", kind: "directory", path: to },
    ],
  };
}

/** Gives a directory another name; fails where that is a directory with something in it, or a file. */
export function moveDirectory(from: string, to: string): Command {
  return { argv: ["mv", "-T", "--", from, to], trees: [{ use: "move", kind: "directory", path: from }] };
}

/** Gives another name to a directory that is to be removed once its successor has the name. */
export function putAway(from: string, to: string): Command {
  const { argv } = moveDirectory(from, to);
  return { argv, trees: [{ use: "move", kind: "directory", path: from, leaves: true }] };
}

/** Makes a directory that only its owner can enter; fails where anything has its name, even a link. */
export function makeNewDirectory(directory: string): Command {
  return {
    argv: ["mkdir", "-m", "700", "--", directory],
    trees: [{ use: "make", kind: "directory", path: directory }],
  };
}

/** Makes a directory and its missing parents; an existing directory stays unchanged. */
export function makeParents(directory: string): Command {
  return { argv: ["mkdir", "-p", "--", directory] };
}
