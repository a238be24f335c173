/** Restarts the daemon of a test, which whole runs do. */
import { killDaemon, startDaemon } from "../../../scripts/testbed/daemon.ts";
import { placeAt } from "../../../scripts/testbed/place.ts";
import { type Ground, places } from "../support/daemon.ts";

/** Kills the daemon as a crash would, and starts it again. */
export async function restartDaemon({ daemon }: Ground): Promise<void> {
  const place = placeAt(places.bed!);
  const kind = daemon.title === "Incus" ? "incus" : "lxd";
  await killDaemon(place, kind);
  await startDaemon(place, kind);
}
