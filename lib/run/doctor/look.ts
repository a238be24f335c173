/**
 * Looks with a deadline: a missing answer becomes a fact, and nothing waits for it longer.
 *
 * @module
 */
import { LxopsError, reasonOf } from "../../base/errors.ts";
import { after } from "../../base/time/timer.ts";
import type { Look } from "../../ports/health/inspector.ts";

/**
 * Returns the result of a look, or the reason why it has none. The signal of the look aborts after a number of seconds.
 */
export async function lookFor<T>(
  seconds: number,
  what: string,
  look: (signal: AbortSignal) => Promise<T>,
): Promise<Look<T>> {
  const limit = new AbortController();
  const late = Promise.withResolvers<Look<T>>();
  const stop = after(seconds * 1000, () => {
    late.resolve({ problem: `${what} did not answer within ${seconds} s`, late: true });
    limit.abort(new Error(`no answer within ${seconds} s`));
  });
  const found = async (): Promise<Look<T>> => {
    try {
      return { found: await look(limit.signal) };
    } catch (error) {
      if (limit.signal.aborted || isExpected(error)) {
        return { problem: reasonOf(error), late: limit.signal.aborted };
      }
      throw error;
    }
  };
  try {
    return await Promise.race([found(), late.promise]);
  } finally {
    stop();
  }
}

/** Tells whether an error comes from the machine or the daemon, and is no defect of lxops. */
function isExpected(error: unknown): boolean {
  return error instanceof LxopsError || Object.values(Deno.errors).some((kind) => error instanceof kind);
}
