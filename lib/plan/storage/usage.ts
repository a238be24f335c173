/**
 * Uses of filesystems of the host by instances and profiles other than a target's own.
 *
 * @module
 */
import type { Devices } from "../../ports/mod.ts";
import { isNameOf } from "../instance/reserved_names.ts";
import { type Identities, isInside } from "../tree/same.ts";
import { named, objectKey, type Target, type World } from "../world.ts";
import { directorySnapshot } from "../commands/copy.ts";
import type { LocatedFilesystem } from "./kinds/kind.ts";

/** Returns the other instances and profiles that have a device in a filesystem, as reasons not to touch it. */
export function users(target: Target, world: World, filesystem: LocatedFilesystem): string[] {
  const own = objectKey(target.instance.project, target.instance.ownProfile);
  const found: string[] = [];
  for (const [key, profile] of world.profiles) {
    if (key !== own && uses(profile.devices, filesystem, world)) {
      found.push(`profile "${profile.name}" has a device in it`);
    }
  }
  for (const info of world.instances.values()) {
    if (isNameOf(info, target.instance.name) && info.project === (target.instance.project || "default")) {
      continue;
    }
    if (uses(info.expandedDevices, filesystem, world)) {
      found.push(`instance ${named(info, target.instance.project)} has a device in it`);
    }
  }
  for (const { name, devices } of world.otherDaemon?.profiles ?? []) {
    if (uses(devices, filesystem, world)) {
      found.push(`profile "${name}" of ${world.otherDaemon!.title} has a device in it`);
    }
  }
  for (const info of world.otherDaemon?.instances ?? []) {
    if (uses(info.expandedDevices, filesystem, world)) {
      found.push(`instance "${info.name}" of ${world.otherDaemon!.title} has a device in it`);
    }
  }
  return found;
}

/** Returns a filesystem's snapshots that are directories beside it, as filesystems of their own. */
export function snapshotsBeside(
  filesystem: LocatedFilesystem,
  { directorySnapshots }: Pick<World, "directorySnapshots">,
): readonly LocatedFilesystem[] {
  if (filesystem.kind !== "directory") return [];
  return (directorySnapshots.get(filesystem.path) ?? []).map((name) => {
    const directory = directorySnapshot(filesystem.path, name);
    return { ...filesystem, path: directory, directory };
  });
}

function uses(devices: Devices, { directory }: LocatedFilesystem, world: Identities): boolean {
  return Object.values(devices).some(({ type, source }) =>
    type === "disk" && source !== undefined && isInside(source, directory, world)
  );
}
