/**
 * Changes of an instance that its hooks and secrets make necessary.
 *
 * @module
 */
import type { InstanceInfo } from "../../ports/mod.ts";
import type { Change } from "../changes/change.ts";
import type { Target } from "../world.ts";
import { pendingHooks } from "./provision.ts";

/** Returns the changes of an instance that exists: hooks of its launch that are still to run. */
export function changesOfProvisions(target: Target, info: InstanceInfo | undefined): readonly Change[] {
  return pendingHooks(info, target).map((point) => ({
    sign: "+",
    part: "hooks",
    name: point,
    why: "file",
    takes: "nothing",
  }));
}
