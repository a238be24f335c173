/**
 * Names of instances while one of them replaces another.
 *
 * @module
 */
import { UsageError } from "../../base/errors.ts";
import type { InstanceInfo } from "../../ports/mod.ts";
import { isRunning } from "./ownership.ts";

/** The daemons' limit for an instance's name: that of a host name (RFC 1123). */
export const NAME_LIMIT = 63;

/** Suffix of an instance that will replace another one. */
export const NEW = "-lxops-new";
/** Ends the name of an instance whose place another takes. */
export const OLD = "-lxops-old";
/** Ends the name of an instance out of which content is taken. */
export const EXTRACT_SUFFIX = "-lxops-extract";

/** Returns the names that instances of a target may have, in addition to its own, while they are swapped. */
export function swapNames(name: string): readonly string[] {
  return [`${name}${NEW}`, `${name}${OLD}`];
}

/**
 * Checks that a new instance does not take a name of a swap: the rebuild of another one would take it for its own.
 *
 * @throws {UsageError}
 */
export function refuseSwapName(name: string): void {
  const suffix = [NEW, OLD, EXTRACT_SUFFIX].find((one) => name.endsWith(one));
  if (suffix === undefined) return;
  const what = suffix === EXTRACT_SUFFIX ? "temporary instances" : "instances of a rebuild";
  throw new UsageError(
    `Invalid instance name "${name}": the suffix "${suffix}" is reserved for ${what}`,
  );
}

/**
 * Tells whether the journal of an instance is read to plan what is left to do. That of an instance that will
 * be deleted or does not run is not read: the daemon itself would read it, which may not have finished
 * creating the instance, and would wait for whatever stands in the journal's place. The script skips what the
 * journal has when it runs.
 */
export function mayHaveJournal(info: InstanceInfo): boolean {
  return isRunning(info) && !info.name.endsWith(OLD);
}
