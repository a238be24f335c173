/**
 * The parts of a snapshot that are there, and how they are taken away.
 *
 * @module
 */
import type { Dataset, InstanceRef } from "../../ports/mod.ts";
import type { Step } from "../../step/step.ts";
import { directorySnapshot } from "../commands/copy.ts";
import type { DataSet } from "../storage/selection.ts";
import type { LocatedFilesystem } from "../storage/kinds/kind.ts";
import { removeDirectory } from "../commands/host.ts";
import { deleteSnapshot } from "../requests/instances.ts";
import { deleteVolumeSnapshot } from "../requests/volumes.ts";
import type { TargetVolume } from "../storage/kinds/volumes.ts";
import { objectKey, type Target, type World } from "../world.ts";
import { DATASET_BUSY, zfsDestroySnapshot } from "../commands/zfs.ts";

/** What has a snapshot of a name. */
export interface SnapshotParts {
  readonly zfs: readonly { readonly path: string }[];
  readonly dirs: readonly LocatedFilesystem[];
  readonly volumes: readonly TargetVolume[];
  readonly instance: boolean;
}

/** Finds what has a snapshot of a name. */
export function existingParts(
  target: Target,
  data: DataSet,
  world: World,
  options: { readonly snapshot: string; readonly withInstance: boolean },
): SnapshotParts {
  const { snapshot } = options;
  const key = objectKey(target.instance.project, target.instance.name);
  return {
    zfs: [...data.zfs, ...data.below].filter(({ path }) =>
      world.zfsSnapshots.get(path)?.some(({ name }) => name === snapshot)
    ),
    dirs: [...data.dirs, ...data.missing.filter(({ kind }) => kind === "directory")]
      .filter(({ path }) => world.paths.get(directorySnapshot(path, snapshot))),
    volumes: data.volumes.filter(({ info }) => info?.snapshots.some(({ name }) => name === snapshot)),
    instance: options.withInstance && (world.snapshots.get(key)?.includes(snapshot) ?? false),
  };
}

/** Plans that what there is of a snapshot is taken away. */
export function removeParts(
  ref: InstanceRef,
  there: SnapshotParts,
  snapshot: string,
  why = "",
  clones: readonly Dataset[] = [],
): Step[] {
  const more = why === "" ? "" : `, ${why}`;
  return [
    ...there.zfs.map(({ path }): Step => ({
      title: `Destroy snapshot ${path}@${snapshot}${more}`,
      effect: {
        kind: "run",
        ...zfsDestroySnapshot(
          `${path}@${snapshot}`,
          clones.filter(({ origin }) => origin === `${path}@${snapshot}`).map(({ name }) => name),
        ),
        busyText: DATASET_BUSY,
      },
    })),
    ...there.dirs.map(({ path }): Step => ({
      title: `Remove snapshot ${directorySnapshot(path, snapshot)}${more}`,
      effect: { kind: "run", ...removeDirectory(directorySnapshot(path, snapshot)) },
    })),
    ...there.volumes.map((volume): Step => ({
      title: `Delete snapshot ${volume.path}@${snapshot}${more}`,
      effect: { kind: "send", ...deleteVolumeSnapshot(volume.ref, snapshot) },
    })),
    ...(there.instance
      ? [{
        title: `Delete snapshot ${snapshot} of instance ${ref.name}${more}`,
        effect: { kind: "send" as const, ...deleteSnapshot(ref, snapshot) },
      }]
      : []),
  ];
}
