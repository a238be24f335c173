/**
 * `run IMAGE`: lxops sends as few requests as possible before the instance is made, and looks for leftovers of killed
 * runs while the daemon works.
 *
 * @module
 */
import { resolve } from "@std/path";
import { ServerError } from "../../../base/errors.ts";
import { type Bare, planBare } from "../../../plan/throwaway/bare.ts";
import type { RunOptions } from "../../../plan/throwaway/options.ts";
import type { InstanceRef } from "../../../ports/mod.ts";
import { isStart } from "../../../step/starts.ts";
import type { App } from "../../command/app.ts";
import { applyPlan } from "../../shared/apply_steps.ts";
import { carryOut, endedOf } from "./carry_out.ts";
import type { Ended } from "./ended.ts";
import type { RunValues } from "./values.ts";

/** Name that messages give to a configuration of the command line. */
export const COMMAND_LINE = "run";

/** Tells whether the daemon can find out by itself all that a command line names. */
export function isBare(what: string, values: RunValues): boolean {
  const { vm, target, net, cache, limits, nesting, config } = values;
  const asks = vm || nesting || [target, net, limits, values["ssh-listen"]].some((one) => one !== "");
  return !asks && cache.length === 0 && config.length === 0 && /^[A-Za-z0-9][A-Za-z0-9._/+@-]*$/.test(what);
}

/** Values of a bare run. */
export interface BareRun {
  readonly instance: InstanceRef;
  readonly image: string;
  readonly options: RunOptions;
  readonly random: string | undefined;
}

/** Returns the instance that a command line describes. */
export function bareOf({ instance, image }: BareRun, { profile }: RunValues, { host }: App): Bare {
  const profiles = profile.length > 0 ? [...new Set(profile)] : ["default"];
  return { ...instance, image, profiles, file: resolve(host.cwd, COMMAND_LINE) };
}

/**
 * Runs a program in an instance of an image and returns how it ended; `undefined` where the daemon refused to make
 * such an instance, and nothing is left of it: who looks at all of it knows why.
 */
export async function runBare(
  one: BareRun,
  values: RunValues,
  app: App,
): Promise<Ended | undefined> {
  const { instance, options, random } = one;
  const plan = planBare(bareOf(one, values, app), await (await app.server()).server(), options);
  const argv = options.program?.argv;
  const lookAhead = async () => await (await import("./look_ahead.ts")).lookAhead(one, plan, values, app);
  const running = carryOut({ plan, argv, random, lookAhead }, values, app);
  const swept = sweepBeside(instance.project, values, app);
  const out = await running.finally(() => swept);
  if (isRefused(out.ended)) return undefined;
  return await endedOf(out, instance, values, app);
}

/** Tells whether the daemon refused the instance itself. */
function isRefused({ error, step }: Ended): boolean {
  if (step?.effect.kind !== "send" || !(error?.cause instanceof ServerError)) return false;
  const isCreation = step.effect.method === "POST" || isStart(step.effect);
  return isCreation && error.cause.status >= 400 && !error.cause.unsettled;
}

/** Removes leftovers of killed runs; a failure is a warning, and does not change the exit code of the program. */
async function sweepBeside(
  project: string,
  { "dry-run": isShown }: RunValues,
  app: App,
): Promise<void> {
  // A dry run shows all plans in one script.
  if (isShown) return;
  try {
    const [{ findStrays }, { planSweep }] = await Promise.all([
      import("../../../run/targets/strays.ts"),
      import("../../../plan/throwaway/sweep.ts"),
    ]);
    const infos = await (await app.server()).instances(project);
    const strays = await findStrays(infos, app.host, { now: new Date() });
    if (strays.length === 0) return;
    await applyPlan(app, { first: [], each: planSweep(strays) }, {
      parallel: 4,
      passOutput: true,
      programOnly: true,
    });
  } catch (error) {
    if (app.signal.aborted) return;
    const reason = error instanceof Error ? error.message : String(error);
    app.complain(`note: what killed runs have left was not removed: ${reason}`);
  }
}
