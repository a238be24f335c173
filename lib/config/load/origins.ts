/**
 * Finds the places in files that the values of a merged configuration come from.
 *
 * @module
 */
import type { Location } from "../../base/errors.ts";
import type { LoadedConfig, Origin } from "../config.ts";

const CAMEL: Readonly<Record<string, string>> = {
  deviceTemplate: "device-template",
  deviceOrigin: "device-origin",
  sourceConfig: "source-config",
  lxcOptions: "lxc-options",
  profilePattern: "profile-pattern",
  deviceOwner: "device-owner",
  cloudConfigFiles: "cloud-config-files",
};

function reaches(data: unknown, path: readonly (string | number)[]): boolean {
  let node = data;
  for (const part of path) {
    if (typeof node !== "object" || node === null || !Object.hasOwn(node, part)) return false;
    node = (node as Record<string | number, unknown>)[part];
  }
  return true;
}

/** Finds the places of a key: a dotted path, whose parts below an entry are found through the entry. */
function find(origins: LoadedConfig["origins"], key: string): readonly Origin[] {
  const head = /^[^.]*/.exec(key)?.[0] ?? "";
  const name = Object.hasOwn(CAMEL, head) ? CAMEL[head] + key.slice(head.length) : key;
  const exact = origins.get(name);
  if (exact) return exact;
  for (let dot = name.lastIndexOf("."); dot > 0; dot = name.lastIndexOf(".", dot - 1)) {
    const entry = origins.get(name.slice(0, dot));
    if (!entry) continue;
    const rest = name.slice(dot + 1);
    return entry.flatMap(({ source, path }) => {
      const inner = [[...path, rest], [...path, ...rest.split(".")]].find((path) =>
        reaches(source.data, path)
      );
      return inner ? [{ source, path: inner }] : [];
    });
  }
  return [];
}

/** Finds the place of the value of a key (dotted path, list items by index); `undefined` for a default. */
export function originOf({ origins }: Pick<LoadedConfig, "origins">, key: string): Location | undefined {
  const origin = find(origins, key).at(-1);
  return origin?.source.locate(origin.path);
}

/** Finds all places that give a key a value. The last of them counts; the others are overridden. */
export function originsOf({ origins }: Pick<LoadedConfig, "origins">, key: string): readonly Location[] {
  return find(origins, key).map(({ source, path }) => source.locate(path));
}

/** Returns the path of a file as messages show it: relative if that of the configuration is. */
export function shownPath({ shown }: Pick<LoadedConfig, "shown">, path: string): string {
  return shown.get(path) ?? path;
}
