/**
 * Plans the marks of an instance that lxops did not make: the file of its configuration, and the record.
 *
 * @module
 */
import { refuse } from "../../base/errors.ts";
import type { Item } from "../../cloudconfig/model/item.ts";
import type { InstanceInfo } from "../../ports/mod.ts";
import { send, sendEffect } from "../../step/build.ts";
import type { InstancePlan } from "../../step/step.ts";
import { marks, otherConfig } from "../instance/ownership.ts";
import { patchInstance } from "../requests/instances.ts";
import { type PlanOptions, refOf, type Target } from "../world.ts";
import { appliedItems } from "./configure.ts";

/**
 * Plans the marks that make an instance one of a configuration, whose items count as applied.
 *
 * @throws {StateError} where it is one of another configuration
 */
export function planMark(
  target: Target,
  info: InstanceInfo,
  items: readonly Item[],
  options: PlanOptions,
): InstancePlan {
  const ref = refOf(target.instance);
  const other = otherConfig(info, target);
  if (other !== undefined) {
    throw refuse(`Cannot mark instance "${ref.name}"`, `it is one of the configuration "${other}"`, [
      "Write the files without --mark; up --adopt with the new file makes it one of that",
    ], "exists");
  }
  const keys = marks(target);
  const before = Object.fromEntries(Object.keys(keys).map((key) => [key, info.config[key] ?? ""]));
  return {
    instance: ref,
    steps: [
      send(
        `Mark instance ${ref.name} as one of ${target.instance.config.file}`,
        patchInstance(ref, { config: keys }),
        {
          undo: sendEffect(patchInstance(ref, { config: before })),
        },
      ),
    ],
    ...appliedItems(ref, items, items, options),
  };
}
