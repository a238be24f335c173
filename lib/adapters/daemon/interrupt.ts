/**
 * Handling of an aborted signal: the daemon gets a moment more to answer, and the error keeps the class of the
 * signal's reason.
 *
 * @module
 */
import { InterruptedError, LxopsError, TimeoutError } from "../../base/errors.ts";

/** A second signal that aborts some time after the first. */
export interface Grace {
  readonly signal: AbortSignal;
  stop(): void;
}

/** Returns a signal that aborts `ms` after another one. */
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
      // Deno's timers are used only where needed, because they take time to load.
      if (timer !== undefined) clearTimeout(timer);
    },
  };
}

/** Waits some time; rejects when the signal aborts. */
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
 * Returns the error to throw after a signal has aborted: of the class of its reason, with a line that says what was
 * left; `unsettled` where the request may still be carried out.
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
    return new TimeoutError("Timed out", [left], options);
  }
  return new InterruptedError("Interrupted", [left], options);
}
