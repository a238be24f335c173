/**
 * Records of commands that change instances as their configurations say.
 *
 * @module
 */
import type { RecordFacts } from "../../../plan/record/write.ts";
import type { PlanOptions, Target, World } from "../../../plan/world.ts";
import type { InstancePlan } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import type { RecordSecret } from "./record_secret.ts";

/** Returns the facts of a run for the record of a target. */
export type FactsOf = (target: Target) => RecordFacts;

/** Finds the facts for the records of targets, while the daemon is asked. */
export function factsOf(targets: readonly Target[], { host }: App): Promise<FactsOf> {
  const found = import("../../../run/targets/record_facts.ts")
    .then(({ recordFacts }) => recordFacts(targets, host));
  // It is awaited once everything else is there.
  found.catch(() => {});
  return found;
}

const NO_SECRET: RecordSecret = { options: {}, keeping: (plan) => plan };

/** Finds the secret for the records of targets, where any of them may need it. */
export async function secretFor(targets: readonly Target[], app: App): Promise<RecordSecret> {
  if (targets.every(({ cloudConfigs }) => cloudConfigs.length === 0)) return NO_SECRET;
  return await (await import("./record_secret.ts")).recordSecretOf(app);
}

/** Returns a function that lets the plan of a target write down what it applies, where facts are known. */
export async function notes(
  { world, facts }: { readonly world: World; readonly facts: FactsOf | undefined },
  options: PlanOptions,
): Promise<(target: Target, plan: InstancePlan) => InstancePlan> {
  if (!facts) return (_, plan) => plan;
  const { recorded } = await import("../../../plan/record/write.ts");
  return (target, plan) => recorded(plan, { target, world, facts: facts(target) }, options);
}
