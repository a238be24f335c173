/**
 * What is busy for a moment: a dataset whose mounts end a little later, or an instance after whose failed start the
 * daemon still cleans up. It is tried again for some seconds, since being refused it has changed nothing.
 *
 * @module
 */
import { ServerError } from "../../base/errors.ts";
import { sleep } from "./pauses.ts";

const BUSY_MS = 10_000;
/** How long an operation of an earlier run may take: an instance that is made may well take as long. */
const OPERATION_MS = 60_000;
const FIRST_PAUSE_MS = 20;
/** What is busy because of one program after the other is free in between, and only for a moment. */
const LONGEST_PAUSE_MS = 320;

/** How an attempt ended; `outcome` returns or throws what it came to. */
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

/** As `untilFree()`, for a request that the daemons refuse while another operation runs on the instance. */
export async function sendUntilFree(send: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
  await untilFree(
    async () => {
      try {
        await send();
        return { busy: false, outcome: () => {} };
      } catch (error) {
        const busy = error instanceof ServerError &&
          /is busy running an? |Instance is busy/i.test(error.message);
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
