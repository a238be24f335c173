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
import { after } from "../../../base/time/timer.ts";
import { isReserved } from "../../../plan/pool/lease.ts";
import type { Acquire, Lease, Refill } from "../../../step/pool.ts";
import type { Step } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { applyPlan } from "../../shared/apply_steps.ts";
import { durationOf } from "../run/time_limits.ts";
import { changes, poolAt, type PoolPlace } from "./place.ts";

/** Values of the flags of commands that take an instance. */
export interface AcquireValues {
  /** The addresses of the instance are wanted. */
  readonly json?: boolean;
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
  const taken = await take(place, values);
  if (!taken) return EXIT.ok;
  place.app.print(leaseText(taken.lease, values.json, app));
  await makeUp(place, taken);
  return EXIT.ok;
}

/** Returns the printed form of a lease. */
export function leaseText(lease: Lease, json: boolean, { backend }: App): string {
  if (!json) return `${lease.instance} ${lease.lease}\n`;
  const at = lease.project === "default" ? [] : ["--project", lease.project];
  return `${JSON.stringify({ ...lease, exec: [backend.program, "exec", ...at, lease.instance, "--"] })}\n`;
}

/** Returns the step that takes an instance of a pool. */
export function acquireStep(
  { app, ref }: PoolPlace,
  values: Pick<AcquireValues, "lease" | "owner" | "json">,
): Step {
  const seconds = durationOf("lease", values.lease);
  if (isReserved(values.owner)) {
    throw new UsageError(`--owner "${values.owner}" begins with "lxops:", which only lxops itself uses`);
  }
  const act: Acquire = {
    act: "acquire",
    ...ref,
    owner: values.owner || ownerOf(app),
    ...(seconds === undefined ? {} : { seconds }),
    ...(values.json ? { addresses: true } : {}),
  };
  return { title: `Take an instance of pool ${ref.pool}`, effect: { kind: "pool", ...act } };
}

/** An instance that was taken. */
export interface Taken {
  readonly lease: Lease;
  /** The refill for `makeUp()`; absent: none is needed. */
  readonly refill?: Refill;
}

/**
 * Takes an instance of a pool, and waits for one where it may; nothing where it is only shown. The caller calls
 * `makeUp()` once it has used the lease.
 *
 * @param flag the flag of the command that lets it wait
 * @throws {NoneFreeError} where none is free, and it may not wait
 * @throws {TimeoutError} where none was free in the time given
 */
export async function take(
  { app, ref }: PoolPlace,
  values: Omit<AcquireValues, "project">,
  flag = "--wait",
): Promise<Taken | undefined> {
  const waitSeconds = durationOf("wait", values.wait);
  const steps = [acquireStep({ app, ref }, values)];
  const once = async () => {
    let taken: Taken | undefined;
    await applyPlan(app, { first: steps, each: [] }, {
      dryRun: values["dry-run"],
      quiet: true,
      leased: (lease, refill) => taken = { lease, ...(refill ? { refill } : {}) },
    });
    return taken;
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

/** Time that a taker who waits leaves the pool to its tender. */
const PATIENCE_MS = 2000;

async function untilFree(
  once: () => Promise<Taken | undefined>,
  seconds: number,
  place: PoolPlace,
): Promise<Taken | undefined> {
  const { app, ref } = place;
  const end = performance.now() + seconds * 1000;
  let helpAt = await isTended(place) ? performance.now() + PATIENCE_MS : 0;
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
      if (performance.now() >= helpAt) {
        await help(place);
        helpAt = performance.now() + pause;
      }
      // Takers that wait do not all ask at the same time.
      await sleep(Math.min(pause * (0.5 + Math.random()), Math.max(1, end - performance.now())), app.signal);
      app.signal.throwIfAborted();
    }
  }
}

/** Makes the next instance where the pool has no tender; `pool tend` reports what fails with that. */
async function help(place: PoolPlace): Promise<void> {
  const { tendPool } = await import("./tend.ts");
  try {
    await tendPool(place, { "dry-run": false, parallel: 4 }, { limit: 1, quiet: true });
  } catch (error) {
    if (!(error instanceof LxopsError) || place.app.signal.aborted) throw error;
    // Another process tends it.
    if (error instanceof StateError && error.kind === "locked") return;
    throw error;
  }
}

async function isTended({ app, ref }: PoolPlace): Promise<boolean> {
  const { readDefinition } = await import("../../../run/pool/ports.ts");
  return (await readDefinition(ref, { server: await app.server() }))?.isTended ?? false;
}

/** The number of tries of a taker to make up for its instance, where others do so at the same time. */
const TRIES = 4;

/** The longest time in which a taker makes up for its instance, in milliseconds. */
const MAKE_UP_MS = 10_000;

/**
 * Makes up for an instance that was taken, where the pool has no tender; `pool tend` reports what fails with that.
 * Where the daemon does not answer in time, this returns without it: the lease is good in any case.
 */
export async function makeUp(
  place: PoolPlace,
  { refill }: Pick<Taken, "refill">,
  limitMs = MAKE_UP_MS,
): Promise<void> {
  if (!refill) return;
  const late = Promise.withResolvers<void>();
  const stop = after(limitMs, late.resolve);
  const making = askForMore(place, refill);
  making.catch(() => {});
  await Promise.race([making, late.promise]).finally(stop);
}

async function askForMore({ app, ref }: PoolPlace, refill: Refill): Promise<void> {
  const { poolLock } = await import("../../../run/lock/names.ts");
  const wants = [await poolLock(ref)];
  const step = { title: `Refill pool ${ref.pool}`, effect: { kind: "pool", ...refill } } as const;
  for (let tries = 1; tries <= TRIES; tries++) {
    try {
      await app.lock(wants, { command: "pool acquire", seconds: 0 });
      return await applyPlan(app, { first: [step], each: [] }, { quiet: true }).finally(() =>
        app.unlock(wants)
      );
    } catch (error) {
      // An interruption ends the command in the place that it is at.
      if (!(error instanceof LxopsError) || app.signal.aborted) throw error;
      if (!(error instanceof StateError) || error.kind !== "locked") return;
    }
    const { sleep } = await import("../../../run/wait/pauses.ts");
    await sleep(tries * 100 * (0.5 + Math.random()), app.signal);
  }
}

function ownerOf({ host }: App): string {
  return host.env("LOGNAME") ?? host.env("USER") ?? (host.user ? `user ${host.user.uid}` : "root");
}
