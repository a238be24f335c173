/**
 * A storage pool of a few megabytes in memory, which a test can fill.
 *
 * @module
 */
import type { Daemon } from "../../scripts/testbed/daemon.ts";
import type { Place } from "../../scripts/testbed/place.ts";
import { connect } from "../../scripts/testbed/rest.ts";
import { sh, type Site, smallDir } from "./site.ts";

/** Creates the pool `small`, and the profile `small` whose root disk is in it. */
export async function placeSmallPool(place: Place, daemon: Daemon): Promise<void> {
  using rest = connect(daemon.socket);
  const pools = await rest.send("GET", "/1.0/storage-pools") as string[];
  if (pools.includes("/1.0/storage-pools/small")) return;
  const source = smallDir({ place, daemon: daemon.kind });
  await sh(
    `mkdir -p '${source}'; mountpoint -q '${source}' || mount -t tmpfs -o size=32m,mode=711 tmpfs '${source}'`,
  );
  await rest.send("POST", "/1.0/storage-pools", { name: "small", driver: "dir", config: { source } });
  await rest.send("POST", "/1.0/profiles", {
    name: "small",
    devices: { root: { path: "/", pool: "small", type: "disk" } },
  });
}

/** Fills the pool. */
export async function fill(site: Site): Promise<void> {
  await sh(`dd if=/dev/zero of='${smallDir(site)}/filler' bs=64k 2>/dev/null || true`);
}

/** Empties the pool. */
export async function empty(site: Site): Promise<void> {
  await sh(`rm -f '${smallDir(site)}/filler'`);
}
