/**
 * Exports of volumes: the daemon makes a backup, which is fetched into a file and deleted. It makes no backup of a
 * snapshot, which is copied to a volume first.
 *
 * @module
 */
import { refuse } from "../../../base/errors.ts";
import type { VolumeRef } from "../../../ports/mod.ts";
import { send, sendEffect } from "../../../step/build.ts";
import type { Step } from "../../../step/step.ts";
import { copyVolume, createVolumeBackup, deleteVolume, deleteVolumeBackup } from "../../requests/volumes.ts";
import { exportVolume, isMarked, type TargetVolume, volumeKey } from "../../storage/kinds/volumes.ts";
import type { World } from "../../world.ts";
import type { Packed } from "./kind.ts";

/** The name of the backup that an export makes. */
export const BACKUP = "lxops-export";

/** Plans the export of a volume, or of a snapshot of it where that is not empty, into a file. */
export function exportSteps(
  volume: TargetVolume,
  file: string,
  snapshot: string,
  world: World,
): Packed {
  const { path, ref, info } = volume;
  if (snapshot === "") {
    const old = info?.backups?.includes(BACKUP) ? [deleteLeftBackup(path, ref)] : [];
    const { make, fetch, remove } = backupSteps(path, ref, file);
    return { make: [...old, make], fetch: [fetch, remove] };
  }
  const copy = exportVolume(ref);
  const remove = sendEffect(deleteVolume(copy));
  const old = world.volumes.get(volumeKey(world, copy));
  if (old && !isMarked(old)) {
    throw refuse(`Cannot export "${path}"`, `volume "${copy.name}" is in the way, and was not made by lxops`);
  }
  const { make, fetch } = backupSteps(`volume:${copy.pool}/${copy.name}`, copy, file);
  return {
    make: [
      ...(old ? [{ title: `Delete volume ${copy.name}, left by an interrupted run`, effect: remove }] : []),
      send(`Copy ${path}@${snapshot} to volume ${copy.name}`, copyVolume(ref, snapshot, copy), {
        opens: { kind: "exported-copy", name: copy.name },
        undo: remove,
      }),
      // It is deleted with the copy.
      { title: make.title, effect: make.effect },
    ],
    fetch: [fetch, {
      title: `Delete volume ${copy.name}`,
      effect: remove,
      closes: { kind: "exported-copy", name: copy.name },
    }],
  };
}

/** Returns the step that deletes the backup of an interrupted run. */
export function deleteLeftBackup(title: string, ref: VolumeRef): Step {
  return send(
    `Delete the backup of ${title} left by an interrupted run`,
    deleteVolumeBackup(ref, BACKUP),
  );
}

/** Returns the steps that make, fetch and delete a backup. */
export function backupSteps(title: string, ref: VolumeRef, file: string, backup: string = BACKUP) {
  const remove = sendEffect(deleteVolumeBackup(ref, backup));
  return {
    make: send(`Create a backup of ${title}`, createVolumeBackup(ref, backup), {
      opens: { kind: "backup", name: title },
      undo: remove,
    }),
    fetch: {
      title: `Download it to ${file}`,
      effect: { kind: "transfer", direction: "backup", volume: ref, backup, file },
    },
    remove: {
      title: `Delete the backup of ${title}`,
      effect: remove,
      closes: { kind: "backup", name: title },
    },
  } as const satisfies Readonly<Record<string, Step>>;
}
