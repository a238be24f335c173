/**
 * The programs that lxops runs on the host, and where they are looked for: never on the caller's PATH.
 *
 * @module
 */
import { CommandError } from "../../base/errors.ts";

/** Programs that may be run. */
export const PROGRAMS = [
  "cat",
  "zfs",
  "zpool",
  "rsync",
  "install",
  "mkdir",
  "chown",
  "chmod",
  "mv",
  "rm",
  "tar",
  "ssh",
  "cp",
  "sha256sum",
  "du",
  "df",
  "find",
  "getfattr",
  "setfattr",
  "sudo",
] as const;

/**
 * The program that starts programs of the user's choice: hooks, and those that print secrets. Only `launcher.ts` runs
 * it.
 */
export const LAUNCHER = "/bin/sh";

/** Directories in which programs are looked for, in this order. */
export const PROGRAM_DIRECTORIES = [
  "/usr/local/sbin",
  "/usr/local/bin",
  "/usr/sbin",
  "/usr/bin",
  "/sbin",
  "/bin",
] as const;

/** Returns the path of a program, or nothing where the machine does not have it. */
export async function findProgram(name: string): Promise<string | undefined> {
  if (!PROGRAMS.some((known) => known === name)) {
    throw new Error(`"${name}" is not a program that lxops runs`);
  }
  for (const directory of PROGRAM_DIRECTORIES) {
    const path = `${directory}/${name}`;
    try {
      if ((await Deno.stat(path)).isFile) return path;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return undefined;
}

/**
 * Returns the path of a program that lxops cannot do without.
 *
 * @throws {CommandError} where the machine does not have it
 */
export async function needProgram(name: string, advice: string = "Install it"): Promise<string> {
  const path = await findProgram(name);
  if (path !== undefined) return path;
  throw new CommandError(`The machine has no program "${name}"`, {
    argv: [name],
    code: 127,
    advice: [advice],
  });
}
