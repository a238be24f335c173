/**
 * Steps that start an instance.
 *
 * @module
 */
import { parseApiPath } from "../base/api.ts";
import type { Effect, InstancePlan, Step } from "./step.ts";

/** Tells whether an effect starts or restarts an instance. */
export function isStart(effect: Effect): boolean {
  if (effect.kind !== "send" || typeof effect.body !== "object" || effect.body === null) return false;
  const { body, path } = effect;
  const { parts } = parseApiPath(path);
  if (parts[0] !== "instances") return false;
  if (parts.length === 1) return "start" in body && body.start === true;
  return parts[2] === "state" && "action" in body && (body.action === "start" || body.action === "restart");
}

/** Returns the last step of a plan that starts an instance: it is the plan's own one then. */
export function startOf({ steps }: Pick<InstancePlan, "steps">): Step | undefined {
  return steps.findLast(({ effect }) => isStart(effect));
}
