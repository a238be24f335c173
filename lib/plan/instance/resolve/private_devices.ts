/**
 * Devices and configuration of an instance that is made for a while: nothing of the host, and nothing that only one
 * instance can have.
 *
 * @module
 */
import type { Devices } from "../../../ports/mod.ts";
import { isTrue } from "../idmap.ts";
import { isRootDisk } from "./own_profile.ts";

/** Keys of a NIC that only one instance can have. */
const ITS_OWN: ReadonlySet<string> = new Set(["ipv4.address", "ipv6.address", "hwaddr"]);

/**
 * Returns the devices that the instance is given itself: its root disk, NICs without addresses of their own, and in the
 * place of each other device one that hides it.
 *
 * @param given devices that the configuration gives it
 * @param inherited devices of its profiles
 * @param hidden types of the other devices that are hidden; absent: all
 */
export function privateDevices(given: Devices, inherited: Devices, hidden?: readonly string[]): Devices {
  const all = Object.entries({ ...inherited, ...given });
  return Object.fromEntries(all.flatMap(([name, device]): [string, Devices[string]][] => {
    const isGiven = Object.hasOwn(given, name);
    if (isRootDisk(device) || isOfDaemon(device)) return isGiven ? [[name, device]] : [];
    if (device["type"] === "none") return isGiven ? [[name, device]] : [];
    if (device["type"] !== "nic") {
      if (!hidden || hidden.includes(device["type"] ?? "")) return [[name, { type: "none" }]];
      return isGiven ? [[name, device]] : [];
    }
    if (!isGiven && Object.keys(device).every((key) => !ITS_OWN.has(key))) return [];
    return [[name, Object.fromEntries(Object.entries(device).filter(([key]) => !ITS_OWN.has(key)))]];
  }));
}

/** Tells whether a device has the daemon's own files: its agent, or what it says to cloud-init. */
function isOfDaemon(device: Devices[string]): boolean {
  return device["type"] === "disk" && ["agent:config", "cloud-init:config"].includes(device["source"] ?? "");
}

/** Returns the configuration that lets the instance be removed, whatever its profiles say. */
export function removableConfig(
  expanded: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const protection = Object.entries(expanded)
    .filter(([key, value]) => key.startsWith("security.protection.") && isTrue(value))
    .map(([key]) => [key, "false"]);
  return {
    ...Object.fromEntries(protection),
    ...(expanded["snapshots.schedule"] ? { "snapshots.schedule": "" } : {}),
    ...(expanded["boot.autostart"] ? { "boot.autostart": "false" } : {}),
  };
}
