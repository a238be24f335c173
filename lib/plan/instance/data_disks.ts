/**
 * Disk devices that others can have, too.
 *
 * @module
 */
import type { InstanceInfo } from "../../ports/mod.ts";

/** Disk devices by their names. */
export type Disks = readonly [name: string, disk: Readonly<Record<string, string>>][];

/** Returns the directories and volumes that an instance can write to; its root filesystem is its own. */
export function dataDisks({ expandedDevices }: Pick<InstanceInfo, "expandedDevices">): Disks {
  return Object.entries(expandedDevices).filter(([, device]) =>
    device["type"] === "disk" && device["readonly"] !== "true" && device["path"] !== "/" &&
    (device["pool"] !== undefined || device["source"]?.startsWith("/"))
  );
}
