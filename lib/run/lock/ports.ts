/**
 * Ports and times of locks.
 *
 * @module
 */
import type { LockStore } from "../../ports/lock.ts";
import type { RunState } from "../../ports/mod.ts";
import type { Self } from "./holder.ts";

/** The ports that locks need. */
export interface LockPorts {
  readonly store: LockStore;
  readonly self: Self;
  readonly client: string;
  readonly stateOf: (run: string) => Promise<RunState>;
  /** Tells whether a process of this machine has started this one, directly or through others. */
  readonly isAncestor?: (pid: number) => Promise<boolean>;
  readonly note: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Times of locks, which tests make short. */
export interface LockTimes {
  readonly beatSeconds?: number;
  readonly deadSeconds?: number;
}
