/**
 * Volumes of the daemon as filesystems.
 *
 * @module
 */
import { count, shortSizeText } from "../../../base/sizes.ts";
import { refuse } from "../../../base/errors.ts";
import { send, sendEffect } from "../../../step/build.ts";
import type { Step } from "../../../step/step.ts";
import { deleteVolume, renameVolume } from "../../requests/volumes.ts";
import type { Described, World } from "../../world.ts";
import { type DaemonKind, type Destruction, MISSING, type RenameOptions, type Renames } from "./kind.ts";
import { isMarked, ownUsers, type TargetVolume, volumeFact, volumesOf, volumeUsers } from "./volumes.ts";

/** Volumes of the daemon; their clones and mountpoints are the daemon's own business. */
export const volume: DaemonKind = {
  nested: () => [],
  facts(path, seen) {
    const info = seen.volumes.get(path);
    if (!info) return MISSING;
    const size = info.bytes === undefined ? "" : shortSizeText(info.bytes);
    return { ...MISSING, state: "there", size, snapshots: info.snapshots.length };
  },
  describe(target, { id }, world) {
    const found = volumesOf(target, world).find((one) => one.id === id);
    return found && describe(found);
  },
  snapshots: (target, { id, path }, world) =>
    (volumesOf(target, world).find((one) => one.id === id)?.info?.snapshots ?? [])
      .map(({ name, createdAt }) => ({ of: path, name, created: createdAt })),
  destroy,
  rename,
};

function describe({ path, info }: TargetVolume): string | undefined {
  if (!info) return undefined;
  const size = info.bytes === undefined ? "size unknown" : shortSizeText(info.bytes);
  return `${path} (${size}), ${count(info.snapshots.length, "snapshot")}`;
}

/** @throws {StateError} where lxops did not create a volume, or something else uses it */
function destroy(target: Described, world: World): Destruction {
  const existing = volumesOf(target, world).filter(({ info }) => info);
  const doomed = [
    ...new Map(existing.filter((one) => one.destroy).map((one) => [one.path, one])).values(),
  ];
  for (const volume of doomed) refuseDestruction(target, volume, existing, world);
  return {
    steps: doomed.map(({ path, ref }) =>
      send(`Delete ${path}`, deleteVolume(ref), { removes: [volumeFact(world, ref)] })
    ),
    notes: doomed.map((one) => `destroys ${describe(one)}`),
  };
}

function refuseDestruction(
  target: Described,
  volume: TargetVolume,
  existing: readonly TargetVolume[],
  world: World,
): void {
  const { id, path, info } = volume;
  const twin = existing.find((other) => other.path === path && !other.destroy);
  const reasons = [
    ...(info!.contentType === "filesystem" ? [] : [`it is of type "${info!.contentType}"`]),
    ...(isMarked(info!) ? [] : ["lxops did not make it (it has no user.lxops.* key)"]),
    ...(twin ? [`filesystem "${twin.id}" is the same, and does not say destroy: true`] : []),
    ...volumeUsers(volume, world, ownUsers(target)),
  ];
  if (reasons.length === 0) return;
  throw refuse(`Cannot destroy filesystem "${id}" (${path})`, reasons.join(", "), [
    'To keep it, take "destroy: true" from the configuration',
  ]);
}

/** Volumes that an earlier run renamed, or that do not exist, need no step. */
function rename(target: Described, renamed: Described, world: World, options: RenameOptions): Renames {
  const after = new Map(volumesOf(renamed, world).map((one) => [one.id, one]));
  const steps: Step[] = [];
  const taken: string[] = [];
  const problems: string[] = [];
  const moved = new Set<string>();
  for (const from of volumesOf(target, world)) {
    const to = after.get(from.id);
    if (!to || to.path === from.path || moved.has(from.path)) continue;
    moved.add(from.path);
    if (!from.info) {
      if (to.info && !options.resume) taken.push(to.path);
      continue;
    }
    if (to.info) taken.push(to.path);
    problems.push(...renameProblems(from, to, options), ...otherUsers(target, renamed, from, world));
    steps.push(
      send(`Rename ${from.path} to ${to.path}`, renameVolume(from.ref, to.ref.name), {
        undo: sendEffect(renameVolume(to.ref, from.ref.name)),
      }),
    );
  }
  return { steps, taken, problems };
}

function renameProblems(from: TargetVolume, to: TargetVolume, { adopt }: RenameOptions): string[] {
  return [
    ...(from.ref.pool === to.ref.pool ? [] : [`"${from.path}" cannot move to another pool, "${to.path}"`]),
    ...(adopt || isMarked(from.info!) ? [] : [`"${from.path}" was not made by lxops (--adopt renames it)`]),
  ];
}

function otherUsers(target: Described, renamed: Described, from: TargetVolume, world: World): string[] {
  const [before, later] = [ownUsers(target), ownUsers(renamed)];
  const own = {
    instances: [...before.instances, ...later.instances],
    profiles: [...before.profiles, ...later.profiles],
  };
  return volumeUsers(from, world, own).map((user) => `${user} ("${from.path}")`);
}
