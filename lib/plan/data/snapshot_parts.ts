/**
 * The parts of a snapshot that exist, and their removal.
 *
 * @module
 */
import type { Dataset, InstanceRef } from "../../ports/mod.ts";
import { send } from "../../step/build.ts";
import type { Step } from "../../step/step.ts";
import { directorySnapshot } from "../commands/copy.ts";
import { deleteSnapshot } from "../requests/instances.ts";
import { all, type Filesystems, type Selection } from "../storage/selection.ts";
import { objectKey, type Target, type World } from "../world.ts";
import { DAEMON_DATA, forEachKind, HOST_DATA } from "./kinds/mod.ts";
import { hostKindNames } from "../storage/kinds/mod.ts";

/** Filesystems and the instance, as far as they have a snapshot of a name. */
export interface SnapshotParts {
  readonly filesystems: Filesystems;
  readonly instance: boolean;
}

/** Finds the parts of a snapshot. */
export function existingParts(
  target: Target,
  { existing, nested, missing }: Selection,
  world: World,
  options: { readonly snapshot: string; readonly withInstance: boolean },
): SnapshotParts {
  const { snapshot } = options;
  const key = objectKey(target.instance.project, target.instance.name);
  const host = [...existing.host, ...nested];
  return {
    filesystems: {
      host: hostKindNames().flatMap((name) => {
        const isOfKind = ({ kind }: { readonly kind: string }) => kind === name;
        return HOST_DATA[name].snapshot.find(
          host.filter(isOfKind),
          missing.host.filter(isOfKind),
          snapshot,
          world,
        );
      }),
      daemon: existing.daemon.filter((one) => DAEMON_DATA[one.kind].snapshot.has(one, snapshot, world)),
    },
    instance: options.withInstance && (world.snapshots.get(key)?.includes(snapshot) ?? false),
  };
}

/** Returns the names of the parts of a snapshot. */
export function partNames(
  { filesystems, instance }: SnapshotParts,
  { name }: InstanceRef,
  snapshot: string,
): readonly string[] {
  return [
    ...all(filesystems).map(({ path }) => directorySnapshot(path, snapshot)),
    ...(instance ? [`${name}/${snapshot}`] : []),
  ];
}

/** Options of the removal of a snapshot. */
export interface PartsRemoval {
  readonly snapshot: string;
  /** The end of the steps' titles: why it is removed. */
  readonly reason?: string;
  /** Datasets that were cloned from it, and are destroyed with it. */
  readonly clones?: readonly Dataset[];
}

/** Plans the removal of the parts of a snapshot. */
export function removeParts(
  ref: InstanceRef,
  { filesystems, instance }: SnapshotParts,
  { snapshot, reason = "", clones = [] }: PartsRemoval,
): Step[] {
  const byOrigin = new Map(
    [...Map.groupBy(clones, ({ origin = "" }) => origin)].map(([origin, list]) => [
      origin,
      list.map(({ name }) => name),
    ]),
  );
  return [
    ...forEachKind(
      filesystems,
      (kind, own) => kind.snapshot.remove(own, { snapshot, reason, clones: byOrigin }),
    ),
    ...(instance
      ? [send(`Delete snapshot ${snapshot} of instance ${ref.name}${reason}`, deleteSnapshot(ref, snapshot))]
      : []),
  ];
}
