/**
 * Steps that are added to a plan.
 *
 * @module
 */
import type { InstancePlan, Step } from "../../step/step.ts";

/** Steps that come before a step of a plan. */
export interface Insertion {
  readonly at: number;
  readonly steps: readonly Step[];
}

/** Returns a plan with more steps; those for one place are in the order of the list. */
export function inserted(plan: InstancePlan, insertions: readonly Insertion[]): InstancePlan {
  const before = (index: number) => insertions.filter(({ at }) => at === index).flatMap(({ steps }) => steps);
  return {
    ...plan,
    steps: [...plan.steps.flatMap((step, index) => [...before(index), step]), ...before(plan.steps.length)],
  };
}
