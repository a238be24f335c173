/**
 * Directories of the host that commands work on, to be locked against commands of other daemons.
 *
 * @module
 */
import type { DirectoryUse } from "../../ports/machine_lock.ts";
import { isWithin } from "../../base/within.ts";
import type { InstanceInfo } from "../../ports/mod.ts";
import { dataDisks } from "../instance/data_disks.ts";
import type { LocatedFilesystem } from "../storage/kinds/kind.ts";
import { objectKey, type Target, type World } from "../world.ts";
import { ownDisksOf } from "./held_data.ts";
import { layoutOf } from "./moved_from.ts";
import { hasName, ownDeviceNames } from "./renamed.ts";

/**
 * Returns the directories of an instance's devices.
 *
 * @param own the names of devices that no other instance is to have; absent: their paths tell
 */
export function usesOf(info: InstanceInfo, own: ReadonlySet<string> | undefined): readonly DirectoryUse[] {
  const names = new Set(ownDisksOf(info, own).map(([name]) => name));
  return dataDisks(info).flatMap(([name, { pool, source = "" }]) =>
    pool === undefined ? [{ directory: source, instance: info.name, own: names.has(name) }] : []
  );
}

/**
 * Returns the directories of a target: of its filesystems and devices, and those that its instance has now.
 *
 * @param isReplaced tells which filesystems the command replaces
 */
export function usesOfTarget(
  target: Target,
  world: World,
  isReplaced: (filesystem: LocatedFilesystem) => boolean = () => false,
): readonly DirectoryUse[] {
  const { instance: { name, project, config } } = target;
  const layout = layoutOf(target, world);
  if (!layout) return [];
  const own = ownDeviceNames(target);
  const info = world.instances.get(objectKey(project, name));
  const replaced = layout.filesystems.filter(isReplaced).map(({ directory }) => directory);
  const all = [
    ...layout.filesystems.map(({ directory, id }) => ({
      directory,
      instance: name,
      own: hasName(config.filesystems[id]?.pattern ?? ""),
    })),
    ...layout.devices.filter((device) => !device.readonly)
      .map((device) => ({ directory: device.source, instance: name, own: own.has(device.name) })),
    ...(info ? usesOf(info, own) : []),
  ];
  return all.map((use) =>
    replaced.some((one) => isWithin(use.directory, one)) ? { ...use, replaced: true as const } : use
  );
}
