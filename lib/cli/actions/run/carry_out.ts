/**
 * Executes the plan of a `run`, and reports its failures.
 *
 * @module
 */
import type { InstanceRef } from "../../../ports/mod.ts";
import type { InstancePlan, Plan } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { type Ended, endOf, tellKept, writeStatus } from "./ended.ts";
import type { RunValues } from "./values.ts";

/** The plans of a run, and its program. */
export interface Carried {
  readonly plan: InstancePlan;
  /** Plans of other instances, which are carried out beside it. */
  readonly others?: readonly InstancePlan[];
  readonly argv: readonly string[] | undefined;
  readonly random: string | undefined;
  /** The option of this name in `ApplyOptions`. */
  readonly lookAhead?: () => Promise<Plan | undefined>;
}

/** The end of a run that was carried out; `isReal` is false where it was only shown. */
export interface CarriedOut {
  readonly ended: Ended;
  readonly isReal: boolean;
}

/** Carries a run out, or prints it, and returns how it ended. */
export async function carryOut(
  { plan, others = [], argv, random, lookAhead }: Carried,
  values: Pick<RunValues, "dry-run" | "show-secrets">,
  app: App,
): Promise<CarriedOut> {
  let isReal = false;
  const failures = await app.apply({ first: [], each: [plan, ...others] }, {
    dryRun: values["dry-run"],
    random,
    results: () => {
      isReal = true;
      return "";
    },
    ...(lookAhead ? { lookAhead } : {}),
    parallel: 4,
    undoOnFailure: false,
    verbose: false,
    passOutput: true,
    claim: { command: "run" },
    programOnly: true,
    showSecrets: values["show-secrets"] ?? false,
  });
  return { ended: endOf(plan, failures, argv, app), isReal };
}

/** Returns how a run ended, and writes it down; throws where it was lxops that failed. */
export async function endedOf(
  { ended, isReal }: CarriedOut,
  instance: InstanceRef,
  values: Pick<RunValues, "status-file" | "keep">,
  app: App,
): Promise<Ended> {
  if (isReal) {
    await writeStatus(values["status-file"], instance.name, ended, app);
    tellKept(ended, instance, values.keep, app);
  }
  if (ended.error) throw ended.error;
  return ended;
}
