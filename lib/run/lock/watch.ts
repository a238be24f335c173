/**
 * Watching holders of locks on other machines: they have ended when they give no sign of life, by the clock of this
 * machine alone.
 *
 * @module
 */
import type { LockPlace } from "../../ports/lock.ts";
import { DEAD_SECONDS, type Holder } from "./holder.ts";

/** Signs of life that the holders of locks have given. */
export class Watch {
  readonly #seen = new Map<string, { readonly sign: string; readonly since: number }>();
  readonly #deadMs: number;

  constructor(deadSeconds = DEAD_SECONDS) {
    this.#deadMs = deadSeconds * 1000;
  }

  /** Remembers a look at a lock, and tells whether its holder has been silent for too long. */
  isSilent({ project, name }: LockPlace, { token, beat }: Holder): boolean {
    const key = `${project} ${name}`;
    const sign = `${token} ${beat}`;
    const last = this.#seen.get(key);
    if (last?.sign === sign) return performance.now() - last.since >= this.#deadMs;
    this.#seen.set(key, { sign, since: performance.now() });
    return false;
  }
}
