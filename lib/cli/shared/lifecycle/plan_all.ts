/**
 * Plans of several targets, all of which are planned before the first change.
 *
 * @module
 */
import { LxopsError } from "../../../base/errors.ts";
import type { Target } from "../../../plan/world.ts";
import type { InstanceRef } from "../../../ports/mod.ts";
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

/** Plans with their notes. */
interface Noted {
  readonly plans: readonly InstancePlan[];
  /** The notes that come while the plans are carried out. */
  readonly laterNotes?: ReadonlyMap<InstanceRef, Promise<string | undefined>>;
}

/**
 * Adds notes from looks into instances to the plans of targets. The looks need not be over where each plan first creates
 * an instance, which changes none.
 */
export async function withNotes(
  plans: readonly InstancePlan[],
  targets: readonly Target[],
  notes: Promise<ReadonlyMap<Target, string>> | undefined,
  mayBeLater: boolean,
): Promise<Noted> {
  if (!notes) return { plans };
  if (mayBeLater) {
    const { createsInstance } = await import("../../../plan/checks/new_instances.ts");
    if (plans.every(({ steps }) => createsInstance(steps[0]))) {
      const later = plans.map(({ instance }, at) =>
        [instance, notes.then((found) => found.get(targets[at]!))] as const
      );
      return { plans, laterNotes: new Map(later) };
    }
  }
  const found = await notes;
  return {
    plans: plans.map((plan, at) => {
      const note = found.get(targets[at]!);
      return note === undefined ? plan : { ...plan, notes: [...plan.notes ?? [], note] };
    }),
  };
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
