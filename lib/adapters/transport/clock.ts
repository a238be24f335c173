/**
 * The clock of a daemon, as its answers tell it: times that several machines compare must be of one clock.
 *
 * @module
 */
import type { Endpoint } from "./endpoint.ts";

/** Difference up to which two clocks agree, in milliseconds: answers have whole seconds, and take a moment. */
const AGREES_MS = 2_000;

/** An endpoint whose answers tell the time. */
export interface Timed {
  readonly endpoint: Endpoint;
  /** Returns the daemon's time, in milliseconds since 1970; this machine's where it agrees, or nothing is known. */
  readonly now: () => number;
}

/** Returns an endpoint that notes the time of each answer. */
export function timed(endpoint: Endpoint, local: () => number = Date.now): Timed {
  let ahead = 0;
  const fetch: Endpoint["fetch"] = async (path, init) => {
    const reply = await endpoint.fetch(path, init);
    const time = Date.parse(reply.headers.get("date") ?? "");
    if (!Number.isNaN(time)) {
      const difference = time - local();
      ahead = Math.abs(difference) > AGREES_MS ? difference : 0;
    }
    return reply;
  };
  return { endpoint: { ...endpoint, fetch }, now: () => local() + ahead };
}
