/**
 * Data of volumes of the daemon.
 *
 * @module
 */
import { send, sendEffect } from "../../../step/build.ts";
import { createVolumeSnapshot, deleteVolumeSnapshot, restoreVolume } from "../../requests/volumes.ts";
import { volumeIssues } from "../../storage/create/volumes.ts";
import { type TargetVolume, volumeKey } from "../../storage/kinds/volumes.ts";
import { exportSteps } from "./export_volumes.ts";
import { forgetImport, importSteps, isLeftImport, replaceProblems } from "./import_volumes.ts";
import { type DataKind, NO_PHASES } from "./kind.ts";
import { newerVolumeSnapshots, restoreVolumeSteps } from "./restore_volumes.ts";

function hasSnapshot({ info }: TargetVolume, snapshot: string): boolean {
  return info?.snapshots.some(({ name }) => name === snapshot) ?? false;
}

/** Data of volumes. The daemon takes their snapshots one after the other. */
export const volume: DataKind<TargetVolume> = {
  place: ({ ref }, world) => volumeKey(world, ref),
  snapshot: {
    paths: () => [],
    has: hasSnapshot,
    find: (existing, _, snapshot) => existing.filter((one) => hasSnapshot(one, snapshot)),
    unfinished: () => [],
    take: (volumes, snapshot, world) => ({
      ...NO_PHASES,
      frozen: volumes.map(({ ref }) => volumeKey(world, ref)),
      parts: volumes.length,
      change: volumes.map(({ path, ref }) =>
        send(`Take snapshot ${path}@${snapshot}`, createVolumeSnapshot(ref, snapshot), {
          undo: sendEffect(deleteVolumeSnapshot(ref, snapshot)),
        })
      ),
    }),
    remove: (volumes, { snapshot, reason }) =>
      volumes.map(({ path, ref }) =>
        send(`Delete snapshot ${path}@${snapshot}${reason}`, deleteVolumeSnapshot(ref, snapshot))
      ),
  },
  rollback: {
    paths: () => [],
    movedAway: () => [],
    newer: (volume, snapshot, world) =>
      newerVolumeSnapshots(volume, world, snapshot).map((name) => `${volume.path}@${name}`),
    steps: (volumes, { snapshot }, world) => ({
      ...NO_PHASES,
      change: volumes.flatMap((one) => restoreVolumeSteps(one, world, snapshot)),
    }),
    giveBack: (volumes, snapshot) =>
      volumes.map(({ path, ref }) => send(`Restore ${path} to ${snapshot}`, restoreVolume(ref, snapshot))),
  },
  archive: {
    word: "volume",
    exportPaths: () => [],
    importPaths: () => [],
    pack: (volume, { archive, snapshot }, world) => exportSteps(volume, archive, snapshot, world),
    isComplete: ({ info }) => info !== undefined,
    isLeft: isLeftImport,
    issues: (volume, target, world) => volumeIssues(target, volume, world),
    problems: replaceProblems,
    unpack: (volume, archive, target, world) => importSteps(target, volume, archive, world),
    finish: (volume) => [forgetImport(volume)],
  },
};
