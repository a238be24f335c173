/**
 * `plan()`: what a call would change.
 *
 * @module
 */
import { UsageError } from "../base/errors.ts";
import type { App } from "../cli/command/app.ts";
import type { LifecycleValues } from "../cli/shared/lifecycle/lifecycle.ts";
import { type RandomPlan, shortParts } from "../plan/output/short_plan.ts";
import { call } from "./call.ts";
import type { Client } from "./client.ts";
import { CHANGES, type Files, listOf } from "./instances.ts";
import type { DestroyOptions, LaunchOptions, RebuildOptions } from "./options.ts";
import { valuesOf } from "./values.ts";

/** A change that a call would make. */
export interface PlannedChange {
  /** Something comes, changes or goes. */
  readonly sign: "+" | "~" | "-";
  /** The step, such as `Create instance php1`, or the item of a cloud-config. */
  readonly what: string;
}

/** The changes of an instance. */
export interface PlannedInstance {
  /** Name of the instance; empty for what comes before all instances. */
  readonly name: string;
  /** Its project; empty for what comes before all instances. */
  readonly project: string;
  /** The changes in their order; none where there is nothing to do. */
  readonly changes: readonly PlannedChange[];
}

/** The plan of a call. */
export interface Planned {
  /** The instances in their order. */
  readonly instances: readonly PlannedInstance[];
  /** The plan as a shell script, without passwords and keys; `--dry-run` prints it. */
  readonly script: string;
}

/** The calls that can be planned, with their options. */
export interface Plannable {
  /** Options of `launch()`. */
  readonly launch: LaunchOptions;
  /** Options of `rebuild()`. */
  readonly rebuild: RebuildOptions;
  /** Options of `destroy()`. */
  readonly destroy: DestroyOptions;
}

/**
 * Plans `launch`, `rebuild` or `destroy`, and changes nothing. The plan is the very one that the call would carry out at
 * this moment.
 *
 * ```ts
 * import { lxd, open, plan } from "@lxops/lxops";
 *
 * const { instances, script } = await plan(open({ backend: lxd }), "launch", "php.yaml", { name: "php1" });
 * for (const { sign, what } of instances.flatMap(({ changes }) => changes)) console.log(sign, what);
 * ```
 *
 * @throws {LxopsError} what the call would throw before its first change
 * @throws {UsageError} where the command is another one
 */
export async function plan<C extends keyof Plannable>(
  client: Client,
  command: C,
  files: Files,
  options: Plannable[C] = {},
): Promise<Planned> {
  if (!Object.hasOwn(CHANGES, command)) {
    throw new UsageError(`plan() plans ${Object.keys(CHANGES).join(", ")}, not "${String(command)}"`);
  }
  return await call(client, options, async ({ app, taken }) => {
    const [change, { carryOut }] = await Promise.all([
      CHANGES[command](),
      import("../cli/shared/lifecycle/lifecycle.ts"),
    ]);
    const values = { ...valuesOf(change.command, options), "dry-run": true };
    const plans: RandomPlan[] = [];
    const doing = await change.lifecycle(values, app);
    await carryOut(doing, values as unknown as LifecycleValues, listOf(files), collecting(app, plans));
    return {
      instances: plans.flatMap(shortParts).map(({ instance, changes }) => ({
        name: instance?.name ?? "",
        project: instance ? instance.project || "default" : "",
        changes,
      })),
      script: taken.printed.join(""),
    };
  });
}

/** Returns an app that shows plans, and keeps them. */
function collecting(app: App, plans: RandomPlan[]): App {
  return {
    ...app,
    apply: async (plan, options) => {
      plans.push({ plan, random: options.random });
      return await app.apply(plan, options);
    },
  };
}
