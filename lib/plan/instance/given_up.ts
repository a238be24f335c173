/**
 * The note on an instance of the settings that it has given up, and of the instance whose part it is.
 *
 * @module
 */
import type { Devices, InstanceInfo } from "../../ports/mod.ts";
import { OF_MARK } from "./spare.ts";

/** The instance key with the settings that an instance gave up, as JSON. */
export const GIVEN_UP = "user.lxops.nics";
/** The instance key that stays with an instance that is renamed, and is another one in a copy. */
export const UUID = "volatile.uuid";

/** The instance key by which a daemon that starts starts an instance, whether it ran or not. */
export const AUTOSTART = "boot.autostart";

/** Configuration and devices that only one of two swapped instances can have. */
export interface ExclusiveSettings {
  /**
   * `volatile.*.hwaddr` keys, `boot.autostart`, the key of the guard, and the protection from deletion, without which
   * a successor that does not come to serve can be deleted; empty where the instance itself has none of its own.
   */
  readonly config: Readonly<Record<string, string>>;
  /** NICs with an address of their own. */
  readonly devices: Devices;
  /** The daemon deletes the instance when it stops. */
  readonly ephemeral?: true;
  /** The instance that gave them up, which keeps this number when it is renamed; a copy has another one. */
  readonly uuid?: string;
}

/** Tells whether an instance has given its exclusive settings up. */
export function hasGivenUp(info: InstanceInfo): boolean {
  return (info.config[GIVEN_UP] ?? "") !== "";
}

/** Returns the configuration that an instance gave up, as it noted it; keys that it did not have are empty. */
export function noteOf(info: InstanceInfo): Readonly<Record<string, string>> {
  return hasGivenUp(info) ? parseGivenUp(info.config[GIVEN_UP]!)?.config ?? {} : {};
}

/**
 * Tells whether an instance surely is a part in the rebuild of another one, whatever it is called now: it is the very one
 * that gave its settings up, no copy of it, and it was not opened since.
 */
export function isPartByMarks(
  { config, status }: Pick<InstanceInfo, "config"> & { readonly status?: string },
): boolean {
  const isOpen = config[AUTOSTART] !== "false" || status !== "Stopped";
  if (isOpen || (config[OF_MARK] ?? "") === "" || !config[UUID]) return false;
  return parseGivenUp(config[GIVEN_UP] ?? "")?.uuid === config[UUID];
}

/** Reads the note of the settings that an instance gave up. */
export function parseGivenUp(text: string): ExclusiveSettings | undefined {
  try {
    const { config, devices, ephemeral, uuid } = JSON.parse(text);
    return {
      config,
      devices,
      ...(ephemeral === true ? { ephemeral } : {}),
      ...(typeof uuid === "string" ? { uuid } : {}),
    };
  } catch {
    return undefined;
  }
}
