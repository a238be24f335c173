/**
 * The properties of `-P` that determine an instance: they are noted on it when it is created, and used where a later
 * command line does not give them.
 *
 * @module
 */
import type { Config, LoadedConfig } from "../../config/config.ts";
import { variables } from "../../config/pattern.ts";
import { builtins, type Properties } from "./properties.ts";

/** The instance key that holds the properties of `-P` that its configuration's patterns use, as JSON. */
export const PROPERTIES_MARK = "user.lxops.properties";

const MOST = 16 * 1024;

/**
 * Returns the names of the properties that patterns and paths of a configuration use, apart from built-in
 * ones.
 */
export function usedProperties({ config, pathVariables, directory }: LoadedConfig): ReadonlySet<string> {
  const names = new Set([...patternsOf(config).flatMap(variables), ...pathVariables]);
  for (const name of Object.keys(builtins("", "", directory?.path))) names.delete(name);
  return names;
}

/**
 * Returns the patterns of a configuration, without cloud-config files: properties that only these use may be
 * passwords.
 */
function patternsOf(config: Config): readonly string[] {
  return [
    config.image,
    config.target,
    config.host,
    config.profilePattern,
    config.deviceOwner,
    config.origin,
    config.deviceTemplate,
    config.deviceOrigin,
    ...Object.values(config.filesystems).map(({ pattern }) => pattern),
    ...Object.values(config.devices).map(({ dir }) => dir ?? ""),
    ...Object.values(config.otherDevices).flatMap(({ keys }) => Object.values(keys)),
    ...config.ports.flatMap((port) =>
      typeof port === "string" ? port : [port.hostIp, port.published, port.target]
    ),
    ...Object.values(config.addresses).flat(),
    ...Object.values(config.limits),
    ...config.idmap.flatMap((entry) => typeof entry === "string" ? entry : [entry.host, entry.guest]),
  ];
}

/** Returns the properties with the given names, sorted by name. */
export function pick(properties: Properties, names: ReadonlySet<string>): Properties {
  return Object.fromEntries(
    Object.entries(properties).filter(([name]) => names.has(name)).sort(([a], [b]) => a < b ? -1 : 1),
  );
}

/** Returns the properties of a note on an instance; none where the note is not valid. */
export function parseRemembered(text: string | undefined): Properties {
  if (!text || text.length > MOST) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
    return Object.fromEntries(
      Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
    );
  } catch {
    return {};
  }
}
