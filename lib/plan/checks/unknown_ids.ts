/**
 * Checks that the ids of an instance's users and groups are known before a new root filesystem gets its own.
 *
 * @module
 */
import { type LxopsError, refuse } from "../../base/errors.ts";
import { type KnownIds, notedIds } from "../../cloudconfig/model/known_ids.ts";
import { originOf } from "../../config/load/origins.ts";
import type { InstanceInfo } from "../../ports/mod.ts";
import { startAdvice } from "../instance/ownership.ts";
import { roleOf } from "../instance/spare.ts";
import { findInstances } from "./rebuild_parts.ts";
import { configuredAt, type Target, type World } from "../world.ts";

/**
 * Tells whether a rebuild must know the ids of the old root filesystem. Every cloud-config counts, as packages and
 * commands make users, too.
 */
export function needsIds({ instance, cloudConfigs }: Target): boolean {
  return instance.config.ids === "refuse" || instance.config.ids === "keep" && cloudConfigs.length > 0;
}

/** Returns the ids of an old root filesystem that an earlier run noted on an instance of this rebuild. */
export function idsNotedFor(target: Target, instances: World["instances"]): KnownIds | undefined {
  return findInstances(instances.values(), target).map(({ config }) => notedIds(config))
    .find((ids) => ids && ids.users.length + ids.groups.length > 0);
}

/**
 * Returns the ids of an old root filesystem that an earlier run noted. If a new instance has taken the name, only its
 * note counts: its own ids are not the old ones.
 */
export function idsKnownBefore(target: Target, instances: World["instances"]): KnownIds | undefined {
  const noted = idsNotedFor(target, instances);
  if (noted) return noted;
  const { name } = target.instance;
  const info = findInstances(instances.values(), target).find((one) =>
    one.name === name && roleOf(one) === "new"
  );
  return info && (notedIds(info.config) ?? { users: [], groups: [] });
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

/** Returns the note of a rebuild that continues without ids. */
export function unknownIdsNote({ instance }: Target, reasons: readonly string[]): string {
  return `The ids of the users and groups of instance "${instance.name}" are not known: ${
    reasons.join("; ")
  }`;
}
