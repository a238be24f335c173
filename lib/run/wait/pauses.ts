/**
 * Pauses and questions that an abort ends at once.
 *
 * @module
 */

/** The longest time that a timer can be set to; one that is set to more ends at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** Converts seconds to milliseconds for a timer. */
export function milliseconds(seconds: number): number {
  return Math.min(seconds * 1000, LONGEST_MS);
}

/** Returns after so long, or as soon as the signal aborts. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}

/**
 * Returns the answer to a question that changes nothing, or raises the signal's reason as soon as it aborts,
 * without waiting for the answer.
 */
export async function unlessAborted<T>(question: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([aborted.promise, question]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
