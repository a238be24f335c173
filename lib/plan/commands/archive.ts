/**
 * Command lines that pack and unpack directories of containers, each built by one pure function. GNU tar opens
 * what it packs below its directory by descriptor and without following links, and creates links last when it
 * unpacks.
 *
 * @module
 */
import type { Command } from "../../ports/mod.ts";

const FAITHFUL = ["--numeric-owner", "--acls", "--xattrs", "--xattrs-include=*"] as const;

/** Makes an empty file that only its owner can read. */
export function makePrivateFile(path: string): Command {
  return { argv: ["install", "-m", "600", "--", "/dev/null", path] };
}

/** Packs the contents of a directory, without mounts in it. */
export function packDirectory(directory: string, archive: string): Command {
  return {
    argv: [
      "tar",
      "--create",
      "--gzip",
      `--file=${archive}`,
      ...FAITHFUL,
      "--sparse",
      "--one-file-system",
      `--directory=${directory}`,
      "--",
      ".",
    ],
    trees: [{ use: "read", kind: "directory", path: directory }],
  };
}

/** Unpacks an archive into a directory that is there. */
export function unpackArchive(archive: string, directory: string): Command {
  return {
    argv: [
      "tar",
      "--extract",
      "--gzip",
      `--file=${archive}`,
      ...FAITHFUL,
      "--same-owner",
      "--preserve-permissions",
      "--delay-directory-restore",
      `--directory=${directory}`,
    ],
  };
}

/** Reads an archive to its end, to see that it can be read; nothing is unpacked. */
export function readArchive(archive: string): Command {
  return { argv: ["tar", "--list", "--gzip", `--file=${archive}`, "--index-file=/dev/null"] };
}

/** Unpacks an archive that it reads into a directory that is there; the archive has ACLs as extended attributes. */
export function unpackInput(directory: string): Command {
  return {
    argv: [
      "tar",
      "--extract",
      "--file=-",
      "--numeric-owner",
      "--xattrs",
      "--xattrs-include=*",
      "--same-owner",
      "--preserve-permissions",
      "--delay-directory-restore",
      "--warning=no-timestamp",
      `--directory=${directory}`,
    ],
  };
}

/** Makes a directory that only its owner can enter; an existing directory stays unchanged. */
export function makePrivateDirectory(directory: string): Command {
  return { argv: ["mkdir", "-p", "-m", "700", "--", directory] };
}

/** Renames a file over another one. */
export function moveFile(from: string, to: string): Command {
  return { argv: ["mv", "-T", "-f", "--", from, to] };
}

/** Removes a file. */
export function removeFile(path: string): Command {
  return { argv: ["rm", "-f", "--", path] };
}

/** Removes a directory with nothing in it, such as a mountpoint that ZFS has left or has taken away already. */
export function removeEmptyDirectory(path: string): Command {
  return { argv: ["rm", "-d", "-f", "--", path] };
}
