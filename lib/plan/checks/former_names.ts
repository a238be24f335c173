/**
 * Devices that an instance has and its configuration describes otherwise.
 *
 * @module
 */
import type { Instance } from "../../instance/instance.ts";
import { normalizePath } from "../../instance/patterns/names.ts";
import type { InstanceInfo } from "../../ports/mod.ts";

/** Returns the disk of an instance that a device of its configuration replaces, by its name or its path. */
export function deviceNow(
  { devices }: Instance,
  info: InstanceInfo,
  name: string,
  path: string,
): Readonly<Record<string, string>> | undefined {
  // Devices of the instance itself hide those of its profiles, and stay.
  if (info.devices[name]) return undefined;
  const own = info.expandedDevices[name];
  if (own?.["type"] === "disk") return own;
  const configured = new Set(devices.map((device) => device.name));
  return Object.entries(info.expandedDevices).find(([other, device]) =>
    device["type"] === "disk" && !configured.has(other) && !info.devices[other] &&
    device["path"] !== undefined && normalizePath(`/${device["path"]}`) === path && path !== "/"
  )?.[1];
}

/** Lists the directories of the host that an instance has where its configuration has devices. */
export function formerSources(instance: Instance, info: InstanceInfo): readonly string[] {
  return instance.devices.flatMap(({ name, path }) => {
    const { source = "", pool } = deviceNow(instance, info, name, path) ?? {};
    return pool || !source.startsWith("/") ? [] : [normalizePath(source)];
  });
}
