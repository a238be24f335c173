/**
 * The traces of a bed on the machine outside of its files, by looking at the machine and not at any record.
 *
 * @module
 */
import { groupLeft } from "./incus7/space.ts";
import { loopDevices, mountsOf, within } from "./mounts.ts";
import { bridgeOf, DAEMON_KINDS, type Place } from "./place.ts";
import { processesOf } from "./processes.ts";
import { textOf } from "./run.ts";
import { chainsOf } from "./sweep.ts";
import { hasPool } from "./zfs.ts";

/** Describes each thing of the bed that is there, a line each; empty after `down()`. */
export async function leftovers(place: Place): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { pid, command } of await processesOf(place)) found.push(`process ${pid}: ${command}`);
  for (const { path } of await mountsOf("self")) if (within(path, place.dir)) found.push(`mount ${path}`);
  for (const kind of DAEMON_KINDS) {
    const bridge = bridgeOf(place, kind);
    if (await textOf(`/sys/class/net/${bridge}/ifindex`)) found.push(`link ${bridge}`);
    for (const chain of await chainsOf(place, kind)) found.push(`nft chain ${kind} ${chain}`);
  }
  for (const device of await loopDevices(place.dir)) found.push(`loop device ${device}`);
  const group = await groupLeft(place);
  if (group) found.push(group);
  if (await hasPool(place)) found.push(`pool ${place.pool}`);
  return found;
}
