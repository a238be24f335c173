/**
 * A look at what is mounted. Deno itself must not read `/proc`, so a program does.
 *
 * @module
 */
import { CommandError } from "../errors.ts";
import { type Mounts, parseMounts } from "../mounts.ts";
import type { CommandResult } from "../ports.ts";
import { runProgram } from "./process.ts";
import { findProgram } from "./programs.ts";

/** A daemon whose mounts matter. */
export interface MountingDaemon {
  readonly pid?: number;
  readonly title: string;
}

/** What names of processes of daemons have in them. */
const DAEMONS = /incus|lxd/;

/** The files that tell of a daemon: the name of its process, and what is mounted for it. */
export function daemonFiles(pid: number): readonly string[] {
  return [`/proc/${pid}/comm`, `/proc/${pid}/mountinfo`];
}

/** What is mounted for the programs that lxops runs, and for a daemon on this machine. */
export async function readMounts(daemon?: MountingDaemon): Promise<Mounts> {
  const own = await cat(["/proc/self/mountinfo"], false);
  if (own.code !== 0) {
    throw new CommandError(
      `Cannot read what is mounted: "cat" failed with exit code ${own.code}`,
      ["cat", "/proc/self/mountinfo"],
      own.code,
      own.stderr.trimEnd(),
    );
  }
  const here = parseMounts(own.stdout);
  if (!daemon) return { here };
  if (daemon.pid === undefined) return { here, problem: `${daemon.title} does not say which process it is` };
  const theirs = await cat(daemonFiles(daemon.pid), Deno.uid() !== 0);
  return { here, pid: daemon.pid, ...daemonMounts(theirs, daemon.pid) };
}

/** Reads what `daemonFiles()` hold. */
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
  // Without a terminal nobody could type the password that sudo would wait for.
  const quiet = Deno.stdin.isTerminal() ? [] : ["-n"];
  const argv: readonly [string, ...string[]] = before === undefined
    ? [program, ...files]
    : [before, ...quiet, "--", program, ...files];
  return await runProgram(argv, undefined, () => {}, new AbortController().signal);
}
