/**
 * Retries for things that are busy for a moment: a dataset whose mounts end a little later, or an instance
 * that the daemon still cleans up after a failed start. A refused attempt has changed nothing, so it is
 * repeated for some seconds.
 *
 * @module
 */
import { ServerError } from "../../base/errors.ts";
import { sleep } from "./pauses.ts";

const BUSY_MS = 10_000;
/** Longest wait for an operation of an earlier run, such as the creation of an instance. */
const OPERATION_MS = 60_000;
const FIRST_PAUSE_MS = 20;
/** Longest pause between two attempts: a dataset that several programs use in turn is free only for moments. */
const LONGEST_PAUSE_MS = 320;

/** Result of an attempt; `outcome` returns it or throws its error. */
export interface Attempt<T> {
  readonly busy: boolean;
  readonly outcome: () => T;
}

/** Tries until nothing is busy any more, or it took too long. */
export async function untilFree<T>(
  attempt: () => Promise<Attempt<T>>,
  signal: AbortSignal,
  limitMs = BUSY_MS,
): Promise<T> {
  const end = performance.now() + limitMs;
  for (let pause = FIRST_PAUSE_MS;; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const { busy, outcome } = await attempt();
    if (!busy || performance.now() + pause > end) return outcome();
    await sleep(pause, signal);
    signal.throwIfAborted();
  }
}

/**
 * Messages of the daemons about an instance that another operation works on, or has just worked on; and about the
 * program that opens files of an instance for them, which ends when nothing has used it for a while, also while a
 * request is on its way to it.
 */
const BUSY =
  /is busy running an? |Instance is busy|matching non-reusable operation has now succeeded|forkfile\.sock: write: broken pipe/i;

/** Sends a request again while the daemon refuses it because another operation runs on the instance. */
export async function sendUntilFree(send: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
  await untilFree(
    async () => {
      try {
        await send();
        return { busy: false, outcome: () => {} };
      } catch (error) {
        const busy = error instanceof ServerError && BUSY.test(error.message);
        return {
          busy,
          outcome: () => {
            throw error;
          },
        };
      }
    },
    signal,
    OPERATION_MS,
  );
}
