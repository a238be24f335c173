/**
 * Steps that put volumes back to a snapshot.
 *
 * @module
 */
import { send } from "../../../step/build.ts";
import type { Step } from "../../../step/step.ts";
import { deleteVolumeSnapshot, restoreVolume } from "../../requests/volumes.ts";
import type { TargetVolume } from "../../storage/kinds/volumes.ts";
import type { World } from "../../world.ts";

/** Storage drivers that can go back to the last snapshot only. */
const LAST_ONLY: readonly string[] = ["zfs"];

/** Returns the snapshots that must be deleted before a volume can go back to one, the latest first. */
export function newerVolumeSnapshots(volume: TargetVolume, world: World, snapshot: string): string[] {
  if (!LAST_ONLY.includes(world.pools.get(volume.ref.pool)?.driver ?? "")) return [];
  const names = volume.info?.snapshots.map(({ name }) => name) ?? [];
  return names.slice(names.indexOf(snapshot) + 1).toReversed();
}

/** Plans the return of a volume to a snapshot, which cannot be undone. */
export function restoreVolumeSteps(volume: TargetVolume, world: World, snapshot: string): Step[] {
  return [
    ...newerVolumeSnapshots(volume, world, snapshot).map((name) =>
      send(
        `Delete snapshot ${volume.path}@${name}, which is newer`,
        deleteVolumeSnapshot(volume.ref, name),
        { commits: true },
      )
    ),
    send(`Roll back ${volume.path} to ${snapshot}`, restoreVolume(volume.ref, snapshot), { commits: true }),
  ];
}
