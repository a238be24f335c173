/** Restarts the daemon of a test, which whole runs do. */
import { killDaemon, startDaemon } from "../../../scripts/testbed/daemon.ts";
import { bridgeOf, placeAt } from "../../../scripts/testbed/place.ts";
import { type Ground, places } from "../support/daemon.ts";

/** Kills the daemon as a crash would, and starts it again. */
export async function restartDaemon(ground: Ground): Promise<void> {
  const place = placeAt(places.bed!);
  const kind = ground.daemon.title === "Incus" ? "incus" : "lxd";
  // On a machine with many links, a daemon may come up without its network; another start cures that.
  for (let tries = 0; tries < 6; tries++) {
    await killDaemon(place, kind);
    await startDaemon(place, kind);
    const network = await ground.get(`/1.0/networks/${bridgeOf(place, kind)}`);
    if (network?.status === "Created") return;
  }
  throw new Error(`The network of ${kind} does not come back`);
}
