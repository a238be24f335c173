/**
 * What an abort of the caller's signal means: a last moment for the daemon to answer, and an error that
 * keeps the class of the signal's reason.
 *
 * @module
 */
import { InterruptedError, LxopsError, TimeoutError } from "../../base/errors.ts";

/** A second signal that aborts some time after the first. */
export interface Grace {
  readonly signal: AbortSignal;
  stop(): void;
}

/** Starts to follow a signal, `ms` behind it. */
export function startGrace(signal: AbortSignal, ms: number): Grace {
  const late = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const onAbort = () => {
    timer = setTimeout(() => late.abort(signal.reason), ms);
  };
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  return {
    signal: late.signal,
    stop() {
      signal.removeEventListener("abort", onAbort);
      // Without need, the timers of Deno, which take 4 ms to load, are not touched.
      if (timer !== undefined) clearTimeout(timer);
    },
  };
}

/** Waits, but not longer than the signal allows. */
export function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
}

/**
 * The error to throw once a signal has aborted: its reason, of the same class, with a line about what was left;
 * `unsettled` where that may still come about.
 */
export function interruption(signal: AbortSignal, left: string, unsettled = false): Error {
  const reason: unknown = signal.reason;
  const options = { cause: reason, unsettled };
  if (reason instanceof InterruptedError) {
    return new InterruptedError(reason.message, [...reason.advice, left], options);
  }
  if (reason instanceof TimeoutError) {
    return new TimeoutError(reason.message, [...reason.advice, left], options);
  }
  if (reason instanceof LxopsError) return reason;
  if (reason instanceof DOMException && reason.name === "TimeoutError") {
    return new TimeoutError("The time given to it is over", [left], options);
  }
  return new InterruptedError("Interrupted", [left], options);
}
