/**
 * Undo steps of a swap: the results of a failure of each step.
 *
 * @module
 */
import type { InstanceInfo, InstanceRef } from "../../../ports/mod.ts";
import type { Return, Step } from "../../../step/step.ts";
import { isMachine, isRunning } from "../../instance/ownership.ts";
import type { Resolved } from "../../instance/resolve/resolved.ts";
import { guardOf } from "../../instance/spare.ts";
import type { DataSnapshots } from "../data/snapshots.ts";
import { type PlanOptions, refOf } from "../../world.ts";

/** Returns the effect that brings the old instance of a swap back under its name. */
export function returnOf(
  { target, world }: Pick<Resolved, "target" | "world">,
  old: InstanceInfo,
  refs: { readonly made: InstanceRef; readonly old: InstanceRef },
  { stopSeconds }: PlanOptions,
): Return {
  const guard = guardOf(target, world, isMachine(old));
  return {
    kind: "return",
    instance: refOf(target.instance),
    made: refs.made.name,
    old: refs.old.name,
    ...(guard ? { guard } : {}),
    stopSeconds,
    ...(isRunning(old) ? { runs: true } : {}),
  };
}

/**
 * Returns a stop that is taken back by bringing the old instance back and starting it. Snapshots that its data went back
 * to are removed after that, as a failure there must not keep it from starting.
 */
export function startedAgain(stop: Step, way: Return, { undo }: Pick<DataSnapshots, "undo">): Step {
  const back: Return = { ...way, dataIsBack: true };
  const after = undo ? { undoAfterRun: [back, ...undo.removal] } : {};
  return { ...stop, undo: back, ...after, partly: true };
}

/**
 * Lets steps bring the old instance back where one of them fails. A step that was cut off may have been carried out:
 * the return looks at the instances.
 */
export function returning(back: Return, steps: readonly Step[]): Step[] {
  return steps.map((step) => ({ ...step, undo: back, partly: true }));
}
