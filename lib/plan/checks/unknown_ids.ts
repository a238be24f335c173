/**
 * Checks that the ids of an instance's users and groups are known before a new root filesystem gets its own.
 *
 * @module
 */
import { type LxopsError, refuse } from "../../base/errors.ts";
import { originOf } from "../../config/load/origins.ts";
import type { InstanceInfo } from "../../ports/mod.ts";
import { startAdvice } from "../instance/ownership.ts";
import { configuredAt, type Target } from "../world.ts";

/**
 * Tells whether a rebuild must know the ids of the old root filesystem. Every cloud-config counts, as packages and
 * commands make users, too.
 */
export function needsIds({ instance, cloudConfigs }: Target): boolean {
  return instance.config.ids === "refuse" || instance.config.ids === "keep" && cloudConfigs.length > 0;
}

/** Returns the refusal of a rebuild that would give users and groups ids without knowing the old ones. */
export function unknownIds(
  target: Target,
  info: InstanceInfo | undefined,
  reasons: readonly string[],
): LxopsError {
  const { name, file } = target.instance;
  const start = info ? startAdvice(info) : [];
  return refuse(
    `Cannot rebuild instance "${name}" and keep the ids of its users and groups`,
    reasons,
    [
      ...(start.length > 0 ? [...start, "Then run the same command again"] : []),
      `To rebuild it without them, set "ids: warn" in "${file}"; files on its devices may then belong to other users`,
      ...(originOf(target.loaded, "ids") ? [configuredAt(target, "ids")] : []),
    ],
  );
}

/** Returns the note of a rebuild that goes on without ids. */
export function unknownIdsNote({ instance }: Target, reasons: readonly string[]): string {
  return `The ids of the users and groups of instance "${instance.name}" are not known: ${
    reasons.join("; ")
  }`;
}
