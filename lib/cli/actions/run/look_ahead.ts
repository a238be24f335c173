/**
 * The checks of a dry run of `run IMAGE`: refusals of the daemon, and leftovers of killed runs.
 *
 * @module
 */
import type { InstancePlan, Plan } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import type { BareRun } from "./bare.ts";
import { planConfigured } from "./configured.ts";
import type { RunValues } from "./values.ts";

/**
 * Returns a plan that also removes leftovers of killed runs. Where the daemon would refuse the short plan, such as that
 * of an image without an alias, the plan is made after a look.
 *
 * @throws {LxopsError} where that would be refused, too
 */
export async function lookAhead(
  one: BareRun,
  short: InstancePlan,
  values: RunValues,
  app: App,
): Promise<Plan> {
  const { plan, others, world } = await planConfigured(one, values, app);
  const images = world.images.get(one.instance.project) ?? [];
  const isLeft = plan.steps[0]?.effect.kind === "discard";
  const isShort = !isLeft && images.some(({ aliases }) => aliases.includes(one.image));
  return { first: [], each: [isShort ? short : plan, ...others] };
}
