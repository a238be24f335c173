/**
 * Runs a check of an instance, again and again, as docker compose does: until an attempt succeeds, or as many have
 * failed as the check allows.
 *
 * @module
 */
import { CommandError, ServerError, TimeoutError } from "../../../base/errors.ts";
import type { Check } from "../../../step/check.ts";
import { attempt, type CheckPorts, type Seen } from "./check_attempt.ts";
import { milliseconds, sleep, unlessAborted } from "../../wait/pauses.ts";

/** The shortest pause between two attempts. */
const SHORTEST_MS = 10;

/** The time between two looks whether the instance still runs, in a pause. */
const LOOK_MS = 500;

/** The error of a check that failed. */
export class CheckError extends CommandError {
  /** Observation of the last attempt. */
  readonly seen: string;

  constructor(check: Check, attempts: number, seen: Seen) {
    const { probe, label, location, instance } = check;
    const at = location ? ` (${location.file}:${location.line})` : "";
    const times = attempts === 1 ? "1 attempt" : `${attempts} attempts`;
    super(`"${label}"${at} failed in instance "${instance.name}" after ${times}: ${seen.what}`, {
      argv: probe.kind === "exec" ? probe.argv : [],
      code: seen.code ?? 1,
      stderr: seen.lines ?? "",
    });
    this.seen = seen.what;
  }
}

/**
 * Returns when a check has passed.
 *
 * @param onFailed receives the result of a failed attempt, if there will be another one
 * @throws {CheckError} where it fails
 */
export async function runCheck(
  check: Check,
  ports: CheckPorts,
  signal: AbortSignal,
  onFailed: (text: string) => void = () => {},
): Promise<void> {
  const start = performance.now();
  for (let attempts = 1, failed = 0;; attempts++) {
    const starting = performance.now() - start < check.startPeriod * 1000;
    const seen = await limited(check, ports, signal);
    signal.throwIfAborted();
    if (seen.ok) return;
    if (!starting) failed++;
    const isLate = check.within !== undefined && performance.now() - start >= check.within * 1000;
    if (failed >= check.retries || isLate) throw new CheckError(check, attempts, seen);
    const refuseEnded = async () => {
      const state = await unlessAborted(stateOf(check, ports), signal);
      if (state === "unknown" || state && state.status !== "Stopped") return;
      throw new CheckError(check, attempts, { ...seen, what: state ? "it has stopped" : "it is gone" });
    };
    await refuseEnded();
    onFailed(`${starting ? "" : `attempt ${failed} of ${check.retries}: `}${seen.what}`);
    const pause = starting ? check.startInterval : check.interval;
    const end = performance.now() + Math.max(SHORTEST_MS, milliseconds(pause));
    for (let left = end - performance.now(); left > 0; left = end - performance.now()) {
      await sleep(Math.min(left, LOOK_MS), signal);
      signal.throwIfAborted();
      // Nothing else notices before the next attempt, which may be a long time.
      if (left > LOOK_MS) await refuseEnded();
    }
  }
}

/** Asks for the state of an instance; a daemon has none for a moment, while an instance dies. */
async function stateOf({ instance }: Check, { server }: CheckPorts) {
  try {
    return await server.instanceState(instance);
  } catch (error) {
    if (error instanceof ServerError && error.status === 500) return "unknown";
    throw error;
  }
}

/** Makes one attempt, which ends with its time limit. */
async function limited(check: Check, ports: CheckPorts, signal: AbortSignal): Promise<Seen> {
  const late = new AbortController();
  const what = `no result within ${check.timeout} s`;
  const timer = setTimeout(() => late.abort(new TimeoutError(what)), milliseconds(check.timeout));
  try {
    return await attempt(check, ports, AbortSignal.any([signal, late.signal]));
  } catch (error) {
    signal.throwIfAborted();
    if (late.signal.aborted) return { ok: false, what };
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
