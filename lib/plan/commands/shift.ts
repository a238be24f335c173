/**
 * Command lines of `shiftids`, each built by one pure function.
 *
 * @module
 */
import type { Owner } from "../../instance/instance.ts";
import type { Command } from "../../ports/mod.ts";

/**
 * Changes the owner of a directory and of everything in it, as far as it belongs to `from`. Directories are opened without
 * following links (`-P`), and links are changed themselves (`-h`).
 */
export function changeTreeOwner(directory: string, from: Owner, to: Owner, verbose: boolean): Command {
  return {
    argv: [
      "chown",
      "-R",
      "-P",
      "-h",
      ...(verbose ? ["--changes"] : []),
      `--from=${from.uid}:${from.gid}`,
      `${to.uid}:${to.gid}`,
      "--",
      directory,
    ],
    trees: [{ use: "change", kind: "directory", path: directory }],
  };
}

/** Sets the mode of files. */
export function changeMode(paths: readonly string[], mode: string): Command {
  return { argv: ["chmod", mode, "--", ...paths] };
}

/** Sets extended attributes as `getfattr --dump` wrote them, of links and not of their targets. */
export function restoreAttributes(text: string): Command {
  return { argv: ["setfattr", "-h", "--restore=-"], stdin: text };
}

/** Writes a file that only its owner can read; an existing file or link of that name is replaced, and not followed. */
export function writePrivateFile(path: string, text: string): Command {
  return { argv: ["install", "-m", "600", "-T", "--", "/dev/stdin", path], stdin: text };
}
