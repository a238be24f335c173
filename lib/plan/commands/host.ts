/**
 * Command lines of the host, each built by one pure function. Every operand comes after `--` where the
 * program has it; names were checked before they get here (`instance/build.ts`).
 *
 * @module
 */
import type { Command } from "../../ports/mod.ts";
import type { Owner } from "../../instance/instance.ts";

/** Makes directories that belong to root; existing directories stay unchanged. */
export function makeDirectories(paths: readonly string[], mode: "700" | "755"): Command {
  return { argv: ["mkdir", "-p", "-m", mode, "--", ...paths] };
}

/** Lets only root enter directories, which no other user can have replaced by links. */
export function closeDirectories(paths: readonly string[]): Command {
  return { argv: ["chmod", "700", "--", ...paths] };
}

/** Removes directories that contain only directories; fails at anything else, which stays. */
export function removeEmptyTrees(paths: readonly string[]): Command {
  return {
    argv: ["find", "-P", ...paths, "-xdev", "-depth", "-type", "d", "-delete"],
    trees: [
      ...paths.map((
        path,
      ) => ({ use: "remove", kind: "directory", path, fresh: true, looked: true } as const)),
    ],
  };
}

/** Gives directories that this run has made their name; fails where that is a directory with something in it. */
export function nameDirectory(from: string, to: string): Command {
  return {
    argv: ["mv", "-T", "--", from, to],
    trees: [{ use: "move", kind: "directory", path: from, fresh: true, looked: true }],
  };
}

/** Sets the owner of directories, not of their contents. */
export function changeOwner(paths: readonly string[], owner: Owner): Command {
  return { argv: ["chown", "-h", `${owner.uid}:${owner.gid}`, "--", ...paths] };
}

/** Removes directories with all that is in them, but nothing that is mounted there. */
export function removeDirectory(path: string): Command {
  return {
    argv: ["rm", "-r", "-f", "--one-file-system", "--", path],
    trees: [{ use: "remove", kind: "directory", path }],
  };
}
