/**
 * Plans of several targets, all of which are planned before the first change.
 *
 * @module
 */
import { LxopsError } from "../../../base/errors.ts";
import type { Target } from "../../../plan/world.ts";
import type { InstancePlan } from "../../../step/step.ts";

/** Plans every target; reports all targets that cannot be planned. */
export function planAll<T, P>(targets: readonly T[], plan: (target: T) => P): P[] {
  const plans: P[] = [];
  const errors: LxopsError[] = [];
  for (const target of targets) {
    try {
      plans.push(plan(target));
    } catch (error) {
      if (!(error instanceof LxopsError)) throw error;
      errors.push(error);
    }
  }
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new SeveralErrors(errors);
  return plans;
}

class SeveralErrors extends LxopsError {
  override readonly exitCode: number;

  constructor(errors: readonly LxopsError[]) {
    const advice = [...new Set(errors.flatMap((error) => error.advice))];
    super(errors.map((error) => error.message).join("\n"), advice);
    this.exitCode = errors[0]!.exitCode;
  }
}

/** Returns plans so that instances which others depend on stop after those. */
export async function stopOrder(
  targets: readonly Target[],
  plans: readonly InstancePlan[],
): Promise<InstancePlan[]> {
  const { inOrder } = await import("../../../plan/everyday/order.ts");
  return inOrder(plans.map((plan, at) => ({ plan, target: targets[at] })), "stop").map(({ plan }) => plan);
}
