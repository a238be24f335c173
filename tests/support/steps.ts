/** Small plans for tests of what carries plans out. */
import type { Effect, InstancePlan, Step } from "../../lib/step/step.ts";

/** The effect that a test knows by a name. */
export function effect(name: string): Effect {
  return { kind: "send", method: "POST", path: `/1.0/${name}` };
}

/** A step that a test knows by its title. */
export function step(title: string, more: Partial<Step> = {}): Step {
  return { title, effect: effect(title), ...more };
}

/** Returns a step like `step()`, with an undo step that tests know as `undo TITLE`. */
export function undoable(title: string, more: Partial<Step> = {}): Step {
  return step(title, { undo: effect(`undo ${title}`), ...more });
}

/** The plan of an instance. */
export function plan(name: string, ...steps: readonly Step[]): InstancePlan {
  return { instance: { project: "default", name }, steps };
}

/** The names of effects that `effect()` made. */
export function namesOf(effects: readonly Effect[]): string[] {
  return effects.map((one) => one.kind === "send" ? one.path.slice("/1.0/".length) : one.kind);
}
