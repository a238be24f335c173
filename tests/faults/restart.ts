/**
 * Kills, stops and starts the daemon of a row.
 *
 * @module
 */
import { daemonProcesses, killDaemon, startDaemon } from "../../scripts/testbed/daemon.ts";
import { bridgeOf } from "../../scripts/testbed/place.ts";
import { kill } from "../../scripts/testbed/processes.ts";
import { ask, type Site } from "./site.ts";

/** Kills the daemon alone, as a crash would. */
export async function crash({ place, daemon }: Site): Promise<void> {
  await killDaemon(place, daemon);
}

/** Kills the daemon a few milliseconds from now, and returns when that has happened. */
export async function crashAfter(site: Site, milliseconds: number): Promise<{ done: Promise<void> }> {
  const { place, daemon } = site;
  // To find them takes longer.
  const pids = await daemonProcesses(place, daemon);
  const done = new Promise<void>((resolve) =>
    setTimeout(() => {
      for (const pid of pids) kill(pid, "SIGKILL");
      resolve(crash(site));
    }, milliseconds)
  );
  return { done };
}

/** Asks the daemon to end, and returns when it has; one that does not is killed, as a service manager would. */
export async function stop(site: Site): Promise<{ done: Promise<void> }> {
  const { place, daemon } = site;
  for (const pid of await daemonProcesses(place, daemon)) kill(pid, "SIGTERM");
  const done = (async () => {
    const end = Date.now() + 10_000;
    while (Date.now() < end && (await daemonProcesses(place, daemon)).length > 0) await sleep(100);
    await crash(site);
  })();
  return { done };
}

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Starts the daemon again. On a machine with many links, Incus may come up without its network, as it asks for a link
 * that has gone meanwhile; starting it once more cures that.
 */
export async function restart(site: Site): Promise<void> {
  const { place, daemon } = site;
  for (let tries = 0; tries < 6; tries++) {
    await startDaemon(place, daemon);
    const network = await ask(site, "GET", `/1.0/networks/${bridgeOf(place, daemon)}`);
    if (network?.status === "Created") return;
    await killDaemon(place, daemon);
  }
  throw new Error(`The network of ${daemon} does not come back`);
}
