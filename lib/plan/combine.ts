/**
 * From the plans of single instances to one plan.
 *
 * @module
 */
import type { InstancePlan, Plan, Step } from "../step.ts";

/**
 * Combines plans that will run side by side. A dataset or directory that several of them would make is made
 * once, before all of them.
 */
export function combine(plans: readonly InstancePlan[]): Plan {
  if (plans.length < 2) return { first: [], each: plans };
  const counts = new Map<string, number>();
  for (const plan of plans) {
    for (const key of new Set(plan.steps.flatMap(madeFilesystem))) {
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  const first = new Map<string, Step>();
  const each = plans.map((plan) => ({
    ...plan,
    steps: plan.steps.filter((step) => {
      const shared = madeFilesystem(step).find((key) => (counts.get(key) ?? 0) > 1);
      if (shared === undefined || step.effect.kind !== "run") return true;
      const key = JSON.stringify(step.effect.argv);
      if (!first.has(key)) first.set(key, step);
      return false;
    }),
  }));
  return { first: [...first.values()], each };
}

function madeFilesystem(step: Step): string[] {
  return (step.makes ?? []).filter((fact) => fact.startsWith("dataset:"));
}
