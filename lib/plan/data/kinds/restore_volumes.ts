/**
 * How volumes go back to a snapshot.
 *
 * @module
 */
import type { Step } from "../../../step/step.ts";
import { deleteVolumeSnapshot, restoreVolume } from "../../requests/volumes.ts";
import type { TargetVolume } from "../../storage/kinds/volumes.ts";
import type { World } from "../../world.ts";

/** Drivers that go back to no snapshot but the last one. */
const LAST_ONLY: readonly string[] = ["zfs"];

/** A snapshot of a volume. */
export interface VolumeSnapshotName {
  readonly volume: TargetVolume;
  readonly name: string;
}

/** Snapshots that must go before a volume can go back to one, the latest first: none with most drivers. */
export function newerVolumeSnapshots(
  volume: TargetVolume,
  world: World,
  snapshot: string,
): VolumeSnapshotName[] {
  if (!LAST_ONLY.includes(world.pools.get(volume.ref.pool)?.driver ?? "")) return [];
  const names = volume.info?.snapshots.map(({ name }) => name) ?? [];
  return names.slice(names.indexOf(snapshot) + 1).toReversed().map((name) => ({ volume, name }));
}

/** The steps that put a volume back; there is no way back from them. */
export function restoreVolumeSteps(volume: TargetVolume, world: World, snapshot: string): Step[] {
  return [
    ...newerVolumeSnapshots(volume, world, snapshot).map(({ name }): Step => ({
      title: `Delete snapshot ${volume.path}@${name}, which is newer`,
      effect: { kind: "send", ...deleteVolumeSnapshot(volume.ref, name) },
      commits: true,
    })),
    {
      title: `Roll back ${volume.path} to ${snapshot}`,
      effect: { kind: "send", ...restoreVolume(volume.ref, snapshot) },
      commits: true,
    },
  ];
}
