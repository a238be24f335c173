/**
 * The names that instances have while one takes the place of another.
 *
 * @module
 */
import { UsageError } from "../../base/errors.ts";
import type { InstanceInfo } from "../../ports/mod.ts";
import { isRunning } from "./ownership.ts";

/** The daemons' limit for an instance's name: that of a host name (RFC 1123). */
export const NAME_LIMIT = 63;

/** Ends the name of an instance that is to take the place of another. */
export const NEW = "-lxops-new";
/** Ends the name of an instance whose place another takes. */
export const OLD = "-lxops-old";
/** Ends the name of an instance out of which content is taken. */
export const EXTRACT_SUFFIX = "-lxops-extract";

/** The names that instances of a target may have besides its own while they are swapped. */
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
  const what = suffix === EXTRACT_SUFFIX ? "out of which lxops takes content" : "amid a rebuild";
  throw new UsageError(
    `The instance name "${name}" cannot be used: names that end in "${suffix}" are for instances ${what}`,
  );
}

/**
 * Whether the journal of an instance is read to know what is left to do: not that of one that goes, nor of one that
 * does not run. Nothing in that can read it: the daemon would, which may not have finished to make the instance, and
 * would wait for whatever is in the journal's place. What the script finds there when it goes on, it passes over.
 */
export function mayHaveJournal(info: InstanceInfo): boolean {
  return isRunning(info) && !info.name.endsWith(OLD);
}
