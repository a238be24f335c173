/**
 * The holder of a lock, as the lock names it.
 *
 * @module
 */
import { LOCK_RUN, LOCK_TOKEN, type LockContent, type LockPlace } from "../../ports/lock.ts";
import type { RunState } from "../../ports/mod.ts";
import { parseRun, type Run } from "../../ports/runs.ts";
import type { LockWant } from "./names.ts";

/** Time without a sign of life after which a holder on another machine counts as ended. */
export const DEAD_SECONDS = 60;

/** Time between two signs of life. */
export const BEAT_SECONDS = 15;

/** Key of the sign of life, a number that goes up. */
export const LOCK_BEAT = "user.lxops.lock.beat";

const USER = "user.lxops.lock.user";
const COMMAND = "user.lxops.lock.command";
const SINCE = "user.lxops.lock.since";
const AFTER = "user.lxops.lock.after";

/** A run that takes locks. */
export interface Self {
  /** The run as text; empty where the machine does not tell enough to recognise it. */
  readonly run: string;
  readonly user: string;
  readonly command: string;
  readonly since: string;
}

/** The holder of a lock. */
export interface Holder extends Self {
  readonly token: string;
  /** Changes with each sign of life. */
  readonly beat: string;
  /** The random text of the lock that this one replaced. */
  readonly after: string;
}

/** Returns the content of a lock of this run. */
export function contentOf(want: LockWant, self: Self, token: string, after = ""): LockContent {
  const run = parseRun(self.run);
  const where = run ? ` on ${run.host}, process ${run.pid}` : "";
  return {
    description: `Lock of lxops: ${self.command} works on ${want.what} since ${self.since} ` +
      `(${self.user}${where}). It goes when that ends.`,
    config: {
      [LOCK_TOKEN]: token,
      [LOCK_BEAT]: "0",
      [LOCK_RUN]: self.run,
      [USER]: self.user,
      [COMMAND]: self.command,
      [SINCE]: self.since,
      ...(after === "" ? {} : { [AFTER]: after }),
    },
  };
}

/** Reads the holder of a lock; `undefined` where a profile is no lock. */
export function holderOf({ config }: LockContent): Holder | undefined {
  const token = config[LOCK_TOKEN];
  // The token becomes a part of a name.
  if (token === undefined || !/^[0-9a-f]{32}$/.test(token)) return undefined;
  const { [LOCK_RUN]: run = "", [USER]: user = "", [COMMAND]: command = "", [SINCE]: since = "" } = config;
  return { token, run, user, command, since, beat: config[LOCK_BEAT] ?? "", after: config[AFTER] ?? "" };
}

/** A lock that another run holds. */
export interface Busy {
  readonly want: LockWant;
  readonly place: LockPlace;
  readonly holder: Holder;
  readonly state: RunState;
  /** The holder has started this run, as a hook or in a script, and ends only after it. */
  readonly isAncestor?: true;
}

/** Returns the holder of a lock in words: `process 42 of this machine, rebuild of anna since ...`. */
export function holderText({ holder, state }: Busy): string {
  const run = parseRun(holder.run);
  const where = run === undefined ? "on an unknown machine" : placeOf(run, state);
  return `${where}, ${holder.command} of ${holder.user} since ${holder.since}`;
}

function placeOf({ pid, host }: Run, state: RunState): string {
  return `process ${pid} of ${state === "elsewhere" ? `machine "${host}"` : "this machine"}`;
}
