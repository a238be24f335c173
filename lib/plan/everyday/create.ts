/**
 * Plans `create`: an instance without a configuration file, and without a start unless it is asked for.
 *
 * @module
 */
import type { InstancePlan } from "../../step/step.ts";
import { planLaunch } from "../lifecycle/launch.ts";
import type { PlanOptions, Target, World } from "../world.ts";

/** Options of the command line for a creation. */
export interface CreateOptions extends PlanOptions {
  readonly start: boolean;
}

/** Plans the creation of an instance that the command line describes: a launch that ends before its start. */
export function planCreate(target: Target, world: World, options: CreateOptions): InstancePlan {
  const { instance } = target;
  // No file is noted on the instance, as there is none to come back to.
  const unnamed = { ...target, instance: { ...instance, config: { ...instance.config, file: "" } } };
  const plan = planLaunch(unnamed, world, options);
  const start = plan.steps.findIndex(({ effect }) => effect.kind === "send" && isStart(effect.body));
  return options.start || start < 0 ? plan : { ...plan, steps: plan.steps.slice(0, start) };
}

function isStart(body: unknown): boolean {
  return typeof body === "object" && body !== null && "action" in body && body.action === "start";
}
