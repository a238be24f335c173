/**
 * The order in which plans of instances that depend on each other (`after`) are carried out.
 *
 * @module
 */
import type { Earlier, InstancePlan } from "../../step/step.ts";
import { dependenciesOf } from "../checks/order.ts";
import { refOf, type Target } from "../world.ts";

/** A plan, and the configuration of its instance where there is one. */
export interface Ordered {
  readonly target?: Target | undefined;
  readonly plan: InstancePlan;
}

/**
 * Sorts plans so that an instance starts after those that it waits for, or stops before them. Instances that wait for
 * each other keep their places: to stop them, no order is needed.
 */
export function inOrder<P extends Ordered>(planned: readonly P[], direction: "start" | "stop"): readonly P[] {
  const targets = planned.flatMap(({ target }) => target ?? []);
  if (targets.every((target) => dependenciesOf(target, targets).length === 0)) return planned;
  const ranks = ranksOf(targets);
  const rank = ({ target }: P) => (direction === "stop" ? -1 : 1) * (target ? ranks.get(target) ?? 0 : 0);
  return planned.toSorted((one, other) => rank(one) - rank(other)).map((one) => {
    const { target } = one;
    if (!target) return one;
    const earlier = direction === "start"
      ? dependenciesOf(target, targets)
      : targets.filter((other) => dependenciesOf(other, targets).includes(target));
    const after = earlier.filter((other) => (ranks.get(other) ?? 0) !== (ranks.get(target) ?? 0))
      .map((other): Earlier => ({
        ...refOf(other.instance),
        required: direction === "start",
        until: "ended",
      }));
    return { ...one, plan: { ...one.plan, ...(after.length > 0 ? { after } : {}) } };
  });
}

/** Returns how many others come before each target, at least. */
function ranksOf(targets: readonly Target[]): ReadonlyMap<Target, number> {
  const ranks = new Map<Target, number>();
  let left = targets;
  for (let rank = 0; left.length > 0; rank++) {
    const wave = left.filter((target) => dependenciesOf(target, left).length === 0);
    // The remaining targets wait for each other.
    for (const target of wave.length > 0 ? wave : left) ranks.set(target, rank);
    left = left.filter((target) => !ranks.has(target));
  }
  return ranks;
}
