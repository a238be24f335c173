/**
 * Stopping an instance: cleanly, and by force where it does not obey in time.
 *
 * @module
 */
import type { InstanceRef } from "../ports.ts";
import type { Effect, Step } from "../step.ts";
import { killInstance, startInstance, stopInstance } from "./requests.ts";

/** The effect that stops an instance; with no time for a clean stop it is killed. */
export function stopEffect(ref: InstanceRef, seconds: number): Effect {
  if (seconds <= 0) return { kind: "send", ...killInstance(ref) };
  return { kind: "send", ...stopInstance(ref, seconds), otherwise: killInstance(ref) };
}

/** The step that stops a running instance; taken back by a start. */
export function stopStep(ref: InstanceRef, seconds: number): Step {
  return {
    title: `Stop instance ${ref.name}`,
    effect: stopEffect(ref, seconds),
    undo: { kind: "send", ...startInstance(ref) },
  };
}
