/**
 * The names that instances have while one takes the place of another.
 *
 * @module
 */
import { UsageError } from "../errors.ts";
import type { InstanceInfo } from "../ports.ts";
import { isRunning } from "./own.ts";
import { objectKey, type World } from "./world.ts";

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
 * Whether the journal of an instance may tell what is left to do: not that of one that goes, or never ran. Reading
 * a file of an instance that does not run has LXD 5.0 hold it for 15 s.
 */
export function mayHaveJournal(info: InstanceInfo, instances: World["instances"]): boolean {
  if (info.name.endsWith(OLD) || info.config["volatile.apply_template"] === "create") return false;
  return isRunning(info) || !instances.has(objectKey(info.project, info.name + NEW));
}
