/** Small plans for tests of what carries plans out. */
import type { Effect, InstancePlan, Step } from "../../lib/step/step.ts";

/** Returns an effect that a test identifies by a name. */
export function effect(name: string): Effect {
  return { kind: "send", method: "POST", path: `/1.0/${name}` };
}

/** Returns a step that a test identifies by its title. */
export function step(title: string, more: Partial<Step> = {}): Step {
  return { title, effect: effect(title), ...more };
}

/** Returns a step like `step()`, with an undo step that tests know as `undo TITLE`. */
export function undoable(title: string, more: Partial<Step> = {}): Step {
  return step(title, { undo: effect(`undo ${title}`), ...more });
}

/** Returns the plan of an instance. */
export function plan(name: string, ...steps: readonly Step[]): InstancePlan {
  return { instance: { project: "default", name }, steps };
}

/** Returns the names of effects of `effect()`. */
export function namesOf(effects: readonly Effect[]): string[] {
  return effects.map((one) => one.kind === "send" ? one.path.slice("/1.0/".length) : one.kind);
}
