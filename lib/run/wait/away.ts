/**
 * Retries for a daemon that is away: it restarts, or has just done so and is not ready.
 *
 * @module
 */
import { ServerError } from "../../base/errors.ts";
import { sleep } from "./pauses.ts";

/** Longest wait for a daemon that restarts: it may have to bring up networks and instances. */
const AWAY_MS = 60_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1000;

/**
 * Tries until the daemon answers and is ready, or it took too long. A request without an answer may have been carried
 * out.
 *
 * @param onWait called once, where it has to be tried again
 */
export async function untilBack<T>(
  attempt: () => Promise<T>,
  signal: AbortSignal,
  onWait: () => void,
  limitMs = AWAY_MS,
): Promise<T> {
  const end = performance.now() + limitMs;
  for (let pause = FIRST_PAUSE_MS;; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await attempt();
    } catch (error) {
      if (!isAway(error) || performance.now() + pause > end) throw error;
      if (pause === FIRST_PAUSE_MS) onWait();
      await sleep(pause, signal);
      signal.throwIfAborted();
    }
  }
}

/**
 * Tries until the daemon no longer says that it or a network is not ready, or it took too long: such a refusal has changed
 * nothing.
 */
export async function untilReady(
  attempt: () => Promise<unknown>,
  signal: AbortSignal,
  onWait: () => void,
): Promise<void> {
  const failed = await untilBack(
    async () => {
      try {
        await attempt();
        return [];
      } catch (error) {
        if (isNotReady(error)) throw error;
        return [error];
      }
    },
    signal,
    onWait,
  );
  for (const error of failed) throw error;
}

/** The words of both daemons where an instance was stopped when it was looked at. */
const STARTED = /Renaming of running (instance|container) not allowed/;

/**
 * Tells whether an error means that the daemon was not reached, is not ready (503), or started an instance meanwhile: a
 * daemon that restarts answers before it starts instances.
 */
function isAway(error: unknown): boolean {
  if (isNotReady(error)) return true;
  return error instanceof ServerError && (error.status === 0 || STARTED.test(error.message));
}

/** The words of both daemons where a network or pool of an instance is not up yet; they try that again each minute. */
const NOT_UP = /(?:Network|Storage pool) "[^"]*" unavailable on this server/;

/** Tells whether a daemon refuses what it may do in a moment. */
function isNotReady(error: unknown): boolean {
  return error instanceof ServerError && (error.status === 503 || NOT_UP.test(error.message));
}
