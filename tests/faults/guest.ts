/**
 * Instances that get no address, and instances whose processes are all frozen while the daemon reports them as running.
 *
 * @module
 */
import { bridgeOf } from "../../scripts/testbed/place.ts";
import { kill, processes } from "../../scripts/testbed/processes.ts";
import { ask, type Site } from "./site.ts";

/** Freezes the processes of an instance, and returns a function that thaws them. */
export async function freeze(site: Site): Promise<() => Promise<void>> {
  const state = await ask(site, "GET", `/1.0/instances/${site.id}/state`);
  const groups = (await Deno.readTextFile(`/proc/${state.pid}/cgroup`)).split("\n");
  const path = (controller: string) =>
    groups.map((line) => line.split(":")).find(([, name]) => name === controller)?.[2];
  const [one, unified] = [path("freezer"), path("")];
  const set = one === undefined
    ? (isFrozen: boolean) => write(`/sys/fs/cgroup${unified}/cgroup.freeze`, isFrozen ? "1" : "0")
    : (isFrozen: boolean) =>
      write(`/sys/fs/cgroup/freezer${one}/freezer.state`, isFrozen ? "FROZEN" : "THAWED");
  await set(true);
  return () => set(false);
}

/** Stops all DHCP servers, and returns a function that continues the server of the row's daemon. */
export async function silence({ place, daemon }: Site): Promise<() => Promise<void>> {
  const option = ` --interface=${bridgeOf(place, daemon)} `;
  const servers = (await processes()).filter(({ command }) =>
    /(^|\/)dnsmasq /.test(command) && command.includes(option)
  );
  const tell = (signal: Deno.Signal) => {
    for (const { pid } of servers) kill(pid, signal);
  };
  tell("SIGSTOP");
  return () => Promise.resolve(tell("SIGCONT"));
}

async function write(path: string, text: string): Promise<void> {
  try {
    await Deno.writeTextFile(path, text);
  } catch (error) {
    // The instance was deleted.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
