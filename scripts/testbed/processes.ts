/**
 * Finds the processes of a bed by the mounts that they see, never by a recorded number: daemons, their helpers,
 * and everything inside the containers, also when whoever started them is gone.
 *
 * @module
 */
import { join } from "@std/path";
import { mountsFrom, mountsOf } from "./mounts.ts";
import { DAEMON_KINDS, daemonDir, type Place } from "./place.ts";
import { namesIn, textOf, until } from "./run.ts";

/** A process, with the command line that it shows. */
export interface Process {
  readonly pid: number;
  readonly command: string;
}

/** All processes except this one, those of the kernel and those that have ended. */
export async function processes(): Promise<readonly Process[]> {
  const pids = (await namesIn("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const all = await Promise.all(pids.map(async (pid) => ({
    pid,
    command: (await textOf(`/proc/${pid}/cmdline`)).replaceAll("\0", " ").trim(),
  })));
  return all.filter(({ pid, command }) => command !== "" && pid !== Deno.pid);
}

/** The processes in the bed's namespace, and those in one where a mount shows a part of a daemon's directory. */
export async function processesOf(place: Place): Promise<readonly Process[]> {
  const checks = await Promise.all(DAEMON_KINDS.map((kind) => mountsFrom(daemonDir(place, kind))));
  const known = new Map<string, boolean>([[await namespaceOf("self"), false], ["", false]]);
  const mounted = (await mountsOf("self")).some((mount) => mount.path === place.ns);
  if (mounted) known.set(`mnt:[${(await Deno.stat(place.ns)).ino}]`, true);
  const found: Process[] = [];
  for (const process of await processes()) {
    const namespace = await namespaceOf(process.pid);
    let ours = known.get(namespace);
    if (ours === undefined) {
      ours = (await mountsOf(process.pid)).some((mount) => checks.some((check) => check(mount)));
      known.set(namespace, ours);
    }
    if (ours) found.push(process);
  }
  return found;
}

async function namespaceOf(pid: number | "self"): Promise<string> {
  try {
    return await Deno.readLink(join("/proc", String(pid), "ns/mnt"));
  } catch {
    return "";
  }
}

/** Ends processes at once, again and again until none is left. */
export async function killAll(find: () => Promise<readonly Process[]>): Promise<boolean> {
  return await until(async () => {
    const found = await find();
    for (const { pid } of found) kill(pid, "SIGKILL");
    return found.length === 0;
  }, 10_000);
}

/** Sends a signal to a process that may be gone by now. */
export function kill(pid: number, signal: Deno.Signal): void {
  try {
    Deno.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
