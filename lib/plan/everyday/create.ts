/**
 * Plans `create`: an instance without a configuration file, and without a start unless it is asked for.
 *
 * @module
 */
import { refuse, type StateError } from "../../base/errors.ts";
import { quote } from "../../base/shell.ts";
import type { InstanceInfo } from "../../ports/mod.ts";
import type { InstancePlan } from "../../step/step.ts";
import { isIncomplete } from "../instance/ownership.ts";
import { planLaunch } from "../lifecycle/launch.ts";
import { objectKey, type PlanOptions, type Target, type World } from "../world.ts";

/** Options of the command line for a creation. */
export interface CreateOptions extends PlanOptions {
  readonly start: boolean;
}

/**
 * Plans the creation of an instance that the command line describes: a launch that ends before its start. An instance
 * that a killed daemon has made only in part is made again.
 *
 * @throws {StateError} where there is one
 */
export function planCreate(target: Target, world: World, options: CreateOptions): InstancePlan {
  const { instance } = target;
  const existing = world.instances.get(objectKey(instance.project, instance.name));
  if (existing && !isIncomplete(existing)) throw existsError(existing, options);
  // No file is noted on the instance, as there is none.
  const unnamed = { ...target, instance: { ...instance, config: { ...instance.config, file: "" } } };
  const plan = planLaunch(unnamed, world, { ...options, resume: existing !== undefined });
  const start = plan.steps.findIndex(({ effect }) => effect.kind === "send" && isStart(effect.body));
  return options.start || start < 0 ? plan : { ...plan, steps: plan.steps.slice(0, start) };
}

function isStart(body: unknown): boolean {
  return typeof body === "object" && body !== null && "action" in body && body.action === "start";
}

/** Returns the refusal of a name that is taken: perhaps by an earlier run of the same command. */
function existsError({ name, project, status }: InstanceInfo, { start }: CreateOptions): StateError {
  const at = project && project !== "default" ? `--project ${quote(project)} ` : "";
  return refuse(`Cannot create instance "${name}"`, `it exists (${status})`, [
    start && status === "Stopped"
      ? `If an earlier run of this command made it, start it: lxops start --until network ${at}${quote(name)}`
      : "If an earlier run of this command made it, nothing is left to do",
    "Otherwise choose another name",
  ], "exists");
}
