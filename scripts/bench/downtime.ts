/**
 * A client that asks an instance from outside, over and over, and notices for how long it gets no answer.
 *
 * @module
 */

/** Nothing listens there: the instance refuses the connection, which is an answer. */
const PORT = 9;

/** The time between two questions. */
const PAUSE_MS = 5;

/** The time that an instance has for an answer before and after an action. */
const LIMIT_MS = 30_000;

/**
 * Returns the longest time without an answer of an instance while an action runs, in seconds. It is measured from one
 * answer to the next; the action ends before the last one.
 */
export async function longestGap(address: string, action: () => Promise<unknown>): Promise<number> {
  let last: number | undefined;
  let longest = 0;
  const asked = new Set<Promise<void>>();
  const ask = async () => {
    if (!await answers(address)) return;
    const now = performance.now();
    longest = Math.max(longest, now - (last ?? now));
    last = now;
  };
  // A question that is lost stays without an answer for a second, so each one is sent without waiting for the others.
  const timer = setInterval(() => {
    const one = ask().finally(() => asked.delete(one));
    asked.add(one);
  }, PAUSE_MS);
  const answered = async () => {
    const start = performance.now();
    while (last === undefined || last < start) {
      if (performance.now() - start > LIMIT_MS) throw new Error(`${address} does not answer`);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  };
  try {
    await answered();
    longest = 0;
    await action();
    await answered();
    return longest / 1000;
  } finally {
    clearInterval(timer);
    await Promise.all(asked);
  }
}

async function answers(hostname: string): Promise<boolean> {
  try {
    (await Deno.connect({ hostname, port: PORT })).close();
    return true;
  } catch (error) {
    return error instanceof Deno.errors.ConnectionRefused;
  }
}
