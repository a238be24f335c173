/**
 * Plans of one effect or a few steps. The error of the step that fails is thrown unchanged.
 *
 * @module
 */
import type { Effect, Plan, Step } from "../../step/step.ts";
import type { App, AppApplyOptions } from "../command/app.ts";

/** Applies a plan, one step after the other, and throws the error of the step that fails. */
export async function applyPlan(app: App, plan: Plan, options: Partial<AppApplyOptions>): Promise<void> {
  const failures = await app.apply(plan, {
    dryRun: false,
    parallel: 1,
    undoOnFailure: false,
    verbose: false,
    ...options,
  });
  if (failures[0]) throw failures[0].error;
}

/** Applies steps that belong to no instance. */
export async function applySteps(
  app: App,
  steps: readonly Step[],
  options: Partial<AppApplyOptions>,
): Promise<void> {
  await applyPlan(app, { first: steps, each: [] }, options);
}

/** Applies one effect, as a step of its instance. */
export async function applyEffect(
  app: App,
  title: string,
  effect: Effect,
  options: Partial<AppApplyOptions>,
): Promise<void> {
  const instance = "instance" in effect ? effect.instance : { project: "default", name: "" };
  await applyPlan(app, { first: [], each: [{ instance, steps: [{ title, effect }] }] }, options);
}
