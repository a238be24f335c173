/**
 * A look at mounts. Deno itself must not read `/proc`, so a program does.
 *
 * @module
 */
import { CommandError } from "../../base/errors.ts";
import { type Mounts, parseMounts } from "../../ports/mounts.ts";
import type { CommandResult } from "../../ports/mod.ts";
import { runProgram } from "./process.ts";
import { findProgram } from "./programs.ts";

/** A daemon whose mounts matter. */
export interface MountingDaemon {
  readonly pid?: number;
  readonly title: string;
}

/** A part of the names of the daemons' processes. */
const DAEMONS = /incus|lxd/;

/** Returns the paths of the files with the name and the mounts of a daemon's process. */
export function daemonFiles(pid: number): readonly string[] {
  return [`/proc/${pid}/comm`, `/proc/${pid}/mountinfo`];
}

/** The file with the mounts that the programs of lxops see. */
const OWN = "/proc/self/mountinfo";

/** Reads the mounts of the programs that lxops runs, and of a daemon on this machine, by one program. */
export async function readMounts(daemon?: MountingDaemon): Promise<Mounts> {
  const pid = daemon?.pid;
  const files = pid === undefined ? [] : daemonFiles(pid);
  const both = await cat([OWN, ...files], files.length > 0 && Deno.uid() !== 0);
  const { own, theirs } = splitMounts(both);
  // Without sudo, the mounts that every user may read are still returned.
  const here = own === "" && files.length > 0 ? await readOwn() : ownMounts(both, own);
  if (!daemon) return { here };
  if (pid === undefined) return { here, problem: `${daemon.title} does not say which process it is` };
  return { here, pid, ...daemonMounts({ ...both, stdout: theirs }, pid) };
}

/**
 * Separates the mounts of lxops from the contents of `daemonFiles()`, which are read after them: the name of a process,
 * of 15 bytes at most, is no line of a `mountinfo`.
 */
export function splitMounts({ stdout }: CommandResult): { readonly own: string; readonly theirs: string } {
  const lines = stdout.split("\n");
  const at = lines.findIndex((line) => !/^\d+ \d+ \d+:\d+ .* - /.test(line));
  return at < 0 ? { own: stdout, theirs: "" } : {
    own: lines.slice(0, at).map((line) => `${line}\n`).join(""),
    theirs: lines.slice(at).join("\n"),
  };
}

async function readOwn(): Promise<Mounts["here"]> {
  const result = await cat([OWN], false);
  return ownMounts(result, result.stdout);
}

function ownMounts({ code, stderr }: CommandResult, own: string): Mounts["here"] {
  if (own !== "" || code === 0) return parseMounts(own);
  const why = `Cannot read what is mounted: "cat" failed with exit code ${code}`;
  throw new CommandError(why, { argv: ["cat", OWN], code, stderr: stderr.trimEnd() });
}

/** Reads the contents of `daemonFiles()`. */
export function daemonMounts(
  { code, stdout, stderr }: CommandResult,
  pid: number,
): Pick<Mounts, "daemon" | "problem"> {
  if (code !== 0) return { problem: stderr.trim().split("\n")[0] || `/proc/${pid}/mountinfo cannot be read` };
  const [name = ""] = stdout.split("\n", 1);
  return DAEMONS.test(name)
    ? { daemon: parseMounts(stdout.slice(name.length + 1)) }
    : { problem: `process ${pid} is "${name}" on this machine: the daemon counts processes of its own` };
}

async function cat(files: readonly string[], sudo: boolean): Promise<CommandResult> {
  const program = await findProgram("cat");
  const before = sudo ? await findProgram("sudo") : undefined;
  if (program === undefined || sudo && before === undefined) {
    return { code: 127, stdout: "", stderr: `The machine has no program "${program ? "sudo" : "cat"}"` };
  }
  // Without a terminal the user cannot type a password for sudo.
  const quiet = Deno.stdin.isTerminal() ? [] : ["-n"];
  const argv: readonly [string, ...string[]] = before === undefined
    ? [program, ...files]
    : [before, ...quiet, "--", program, ...files];
  return await runProgram(argv, undefined, () => {}, new AbortController().signal);
}
