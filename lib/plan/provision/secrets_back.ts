/**
 * Secrets of instances that are started again where a plan fails: an old instance that comes back has lost those that it
 * had in memory.
 *
 * @module
 */
import { parseApiPath } from "../../base/api.ts";
import type { InstanceRef } from "../../ports/mod.ts";
import { type Effect, type InstancePlan, type Step, undoEffects } from "../../step/step.ts";
import { isStart } from "./points.ts";
import { deliveryStep, type SecretFile } from "./secrets.ts";

/** Returns the instance that a plan starts last, by its name at that time; that of the plan where it starts none. */
export function startedIn({ instance, steps }: InstancePlan): InstanceRef {
  return steps.map(({ effect }) => startedBy(effect)).findLast((one) => one !== undefined) ?? instance;
}

/** Returns the instance that an effect starts. */
function startedBy(effect: Effect): InstanceRef | undefined {
  if (effect.kind === "return") return effect.start ? effect.instance : undefined;
  if (effect.kind !== "send" || !isStart(effect)) return undefined;
  const { parts: [kind, name], project } = parseApiPath(effect.path);
  return kind === "instances" && name !== undefined ? { project, name } : undefined;
}

/** Returns a plan that delivers secrets to an instance that it starts again where a step fails. */
export function withSecretsBack(plan: InstancePlan, secrets: readonly SecretFile[]): InstancePlan {
  if (secrets.length === 0) return plan;
  const back = (effects: readonly Effect[]) =>
    effects.flatMap((effect) => {
      const ref = startedBy(effect);
      return ref ? [effect, deliveryStep(ref, secrets).effect] : [effect];
    });
  const steps = plan.steps.map((step): Step => {
    const { undo, undoAfterRun } = step;
    const undone = undoEffects(undo);
    const starts = [...undone, ...undoAfterRun ?? []].some((effect) => startedBy(effect) !== undefined);
    if (!starts) return step;
    return {
      ...step,
      ...(undo ? { undo: back(undone) } : {}),
      ...(undoAfterRun ? { undoAfterRun: back(undoAfterRun) } : {}),
    };
  });
  return { ...plan, steps };
}
