/**
 * Command lines of the host, each built by one pure function. Every operand comes after `--` where the
 * program has it; names were checked before they get here (`instance/build.ts`).
 *
 * @module
 */
import type { Command } from "../ports.ts";
import type { Owner } from "../instance/instance.ts";

/** Makes directories that belong to root; what is there stays as it is. */
export function makeDirectories(paths: readonly string[]): Command {
  return { argv: ["mkdir", "-p", "-m", "755", "--", ...paths] };
}

/** Sets the owner of directories themselves, not of what is in them. */
export function changeOwner(paths: readonly string[], owner: Owner): Command {
  return { argv: ["chown", "-h", `${owner.uid}:${owner.gid}`, "--", ...paths] };
}

/** Removes directories with all that is in them, but nothing that is mounted there. */
export function removeDirectory(path: string): Command {
  return {
    argv: ["rm", "-r", "-f", "--one-file-system", "--", path],
    trees: [{ use: "remove", kind: "dir", path }],
  };
}
