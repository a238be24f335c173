/**
 * Merges the keys of a configuration that become settings of the instance.
 *
 * @module
 */
import type { Layer, Origin } from "./config.ts";
import {
  type After,
  type LimitName,
  LIMITS,
  type OtherDevice,
  type PortEntry,
  type SettingKeys,
} from "./schema/keys.ts";
import type { RawConfig } from "./schema/schema.ts";
import type { Path, Source } from "./yaml/source.ts";
import { mergeProvisions } from "./provisions.ts";

/** The places of keys, the one that counts last. */
export type Origins = Map<string, Origin[]>;

/** Notes a place that gives a key a value. */
export function note(origins: Origins, key: string, source: Source, path: Path): void {
  const known = origins.get(key);
  if (known) known.push({ source, path });
  else origins.set(key, [{ source, path }]);
}

type MapKey = "filesystems" | "devices" | "properties" | "addresses" | "config" | "after";

/** Merges maps by key: an entry of a later layer replaces the whole earlier one. */
export function mergeMap<T>(
  layers: readonly Layer[],
  key: MapKey,
  origins: Origins,
): Record<string, T> {
  const result: Record<string, T> = {};
  for (const { raw, source } of layers) {
    const whole = (source.data as Record<string, unknown> | null)?.[key];
    for (const [id, value] of Object.entries(raw[key])) {
      Object.defineProperty(result, id, { value, writable: true, enumerable: true, configurable: true });
      // A list of names stands for a map of them.
      note(origins, `${key}.${id}`, source, [key, Array.isArray(whole) ? whole.indexOf(id) : id]);
    }
  }
  return result;
}

type ListKey = "ports" | "logs" | "idmap" | "checks";

/** Merges lists: those of earlier layers come first. */
export function mergeList<K extends ListKey>(
  layers: readonly Layer[],
  key: K,
  origins: Origins,
): readonly RawConfig[K][number][] {
  const given = layers.flatMap(({ raw, source }) =>
    raw[key].map((item, index) => ({ item: item as RawConfig[K][number], source, path: [key, index] }))
  );
  given.forEach(({ source, path }, index) => note(origins, `${key}.${index}`, source, path));
  return given.map(({ item }) => item);
}

function mergeLimits(layers: readonly Layer[], origins: Origins): SettingKeys["limits"] {
  const limits: Partial<Record<LimitName, string>> = {};
  for (const { raw, source } of layers) {
    for (const name of LIMITS) {
      const value = raw.limits[name];
      if (value === "") continue;
      limits[name] = value;
      note(origins, `limits.${name}`, source, ["limits", name]);
    }
  }
  return limits;
}

/** The keys of settings that are no text of their own. */
type Merged = Omit<SettingKeys, "name" | "otherDevices" | "autostart">;

/** Merges the keys of settings. */
export function mergeSettings(layers: readonly Layer[], origins: Origins): Merged {
  return {
    ports: mergeList(layers, "ports", origins).map((port): string | PortEntry => {
      if (typeof port === "string") return port;
      const { target, published, protocol, nat } = port;
      return { target, published, hostIp: port["host-ip"], protocol, nat };
    }),
    addresses: mergeMap<readonly string[]>(layers, "addresses", origins),
    limits: mergeLimits(layers, origins),
    config: mergeMap<string>(layers, "config", origins),
    after: mergeMap<After>(layers, "after", origins),
    logs: mergeList(layers, "logs", origins),
    idmap: mergeList(layers, "idmap", origins),
    ...mergeProvisions(layers, origins),
  };
}

/** Returns the devices that are no directories. */
export function otherDevices(devices: RawConfig["devices"]): Readonly<Record<string, OtherDevice>> {
  return Object.fromEntries(
    Object.entries(devices).flatMap(([id, device]) => "keys" in device ? [[id, device] as const] : []),
  );
}
