/**
 * First content of new volumes: copies of another instance's volumes (`device-template`), or of snapshots of them
 * (`device-origin`).
 *
 * A copy is created under another name, marked, and renamed: so a volume with its name is complete, and lxops' own.
 *
 * @module
 */
import { type Issue, refuse } from "../../../base/errors.ts";
import { send, sendEffect } from "../../../step/build.ts";
import { isOnHost } from "../../../instance/kinds.ts";
import type { Step } from "../../../step/step.ts";
import type { Layout } from "../layout.ts";
import { copyVolume, deleteVolume, patchVolume, renameVolume } from "../../requests/volumes.ts";
import {
  isMarked,
  partialVolume,
  type TargetVolume,
  volumeFact,
  volumeKey,
  volumesOf,
} from "../kinds/volumes.ts";
import { problem, type Target, type World } from "../../world.ts";

/** A new volume and its original; or the reason why it cannot be created. */
export interface NewVolume {
  readonly volume: TargetVolume;
  readonly from?: TargetVolume;
  readonly issue?: Issue;
  readonly note?: string;
}

/** Finds the original of a volume that does not exist yet. */
export function findOriginal(target: Target, volume: TargetVolume, world: World): NewVolume {
  const source = target.devicesFrom;
  if (!source || volume.transient) return { volume };
  const twin = source.instance.filesystems.find(({ id }) => id === volume.id);
  if (!twin) {
    const note = `Filesystem "${volume.id}" starts empty: "${source.instance.name}" has none of that key`;
    return { volume, note };
  }
  const from = volumesOf(source, world).find(({ id }) => id === volume.id);
  const fail = (message: string) => ({
    volume,
    issue: problem(target, `filesystems.${volume.id}`, message),
  });
  if (!from) {
    return fail(
      `Volume "${volume.path}" cannot be filled from "${twin.path}" of "${source.instance.name}", ` +
        `which is not a volume`,
    );
  }
  const snapshot = target.instance.deviceSource?.snapshot;
  if (!from.info) {
    return fail(`Instance "${source.instance.name}", the source of devices, has no "${from.path}"`);
  }
  if (snapshot !== undefined && !from.info.snapshots.some(({ name }) => name === snapshot)) {
    return fail(`There is no snapshot "${from.path}@${snapshot}"`);
  }
  return { volume, from };
}

/** Reports new directories of the host that would be filled from volumes. */
export function mixedKinds(target: Target, layout: Layout): Issue[] {
  const source = target.devicesFrom;
  if (!source) return [];
  const theirs = new Map(source.instance.filesystems.map((one) => [one.id, one]));
  const clone = target.instance.deviceSource?.snapshot !== undefined;
  return layout.filesystems.filter(({ exists, transient }) => !exists && !transient).flatMap((filesystem) => {
    const twins = clone
      ? [theirs.get(filesystem.id)]
      : layout.devices.filter((device) => device.in?.id === filesystem.id).map(({ name }) =>
        theirs.get(source.instance.devices.find((one) => one.name === name)?.filesystem ?? "")
      );
    const twin = twins.find((one) => one && !isOnHost(one));
    if (!twin) return [];
    return [problem(
      target,
      `filesystems.${filesystem.id}`,
      `"${filesystem.path}" cannot be filled from "${twin.path}" of "${source.instance.name}", which is a volume`,
    )];
  });
}

/** Options of a new volume. */
export interface VolumeOptions {
  /** Keys that it has beyond those of its original. */
  readonly config: Readonly<Record<string, string>>;
  /** The cluster member that it is created on; absent: the daemon's choice. */
  readonly member: string | undefined;
}

/** A volume that is created as the copy of another one, or of a snapshot of that. */
interface VolumeCopy {
  readonly volume: TargetVolume;
  readonly from: TargetVolume;
  readonly snapshot: string | undefined;
}

/** Plans a volume that is the copy of another one. */
export function copySteps(
  { volume: { path, ref }, from, snapshot }: VolumeCopy,
  { config, member }: VolumeOptions,
  world: World,
): Step[] {
  const partial = partialVolume(ref);
  const remove = sendEffect(deleteVolume(partial));
  const old = world.volumes.get(volumeKey(world, partial));
  if (old && !isMarked(old)) {
    throw refuse(
      `Cannot copy to volume "${partial.name}" of pool "${partial.pool}"`,
      "it exists, and was not made by lxops",
    );
  }
  return [
    ...(old ? [{ title: `Delete the unfinished copy ${path}.partial`, effect: remove }] : []),
    send(
      `Copy ${from.path}${snapshot === undefined ? "" : `@${snapshot}`} to ${path}.partial`,
      copyVolume(from.ref, snapshot, partial, member),
      { opens: { kind: "volume-copy", name: path }, undo: remove },
    ),
    send(`Mark ${path}.partial as made by lxops`, patchVolume(partial, config)),
    send(`Rename the copy to ${path}`, renameVolume(partial, ref.name), {
      makes: [volumeFact(world, ref)],
      closes: { kind: "volume-copy", name: path },
      undo: sendEffect(deleteVolume(ref)),
    }),
  ];
}
