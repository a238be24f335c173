/**
 * Plans of instances at any daemons, each a small one: planned for all of them, then applied daemon by daemon.
 *
 * @module
 */
import { EXIT, InterruptedError } from "../../base/errors.ts";
import { inOrder } from "../../plan/everyday/order.ts";
import type { InstanceInfo } from "../../ports/mod.ts";
import { failureError } from "../../run/execute/apply.ts";
import type { Failure } from "../../run/execute/execute.ts";
import type { InstancePlan } from "../../step/step.ts";
import type { App } from "../command/app.ts";
import { errorText } from "../output/output.ts";
import { lockPlaces, type LockValues } from "../shared/lifecycle/lock.ts";
import { checkParallel } from "../shared/operands.ts";
import { withTargets } from "./sources.ts";
import { withSecrets } from "./secrets.ts";
import { type FoundPlace, foundPlaces, type PlaceOptions, placesOf, type PlaceValues } from "./places.ts";
import { renderResults, type Result, resultOf } from "../shared/lifecycle/results.ts";

/** Values of the flags of commands that change instances. */
export interface ChangeValues extends LockValues, PlaceValues {
  readonly parallel: number;
  readonly json?: boolean;
}

/** A change of instances, each planned from its description by the daemon. */
export interface PlaceChange extends PlaceOptions {
  /** The command, for others who meet its lock. */
  readonly command: string;
  /** The result of the change, for programs: `started`. */
  readonly word: string;
  readonly plan: (info: InstanceInfo) => InstancePlan;
  /** Refuses the change where the found instances do not allow it. */
  readonly check?: (found: readonly FoundPlace[]) => Promise<void>;
  /** Instances that are configured to restart after one of these restart, too. */
  readonly follows?: boolean;
  /** The order of instances that depend on each other; absent: they are left to themselves. */
  readonly order?: "start" | "stop";
}

/** Changes the instances that operands mean; all are planned before any of them changes. */
export async function changePlaces(
  change: PlaceChange,
  values: ChangeValues,
  operands: readonly string[],
  app: App,
): Promise<number> {
  checkParallel(values);
  const named = await placesOf(operands, values, app, change);
  const places = change.follows ? await (await import("./following.ts")).withFollowing(named, values) : named;
  await lockPlaces(places, change.command, values);
  const found = await foundPlaces(places);
  await change.check?.(found);
  const isOrdered = change.order !== undefined && found.length > 1;
  const described = isOrdered ? await withTargets(found, values) : found;
  const planned = await withSecrets(
    described.map((place) => ({ ...place, plan: change.plan(place.info) })),
    values,
  );
  return await applyPlaces(
    isOrdered ? inOrder(planned, change.order!) : planned,
    values,
    change.word,
  );
}

/** A plan, and the app of the daemon that it is for. */
export interface PlacePlan {
  readonly app: App;
  readonly plan: InstancePlan;
}

/** Applies plans, prints the errors of those that fail, and the results, if requested. */
export async function applyPlaces(
  planned: readonly PlacePlan[],
  values: ChangeValues,
  word: string,
): Promise<number> {
  const failures: Failure[] = [];
  const results: Result[] = [];
  const groups = [...Map.groupBy(planned, ({ app }) => app.globals.remote).values()];
  for (const [at, group] of groups.entries()) {
    const { app } = group[0]!;
    const plan = { first: [], each: group.map((one) => one.plan) };
    const collect = (failed: readonly Failure[]) => {
      results.push(...plan.each.map((one) => resultOf(one, failed, word)));
      // One list of all daemons.
      return at === groups.length - 1 ? renderResults(results) : "";
    };
    const failed = await app.apply(plan, {
      dryRun: values["dry-run"],
      parallel: values.parallel,
      undoOnFailure: false,
      verbose: false,
      ...(values.json ? { results: collect, resultOnly: true } : {}),
    });
    for (const failure of await withNearestNames(failed, group)) {
      app.complain(errorText("lxops", failureError(failure, [])));
    }
    failures.push(...failed);
  }
  if (failures.length === 0) return EXIT.ok;
  return failures.some(({ error }) => error instanceof InterruptedError)
    ? EXIT.interrupted
    : failures[0]!.error.exitCode;
}

/** Returns failures of which those about instances that do not exist name the nearest ones. */
async function withNearestNames(
  failed: readonly Failure[],
  group: readonly PlacePlan[],
): Promise<readonly Failure[]> {
  if (failed.length === 0) return failed;
  const { withNearest } = await import("../shared/missing_instances.ts");
  return await Promise.all(failed.map(async (failure) => {
    const about = group.find(({ plan }) => plan.instance.name === failure.instance);
    if (!about) return failure;
    return {
      ...failure,
      error: await withNearest(failure.error, { app: about.app, ref: about.plan.instance }),
    };
  }));
}
