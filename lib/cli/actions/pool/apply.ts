/**
 * Application of plans for instances of pools.
 *
 * @module
 */
import type { Step } from "../../../step/step.ts";
import type { App, AppApplyOptions } from "../../command/app.ts";
import { errorText } from "../../output/output.ts";
import type { PoolValues } from "./tend.ts";

/** Returns the options of a plan for instances of pools. */
export function optionsOf(values: Pick<PoolValues, "dry-run" | "parallel" | "trace">): AppApplyOptions {
  return {
    dryRun: values["dry-run"],
    parallel: values.parallel,
    undoOnFailure: false,
    verbose: values.trace ?? false,
    several: true,
    claim: { command: "pool tend" },
  };
}

/**
 * Applies a plan, prints its failures but for the first, and throws the first.
 *
 * @param takeBack takes back what the plan has done, where it failed, and returns the steps of that
 */
export async function applyAll(
  app: App,
  plan: Parameters<App["apply"]>[0],
  options: AppApplyOptions,
  takeBack: () => Promise<readonly Step[]> = () => Promise.resolve([]),
): Promise<void> {
  const failures = await app.apply(plan, options);
  const back = failures.length === 0 ? [] : await takeBack();
  const [first, ...more] = await Promise.all(failures.map(async (failure) => {
    const { failureError } = await import("../../../run/execute/apply.ts");
    return failureError({ ...failure, done: [...failure.done, ...back] }, []);
  }));
  for (const error of more) app.complain(errorText("lxops", error));
  if (first) throw first;
}
