/**
 * Stopping an instance: cleanly, and by force where it does not obey in time.
 *
 * @module
 */
import type { InstanceRef } from "../../../ports/mod.ts";
import { sendEffect } from "../../../step/build.ts";
import type { Effect, Step } from "../../../step/step.ts";
import { startInstance } from "../../requests/instances.ts";

/**
 * Returns the effect that stops an instance, which is killed at once where no time for a clean stop is given.
 */
export function stopEffect(ref: InstanceRef, seconds: number): Effect {
  return { kind: "stop", instance: ref, seconds };
}

/** Returns the step that stops a running instance; a start undoes it. */
export function stopStep(ref: InstanceRef, seconds: number): Step {
  return {
    title: `Stop instance ${ref.name}`,
    effect: stopEffect(ref, seconds),
    undo: sendEffect(startInstance(ref), { already: "already running" }),
  };
}
