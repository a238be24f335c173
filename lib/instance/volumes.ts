/**
 * Volumes of the daemon as filesystems: `volume:POOL/NAME`.
 *
 * @module
 */
import type { Filesystem } from "../config/config.ts";
import type { VolumePlace } from "./instance.ts";
import { poolNameProblem, volumeNameProblem } from "./patterns/names.ts";
import type { Findings } from "./patterns/substitution.ts";

const PREFIX = "volume:";

/** Tells whether the substituted pattern of a filesystem denotes a volume. */
export function isVolume(value: string): boolean {
  return value.startsWith(PREFIX);
}

/** Returns the path of a filesystem that is a volume, as patterns write it. */
export function volumePath({ pool, name }: Pick<VolumePlace, "pool" | "name">): string {
  return `${PREFIX}${pool}/${name}`;
}

/** Reads the substituted pattern of a filesystem that is a volume; `undefined`, with an issue, where it is wrong. */
export function parseVolume(
  entry: string,
  value: string,
  { zfsproperties, properties }: Filesystem,
  found: Findings,
): VolumePlace | undefined {
  const key = `${entry}.pattern`;
  const parts = value.slice(PREFIX.length).split("/");
  const [pool = "", name = ""] = parts;
  if (parts.length !== 2) {
    found.error(key, `"${value}" is not of the form volume:POOL/NAME, with one slash`);
    return undefined;
  }
  const [badPool, badName] = [poolNameProblem(pool), volumeNameProblem(name)];
  if (badPool !== undefined) found.error(key, `The storage pool "${pool}" ${badPool}`);
  if (badName !== undefined) found.error(key, `The volume "${name}" ${badName}`);
  const right = Object.entries(properties).map(([property, text]) =>
    checkProperty(`${entry}.properties.${property}`, property, text, found)
  );
  if (Object.keys(zfsproperties).length > 0) {
    found.warn(
      `${entry}.zfsproperties`,
      `"${value}" is a volume, which has no ZFS properties but "properties"`,
    );
  }
  if (badPool !== undefined || badName !== undefined || right.includes(false)) return undefined;
  return { pool, name, properties };
}

function checkProperty(key: string, name: string, text: string, found: Findings): boolean {
  const problem = !/^[a-z][a-z0-9_.-]*$/.test(name)
    ? "is not the name of a volume's property"
    : /^(volatile[.]|user[.]lxops[.])/.test(name)
    ? "is reserved for the daemon and lxops"
    // deno-lint-ignore no-control-regex
    : /[\x00-\x08\x0b-\x1f\x7f]/.test(text)
    ? "has control characters in its value"
    : undefined;
  return found.accept(key, name, problem);
}
