/**
 * An instance all of whose processes stand still, while the daemon calls it running.
 *
 * @module
 */
import { ask, type Site } from "./site.ts";

/** Lets an instance's processes stand still, and returns what lets them go on. */
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

async function write(path: string, text: string): Promise<void> {
  try {
    await Deno.writeTextFile(path, text);
  } catch (error) {
    // The instance is no more.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
