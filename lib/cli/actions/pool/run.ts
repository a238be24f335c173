/**
 * `run --pool`: a program in an instance of a pool, which is taken for it and given back.
 *
 * @module
 */
import { InterruptedError, LxopsError, StateError, UsageError } from "../../../base/errors.ts";
import { patchInstance } from "../../../plan/requests/instances.ts";
import { copySteps, programStep, readySteps, sshDevice, sshSteps } from "../../../plan/throwaway/steps.ts";
import type { RunOptions } from "../../../plan/throwaway/options.ts";
import { sleep } from "../../../run/wait/pauses.ts";
import { keptAdvice } from "../../../run/perform/copy.ts";
import type { FileCopy, InstanceRef } from "../../../ports/mod.ts";
import { send } from "../../../step/build.ts";
import type { Lease, Release } from "../../../step/pool.ts";
import type { InstancePlan, Step } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { applyPlan } from "../../shared/apply_steps.ts";
import { carryOut, endedOf } from "../run/carry_out.ts";
import { RunError } from "../run/ended.ts";
import type { RunEnd } from "../run/run.ts";
import { optionsOf, type RunValues } from "../run/values.ts";
import { acquireStep, makeUp, take } from "./acquire.ts";
import { changes, poolAt, type PoolPlace } from "./place.ts";

/** Time of the lease, in seconds: the instance of a run that was killed is given back so late. */
const LEASE_SECONDS = 180;

/** Time between two renewals. */
const RENEW_MS = 60_000;

/** Flags for a new instance, which have no meaning for one of a pool. */
const OF_NEW_ONES = [
  ...[
    "name",
    "profile",
    "config",
    "limits",
    "nesting",
    "mount",
    "net",
    "cache",
  ],
  ...["vm", "target", "keep", "sweep", "older", "discard", "properties", "P"],
] as const;

/** Values of the flags of `run` for a pool. */
export interface PoolRunValues extends RunValues {
  readonly pool: string;
  readonly "pool-wait": string;
  readonly owner: string;
}

/** `run --pool` and `pool run`. */
export async function run(values: PoolRunValues, argv: readonly string[], app: App): Promise<number> {
  app.endBySignal?.();
  try {
    return (await runPooled(argv, values, app)).code;
  } catch (error) {
    if (!(error instanceof LxopsError) || error instanceof InterruptedError || error instanceof RunError) {
      throw error;
    }
    throw new RunError(error);
  }
}

/**
 * Runs a program in an instance of a pool, and returns how it ended.
 *
 * @throws {LxopsError} where it was not the program that failed
 */
export async function runPooled(argv: readonly string[], values: PoolRunValues, app: App): Promise<RunEnd> {
  refuseNew(values);
  const { "status-file": file, "dry-run": isShown } = values;
  const begin = () => runOnce(argv, values, app);
  if (file === "") return await begin();
  return await (await import("../run/status.ts")).withStatus(file, isShown, app, begin);
}

async function runOnce(argv: readonly string[], values: PoolRunValues, app: App): Promise<RunEnd> {
  const [options, place] = await Promise.all([
    optionsOf(argv, values, app),
    poolAt(app, values.pool, values.project),
  ]);
  const taking = {
    "dry-run": values["dry-run"],
    owner: values.owner || "lxops run",
    lease: String(LEASE_SECONDS),
    wait: values["pool-wait"],
  };
  const taken = changes(values) ? await take(place, taking, "--pool-wait") : undefined;
  const lease = taken?.lease;
  // What is only shown has a name that stands for any instance of the pool.
  const instance = { project: place.ref.project, name: lease?.instance ?? `${place.ref.pool}-0` };
  const plan = lease
    ? planIn(instance, options)
    : shown(planIn(instance, options), acquireStep(place, taking));
  const stop = new AbortController();
  const renewing = lease ? renew(lease, place, stop.signal) : undefined;
  const refilling = taken ? makeUp(place, taken) : Promise.resolve();
  refilling.catch(() => {});
  let unsaved: FileCopy | undefined;
  try {
    const out = await carryOut({ plan, argv: options.program?.argv, random: undefined }, values, place.app);
    unsaved = out.ended.unsaved;
    return { ...await endedOf(out, instance, values, place.app), instance };
  } finally {
    stop.abort();
    await renewing;
    await refilling.catch(() => {});
    if (lease) await giveBack(lease, place, unsaved);
  }
}

function refuseNew(values: RunValues): void {
  const asked = values as unknown as Readonly<Record<string, unknown>>;
  const isSet = (value: unknown) =>
    Array.isArray(value) ? value.length > 0 : !["", false, undefined, "never"].includes(value as string);
  const found = OF_NEW_ONES.find((flag) => isSet(asked[flag]));
  if (found === undefined) return;
  throw new UsageError(`--${found} is about a new instance, and --pool takes one that is there`, [
    "What the instances of a pool are like is said to lxops pool create",
  ]);
}

/** Returns a plan with the steps before and after it, for a script. */
function shown(plan: InstancePlan, first: Step): InstancePlan {
  const { project, name } = plan.instance;
  const notes = [`"${name}" stands for the instance that is taken, and "${name}.LEASE" for its lease`];
  return { ...plan, notes, steps: [first, ...plan.steps, releaseStep({ project, lease: `${name}.LEASE` })] };
}

/** Plans a program in an instance. */
function planIn(instance: InstanceRef, options: RunOptions): InstancePlan {
  return {
    instance,
    steps: [
      ...(options.ssh
        ? [
          send(
            `Add device ssh to ${instance.name}`,
            patchInstance(instance, { devices: sshDevice(options) }),
          ),
        ]
        : []),
      ...readySteps(instance, options, false),
      ...sshSteps(instance, options),
      ...copySteps(instance, options, "in"),
      programStep(instance, options),
      ...copySteps(instance, { copies: options.copies }, "out"),
    ],
  };
}

function releaseStep({ project, lease }: Pick<Release, "project" | "lease">, keep = false): Step {
  return {
    title: "Release the instance",
    effect: { kind: "pool", act: "release", project, lease, keep },
    anyway: true,
  };
}

/** Renews a lease as long as its program runs; a failure is printed as a note. */
async function renew({ lease, project }: Lease, { app }: PoolPlace, signal: AbortSignal): Promise<void> {
  for (;;) {
    await sleep(RENEW_MS, signal);
    if (signal.aborted) return;
    try {
      const act = { act: "renew", project, lease, seconds: LEASE_SECONDS } as const;
      const step = { title: "Renew the lease", effect: { kind: "pool", ...act } } as const;
      await applyPlan(app, { first: [step], each: [] }, { quiet: true });
    } catch (error) {
      if (!(error instanceof LxopsError)) throw error;
      if (!signal.aborted && !app.signal.aborted) {
        app.complain(`note: the lease was not renewed: ${error.message}`);
      }
    }
  }
}

/**
 * Gives an instance back, also after a signal; what fails with that does not concern the program. One that has files
 * which could not be copied out leaves the pool, and stays.
 */
async function giveBack(lease: Lease, { app }: PoolPlace, unsaved: FileCopy | undefined): Promise<void> {
  const step = releaseStep(lease, unsaved !== undefined);
  try {
    await applyPlan(app, { first: [step], each: [] }, { quiet: true, afterSignal: true });
    if (unsaved) {
      app.complain(["lxops: note: the results are not lost", ...keptAdvice(unsaved, "pool")].join("\n  "));
    }
  } catch (error) {
    if (!(error instanceof LxopsError)) throw error;
    // An instance that has stopped is gone, and tending the pool removed the lease.
    if (error instanceof StateError && error.kind === "missing") return;
    app.complain(`note: instance "${lease.instance}" goes once its lease has run out: ${error.message}`);
  }
}
