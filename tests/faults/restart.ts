/**
 * Kills, stops and starts the daemon of a row.
 *
 * @module
 */
import { daemonProcesses, killDaemon, startDaemon } from "../../scripts/testbed/daemon.ts";
import { bridgeOf } from "../../scripts/testbed/place.ts";
import { kill } from "../../scripts/testbed/processes.ts";
import { ask, type Site } from "./site.ts";

/** Kills the daemon but not its instances, as a crash does. */
export async function crash({ place, daemon }: Site): Promise<void> {
  await killDaemon(place, daemon);
}

/** Kills the daemon after some milliseconds; `done` resolves when it is killed. */
export async function crashAfter(site: Site, milliseconds: number): Promise<{ done: Promise<void> }> {
  const { place, daemon } = site;
  // The search takes longer than the delay.
  const pids = await daemonProcesses(place, daemon);
  const done = new Promise<void>((resolve) =>
    setTimeout(() => {
      for (const pid of pids) kill(pid, "SIGKILL");
      resolve(crash(site));
    }, milliseconds)
  );
  return { done };
}

/**
 * Stops the daemon as a service manager does: it is killed if it does not end in time. `done` resolves when it has
 * ended.
 */
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
 * Starts the daemon again. On a machine with many links, Incus may start without its network, as it asks for a link
 * that was removed meanwhile; another start helps.
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
