/**
 * Settings of an instance that a configuration cannot reproduce and therefore leaves out.
 *
 * @module
 */
import type { Issue } from "../../base/errors.ts";
import type { Comparison } from "../changes/compare.ts";
import { same } from "../instance/resolve/profile.ts";

/**
 * Returns the names of devices and keys that a configuration has to leave out, so that the rest gives the same
 * instance: those already left out, those that differ from the instance, and those that the configuration refuses. If a
 * key was left out in its own form, "config." before its name leaves it out in every form.
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

/** Returns the names whose values in the configuration differ from those of the instance, whatever their source. */
function differing({ maps, info }: Comparison): readonly string[] {
  const { expandedDevices = {}, expandedConfig = {} } = info ?? {};
  return [
    ...[...maps.profileDevices, ...maps.devices]
      .filter(({ name, wanted }) => !same(wanted, expandedDevices[name])),
    ...[...maps.profileKeys, ...maps.keys].filter(({ name, wanted }) => wanted !== expandedConfig[name]),
  ].map(({ name }) => name);
}

/** Returns the name of the instance's device or key that a key of a configuration sets. */
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
