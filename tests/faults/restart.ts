/**
 * Kills and starts the daemon of a row.
 *
 * @module
 */
import { killDaemon, startDaemon } from "../../scripts/testbed/daemon.ts";
import { bridgeOf } from "../../scripts/testbed/place.ts";
import { ask, type Site } from "./site.ts";

/** Kills the daemon alone, as a crash would. */
export async function crash({ place, daemon }: Site): Promise<void> {
  await killDaemon(place, daemon);
}

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
