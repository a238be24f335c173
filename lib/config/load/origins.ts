/**
 * Lookup of where a key of a merged configuration comes from.
 *
 * @module
 */
import type { Location } from "../../base/errors.ts";
import type { Origin } from "../merge.ts";

/** Answers where the values of a merged configuration come from. */
export interface Origins {
  /** The place of the value that counts; `undefined` where it is a default. */
  last(key: string): Location | undefined;
  /** All places that give the key a value, the one that counts last. */
  all(key: string): readonly Location[];
}

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

/** Makes the lookup. A key is a dotted path; what lies in an entry is found through the entry. */
export function originsOf(origins: ReadonlyMap<string, readonly Origin[]>): Origins {
  function find(key: string): readonly Origin[] {
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
  const all = (key: string) => find(key).map(({ source, path }) => source.locate(path));
  return {
    all,
    last: (key) => {
      const origin = find(key).at(-1);
      return origin?.source.locate(origin.path);
    },
  };
}
