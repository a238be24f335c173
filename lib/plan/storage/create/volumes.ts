/**
 * Steps that create an instance's missing volumes, empty or as copies of another instance's. The daemon does all of it:
 * for lxops, no part of a volume is a directory of the host.
 *
 * @module
 */
import { usable } from "../../../instance/parts.ts";
import { ConfigError, type Issue, refuse, type StateError } from "../../../base/errors.ts";
import { send, sendEffect } from "../../../step/build.ts";
import type { Step } from "../../../step/step.ts";
import { checkExtension } from "../../instance/resolve/requirements.ts";
import { copySteps, findOriginal, mixedKinds, type NewVolume, type VolumeOptions } from "./fill_volumes.ts";
import type { Layout, VolumeDevice } from "../layout.ts";
import { need, type Resolved } from "../../instance/resolve/resolved.ts";
import { freezeWriters } from "../freeze.ts";
import { createVolume, deleteVolume } from "../../requests/volumes.ts";
import {
  isMarked,
  type TargetVolume,
  volumeFact,
  volumeKey,
  volumeMarks,
  volumesOf,
} from "../kinds/volumes.ts";
import { type PlanOptions, problem, refOf, type Target, type World } from "../../world.ts";

/** Steps that create a target's missing volumes. */
export interface VolumeCreation {
  readonly steps: readonly Step[];
  readonly notes: readonly string[];
}

/**
 * Plans a target's missing volumes.
 *
 * @throws {ConfigError} where a pool is missing, or a volume cannot be what the configuration wants
 * @throws {StateError} where a volume is there that lxops did not make, and the instance itself does not have either
 */
export function createVolumes(
  resolved: Resolved,
  layout: Layout,
  options: Pick<PlanOptions, "adopt">,
): VolumeCreation {
  const { target, world } = resolved;
  const volumes = volumesOf(target, world);
  const created = volumes.filter(({ info }) => !info).map((volume) => findOriginal(target, volume, world));
  const empty = new Set(created.flatMap(({ volume, from }) => from ? [] : [volume.id]));
  const issues = [
    ...volumes.flatMap((volume) => volumeIssues(target, volume, world)),
    ...mixedKinds(target, layout),
    ...created.flatMap(({ issue }) => issue ?? []),
    ...layout.volumes.flatMap((device) => directoryIssues(target, device, empty)),
  ];
  if (issues.length > 0) throw new ConfigError(issues);
  if (layout.volumes.some(({ dir }) => dir !== "")) {
    checkExtension(world.server, "disk_volume_subpath", 'the "dir" of a device in a volume');
  }
  for (const { path, info, volume } of volumes) {
    const isAttached = Object.values(resolved.info?.devices ?? {}).some((one) =>
      one["type"] === "disk" && one["pool"] === volume.pool && one["source"] === volume.name
    );
    if (info && !isMarked(info) && !options.adopt && !isAttached) throw foreign(target, path);
  }
  return {
    steps: creationSteps(target, created, memberFor(resolved), world),
    notes: created.flatMap(({ note }) => note ?? []),
  };
}

/** Reports a volume that cannot be as the configuration says. */
export function volumeIssues(
  target: Target,
  { id, path, volume, info }: TargetVolume,
  world: World,
): Issue[] {
  const key = `filesystems.${id}.pattern`;
  if (!world.pools.has(volume.pool)) {
    const known = [...world.pools.keys()].sort().join(", ") || "none";
    return [
      problem(target, key, `The daemon has no storage pool "${volume.pool}" for "${path}"; it has ${known}`),
    ];
  }
  return info && info.contentType !== "filesystem"
    ? [problem(target, key, `"${path}" is a volume of type "${info.contentType}", which has no directories`)]
    : [];
}

/** Reports devices in new volumes that name a directory: the daemon finds directories in a volume, and creates none. */
function directoryIssues(target: Target, device: VolumeDevice, empty: ReadonlySet<string>): Issue[] {
  if (device.dir === "" || !empty.has(device.in.id)) return [];
  return [problem(
    target,
    `devices.${device.name}`,
    `A new volume has no directory "${device.dir}", and the daemon makes none: give the device a volume of its own, ` +
      `with "dir: ."`,
  )];
}

function foreign(target: Target, path: string): StateError {
  return refuse(
    `"${path}", a filesystem of instance "${target.instance.name}", exists, and was not made by lxops (it has no ` +
      `user.lxops.* key)`,
    [],
    ["To use it as it is, add --adopt; lxops never destroys it"],
  );
}

/** Returns the cluster member of the instance, which must have its volumes, too; only the daemon chooses from a group. */
function memberFor({ creation }: Resolved): string | undefined {
  const member = need(need(creation).member);
  return member?.startsWith("@") ? undefined : member;
}

function creationSteps(
  target: Target,
  created: readonly NewVolume[],
  member: string | undefined,
  world: World,
): Step[] {
  const marks = volumeMarks(target);
  if (created.length > 0) usable(target.instance, "source", "member");
  const source = target.devicesFrom;
  const snapshot = target.instance.deviceSource?.snapshot;
  const copies = created.flatMap(({ from }) => from ? [volumeKey(world, from.ref)] : []);
  // No instance writes into a snapshot.
  const freeze = source
    ? freezeWriters(world, snapshot === undefined ? copies : [], {
      own: [refOf(source.instance)],
      action: `copy volumes of "${source.instance.name}" for instance "${target.instance.name}"`,
    })
    : { before: [], after: [] };
  const steps = created.flatMap(({ volume, from }) => {
    const config = { ...volume.volume.properties, ...marks };
    return from
      ? copySteps({ volume, from, snapshot }, { config, member }, world)
      : [emptyStep(volume, { config, member }, world)];
  });
  // A source that was left frozen stays so, and goes on when its directories are copied.
  return [...freeze.before, ...steps, ...(freeze.before.length > 0 ? freeze.after : [])];
}

function emptyStep(
  { path, ref }: TargetVolume,
  { config, member }: VolumeOptions,
  world: World,
): Step {
  return send(`Create ${path}`, createVolume(ref, config, member), {
    makes: [volumeFact(world, ref)],
    undo: sendEffect(deleteVolume(ref)),
  });
}
