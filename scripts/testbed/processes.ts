/**
 * Finds the processes of a bed by the mounts that they see, never by a recorded number: daemons, their helpers,
 * and everything inside the containers, also after the process that started them has ended.
 *
 * @module
 */
import { join } from "@std/path";
import { mountsOf, showing } from "./mounts.ts";
import { bridgeOf, DAEMON_KINDS, daemonDir, type Place } from "./place.ts";
import { namesIn, textOf, until } from "./run.ts";

/** A process, with the command line that it shows. */
export interface Process {
  readonly pid: number;
  readonly command: string;
}

/** Lists all processes except this one, those of the kernel and those that have ended. */
export async function processes(): Promise<readonly Process[]> {
  const pids = (await namesIn("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const all = await Promise.all(pids.map(async (pid) => ({
    pid,
    command: (await textOf(`/proc/${pid}/cmdline`)).replaceAll("\0", " ").trim(),
  })));
  return all.filter(({ pid, command }) => command !== "" && pid !== Deno.pid);
}

/**
 * Lists the processes with mounts that only the bed's namespace and its containers have: the bed's file of ids, and
 * parts of the daemons' directories.
 */
export async function processesOf(place: Place): Promise<readonly Process[]> {
  const signs = [join(place.nsDir, "subuid"), ...DAEMON_KINDS.map((kind) => daemonDir(place, kind))];
  const checks = await Promise.all(signs.map(showing));
  const known = new Map<string, boolean>([[await mountNamespace("self"), false], ["", false]]);
  const found: Process[] = [];
  for (const process of await processes()) {
    const namespace = await mountNamespace(process.pid);
    let ours = known.get(namespace);
    if (ours === undefined) {
      ours = (await mountsOf(process.pid)).some((mount) => checks.some((check) => check(mount)));
      known.set(namespace, ours);
    }
    if (ours || servesBridge(place, process.command)) found.push(process);
  }
  return found;
}

/**
 * Tells whether a process serves the bridge of a daemon. A killed daemon leaves it, and a later one could not start
 * another.
 */
function servesBridge(place: Place, command: string): boolean {
  return /(^|\/)dnsmasq /.test(command) &&
    DAEMON_KINDS.some((kind) => command.includes(` --interface=${bridgeOf(place, kind)} `));
}

/** Returns the identity of the mount namespace of a process; empty where the process has ended. */
export async function mountNamespace(pid: number | "self"): Promise<string> {
  return await Deno.readLink(`/proc/${pid}/ns/mnt`).catch(() => "");
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
