/**
 * Changes that remain after an interrupted rebuild is finished.
 *
 * @module
 */
import type { InstanceInfo } from "../../ports/mod.ts";
import { restored } from "../instance/exclusive_settings.ts";
import { inheritedConfig } from "../instance/resolve/profile.ts";
import { resolve } from "../instance/resolve/resolve.ts";
import { roleOf } from "../instance/spare.ts";
import type { Leftovers } from "../lifecycle/rebuild/unfinished_swap.ts";
import { objectKey, type Target, type World } from "../world.ts";
import type { Change, ChangePart } from "./change.ts";
import { compare, type Comparison } from "./compare.ts";

/** Parts that the end of a rebuild leaves alone. */
const STAY: ReadonlySet<ChangePart> = new Set(["type", "profiles", "devices", "keys", "filesystems"]);

/** Parts that belong to the beginning of a rebuild, which was done with the file of that time. */
const BEGUN: ReadonlySet<ChangePart> = new Set([...STAY, "image", "profile devices", "profile keys"]);

/** Returns the changes of a target that the rest of an unfinished rebuild does not make. */
export function afterRebuild(
  { target, comparison }: { readonly target: Target; readonly comparison: Comparison },
  world: World,
  { present, made, old }: Leftovers,
): readonly Change[] {
  // This rebuild begins again.
  if (present && !old) return comparison.changes.filter(({ part }) => STAY.has(part));
  const served = present ?? made.find((info) => roleOf(info) !== "unfinished") ?? old;
  if (!served) return [];
  const after = servingWorld(target, world, served);
  return compare(resolve(target, after), [], {}).changes.filter(({ part }) => BEGUN.has(part));
}

/** Returns a world in which an instance has the name of its target again, and runs with settings of its own. */
function servingWorld({ instance: { project, name } }: Target, world: World, served: InstanceInfo): World {
  const info = { ...restored(served, inheritedConfig(served, world)), name, status: "Running" };
  const others = [...world.instances].filter(([, one]) => one !== served);
  return { ...world, instances: new Map([...others, [objectKey(project, name), info]]) };
}
