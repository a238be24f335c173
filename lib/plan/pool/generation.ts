/**
 * The generation of an instance of a pool: a hash of everything that makes it what it is.
 *
 * @module
 */
import { sha256 } from "../../cloudconfig/model/sha256.ts";
import type { ProfileInfo } from "../../ports/mod.ts";
import type { PoolSpec } from "./spec.ts";

/** Number of the way in which lxops makes instances of pools. */
const SEMANTICS = 1;

/** Returns the generation of new instances: of the definition, the image and the content of the profiles. */
export function generationOf(
  spec: PoolSpec,
  fingerprint: string,
  profiles: readonly Pick<ProfileInfo, "name" | "config" | "devices">[],
): string {
  const { type, config, devices, ready, mode, reset, until, resolves, program, copies, hostKeys } = spec;
  const used = spec.profiles.map((name) => {
    const found = profiles.find((one) => one.name === name);
    return found ? { name, config: found.config, devices: found.devices } : { name };
  });
  const parts = {
    SEMANTICS,
    fingerprint,
    used,
    ...{ type, config, devices, ready, mode, reset, until, resolves, program, copies, hostKeys },
  };
  return sha256(JSON.stringify(parts, sorted)).slice(0, 16);
}

/** Puts the keys of maps in order, so that equal maps have equal texts. */
function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0));
}
