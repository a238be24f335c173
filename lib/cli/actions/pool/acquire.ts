/**
 * `pool acquire`: takes an instance of a pool.
 *
 * @module
 */
import {
  EXIT,
  LxopsError,
  NoneFreeError,
  StateError,
  TimeoutError,
  UsageError,
} from "../../../base/errors.ts";
import { isReserved } from "../../../plan/pool/lease.ts";
import type { Acquire, Lease } from "../../../step/pool.ts";
import type { Step } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { applyPlan } from "../../shared/apply_steps.ts";
import { durationOf } from "../run/time_limits.ts";
import { changes, poolAt, type PoolPlace } from "./place.ts";

/** Values of the flags of commands that take an instance. */
export interface AcquireValues {
  readonly project: string;
  readonly "dry-run": boolean;
  readonly owner: string;
  readonly lease: string;
  readonly wait: string;
}

/** `pool acquire`. */
export async function acquire(
  values: AcquireValues & { readonly json: boolean },
  [operand]: readonly string[],
  app: App,
): Promise<number> {
  const place = await poolAt(app, operand!, values.project);
  const lease = await take(place, values);
  if (lease) place.app.print(leaseText(lease, values.json, app));
  return EXIT.ok;
}

/** Returns a lease as it is printed. */
export function leaseText(lease: Lease, json: boolean, { backend }: App): string {
  if (!json) return `${lease.instance} ${lease.lease}\n`;
  const at = lease.project === "default" ? [] : ["--project", lease.project];
  return `${JSON.stringify({ ...lease, exec: [backend.program, "exec", ...at, lease.instance, "--"] })}\n`;
}

/** Returns the step that takes an instance of a pool. */
export function acquireStep({ app, ref }: PoolPlace, values: Pick<AcquireValues, "lease" | "owner">): Step {
  const seconds = durationOf("lease", values.lease);
  if (isReserved(values.owner)) {
    throw new UsageError(`--owner "${values.owner}" begins with "lxops:", which only lxops itself uses`);
  }
  const act: Acquire = {
    act: "acquire",
    ...ref,
    owner: values.owner || ownerOf(app),
    ...(seconds === undefined ? {} : { seconds }),
    refill: true,
  };
  return { title: `Take an instance of pool ${ref.pool}`, effect: { kind: "pool", ...act } };
}

/**
 * Takes an instance of a pool, and waits for one where it may; nothing where it is only shown.
 *
 * @param flag the flag of the command that lets it wait
 * @throws {NoneFreeError} where none is free, and it may not wait
 * @throws {TimeoutError} where none was free in the time given
 */
export async function take(
  { app, ref }: PoolPlace,
  values: Omit<AcquireValues, "project">,
  flag = "--wait",
): Promise<Lease | undefined> {
  const waitSeconds = durationOf("wait", values.wait);
  const steps = [acquireStep({ app, ref }, values)];
  const once = async () => {
    let lease: Lease | undefined;
    await applyPlan(app, { first: steps, each: [] }, {
      dryRun: values["dry-run"],
      quiet: true,
      leased: (one) => lease = one,
    });
    return lease;
  };
  if (waitSeconds === undefined || !changes(values)) {
    try {
      return await once();
    } catch (error) {
      if (!(error instanceof NoneFreeError)) throw error;
      throw new NoneFreeError(error.message, [`To wait for one: ${flag} 60s`, ...error.advice]);
    }
  }
  return await untilFree(once, waitSeconds, { app, ref });
}

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;

async function untilFree(
  once: () => Promise<Lease | undefined>,
  seconds: number,
  place: PoolPlace,
): Promise<Lease | undefined> {
  const { app, ref } = place;
  const end = performance.now() + seconds * 1000;
  const { sleep } = await import("../../../run/wait/pauses.ts");
  for (let pause = FIRST_PAUSE_MS;; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      return await once();
    } catch (error) {
      if (!(error instanceof NoneFreeError)) throw error;
      const left = end - performance.now();
      if (left <= 0) {
        throw new TimeoutError(`No instance of pool "${ref.pool}" was free within ${seconds} s`, [
          error.message,
          `To look at it: lxops pool status ${ref.pool}`,
        ]);
      }
      await help(place);
      // Takers that wait do not all ask at the same time.
      await sleep(Math.min(pause * (0.5 + Math.random()), Math.max(1, end - performance.now())), app.signal);
      app.signal.throwIfAborted();
    }
  }
}

/** Makes the next instance where nobody tends the pool; what fails with that is told by whoever tends it. */
async function help(place: PoolPlace): Promise<void> {
  const { tendPool } = await import("./tend.ts");
  try {
    await tendPool(place, { "dry-run": false, parallel: 4 }, { limit: 1, quiet: true });
  } catch (error) {
    if (!(error instanceof LxopsError) || place.app.signal.aborted) throw error;
    // Somebody else tends it.
    if (error instanceof StateError && error.kind === "locked") return;
    throw error;
  }
}

function ownerOf({ host }: App): string {
  return host.env("LOGNAME") ?? host.env("USER") ?? (host.user ? `user ${host.user.uid}` : "root");
}
