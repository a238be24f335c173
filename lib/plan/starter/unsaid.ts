/**
 * Settings of an instance that a configuration written from it would say otherwise, which it then leaves out.
 *
 * @module
 */
import type { Issue } from "../../base/errors.ts";
import type { Comparison } from "../changes/compare.ts";
import { same } from "../instance/resolve/profile.ts";

/**
 * Returns names of devices and keys to leave out of a configuration, with those that are left out already, so that it
 * comes to the instance: those that differ from it, and those that it refuses. A key whose own form in a configuration
 * was left out goes without any form then, with "config." before it.
 */
export function unsaid(
  known: ReadonlySet<string>,
  found: { readonly comparison?: Comparison; readonly issues?: readonly Issue[] },
): ReadonlySet<string> {
  const names = [
    ...(found.comparison ? differing(found.comparison) : []),
    ...(found.issues ?? []).flatMap(({ key = "" }) => nameOf(key) ?? []),
  ];
  return new Set([...known, ...names.map((name) => known.has(name) ? `config.${name}` : name)]);
}

/** Returns what a configuration says otherwise than the instance has it, wherever it has it from. */
function differing({ maps, info }: Comparison): readonly string[] {
  const { expandedDevices = {}, expandedConfig = {} } = info ?? {};
  return [
    ...[...maps.profileDevices, ...maps.devices]
      .filter(({ name, wanted }) => !same(wanted, expandedDevices[name])),
    ...[...maps.profileKeys, ...maps.keys].filter(({ name, wanted }) => wanted !== expandedConfig[name]),
  ].map(({ name }) => name);
}

/** Returns the name of the device or key of an instance that a key of a configuration is about. */
function nameOf(key: string): string | undefined {
  const device = /^(?:devices|addresses|filesystems)\.([^.]+)/.exec(key)?.[1];
  if (device !== undefined) return device;
  const config = /^config\.(.+)$/.exec(key)?.[1];
  if (config !== undefined) return config;
  if (key.startsWith("limits.disk")) return "root";
  if (/^limits\.(?:cpu|memory|processes)/.test(key)) return key.split(".").slice(0, 2).join(".");
  if (key.startsWith("idmap")) return "raw.idmap";
  return key.startsWith("ports") ? "ports" : undefined;
}
