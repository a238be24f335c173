/**
 * Takes one lock where it is free or its holder has ended, and gives it up.
 *
 * @module
 */
import { ServerError, TimeoutError } from "../../base/errors.ts";
import { quote } from "../../base/shell.ts";
import type { LockPlace, LockStore } from "../../ports/lock.ts";
import type { RunState } from "../../ports/mod.ts";
import { parseRun } from "../../ports/runs.ts";
import { foreignError } from "./errors.ts";
import { type Busy, contentOf, type Holder, holderOf, LOCK_BEAT, type Self } from "./holder.ts";
import { type LockWant, takeOverLock } from "./names.ts";
import type { Watch } from "./watch.ts";

/** Values that taking a lock needs. */
export interface TakePorts {
  readonly store: LockStore;
  readonly self: Self;
  /** The daemon's own client, for advice. */
  readonly client: string;
  /** Finds out which runs still run. */
  readonly stateOf: (run: string) => Promise<RunState>;
  /** Tells whether a process of this machine has started this one, directly or through others. */
  readonly isAncestor?: (pid: number) => Promise<boolean>;
  /** Signs of life of holders on other machines. */
  readonly watch: Watch;
  /** Tells whether a lock is one of this run of which it is not known that it has it: an answer was lost. */
  readonly isLeft?: (token: string) => boolean;
  /** Learns of a lock before it is asked for, so that it is given up in any case. */
  readonly begin: (lock: Lock) => void;
}

/** A lock of this run. */
export interface Lock {
  readonly want: LockWant;
  /** The place that it is at; changes where another project must do. */
  place: LockPlace;
  readonly token: string;
  /** The last time at which this run was known to hold it. */
  seen?: Seen;
  beat: number;
}

/** A moment by two clocks: one stands still while the machine sleeps, and the other can be set. */
interface Seen {
  readonly steady: number;
  readonly wall: number;
}

/**
 * Time within which a lock is surely still this run's: no user has met it, deleted it by hand and started another run.
 * After that, its token is read before it is deleted, as no daemon deletes a profile only if it has a certain content.
 */
const FRESH_MS = 2_000;

/** The longest chain of locks of runs that ended while they took a lock over. */
const DEPTH = 5;

/** The number of times that a lock may change between two requests. */
const TRIES = 100;

/** Takes a lock, or returns who holds it. */
export async function take(want: LockWant, ports: TakePorts, depth = DEPTH): Promise<Lock | Busy> {
  const { store, self, client, watch, stateOf } = ports;
  const lock: Lock = { want, place: want, token: newToken(), beat: 0 };
  ports.begin(lock);
  for (let tries = 0; tries < TRIES; tries++) {
    if (await create(lock, ports)) {
      await checkOwn(lock, ports);
      lock.seen = now();
      return lock;
    }
    const found = await store.read(lock.place);
    if (!found) continue;
    const holder = holderOf(found);
    if (!holder) throw foreignError(lock.place, client);
    const state = ports.isLeft?.(holder.token)
      ? "over"
      : holder.run === self.run && self.run !== ""
      ? "alive"
      : await stateOf(holder.run);
    const isOver = state === "over" || state === "elsewhere" && watch.isSilent(lock.place, holder);
    const pid = state === "alive" ? parseRun(holder.run)?.pid : undefined;
    const isAncestor = pid !== undefined && await ports.isAncestor?.(pid);
    const busy: Busy = { want, place: lock.place, holder, state, ...(isAncestor ? { isAncestor } : {}) };
    if (!isOver || depth === 0) return busy;
    const taker = await takeOver(lock, holder, ports, depth);
    if (taker === "taken") {
      lock.seen = now();
      return lock;
    }
    if (taker !== "changed") return { ...taker, want };
  }
  throw new TimeoutError(`The lock of ${want.what} changed ${TRIES} times while it was looked at`, [
    "Nothing was changed.",
    "Run the same command again",
  ]);
}

async function create(lock: Lock, { store, self }: TakePorts): Promise<boolean> {
  const { want } = lock;
  const content = contentOf(want, self, lock.token);
  try {
    return await store.create(lock.place, content);
  } catch (error) {
    const denied = error instanceof ServerError && (error.status === 403 || error.status === 404);
    if (!denied || want.otherwise === undefined || lock.place.project === want.otherwise) throw error;
    lock.place = { project: want.otherwise, name: want.name };
    return await store.create(lock.place, content);
  }
}

/**
 * Checks that this user can give a lock up. Incus lets restricted users of a project without profiles of its own make
 * profiles that they cannot change or delete. Such users come over HTTPS.
 */
async function checkOwn({ place }: Lock, { store, client }: TakePorts): Promise<void> {
  if (place.project === "default" || !store.address.startsWith("https:")) return;
  try {
    await store.touch(place, {});
  } catch (error) {
    if (!(error instanceof ServerError) || error.status !== 403) throw error;
    throw new ServerError(error.message, {
      status: error.status,
      request: error.request,
      advice: [
        ...error.advice,
        `Profile "${place.name}" stays; who may delete it: ${client} profile delete ${
          quote(place.name)
        } --project ${quote(place.project)}`,
      ],
    });
  }
}

/** A change that every daemon refuses. A user who may not change the profile gets another answer. */
const NO_CHANGE = { "lxops.no-key": "x" } as const;

/**
 * Checks that this user may replace a lock, and tells whether it still exists: otherwise each try of a user
 * without that right would leave one more profile. Nothing is written, as that could undo a replacement by another run.
 */
async function mayReplace({ place }: Lock, { store }: TakePorts): Promise<boolean> {
  try {
    await store.touch(place, NO_CHANGE);
  } catch (error) {
    if (!(error instanceof ServerError) || error.status === 403) throw error;
    return error.status !== 404;
  }
  return true;
}

/**
 * Replaces a holder that has ended. Only one run at a time can read that holder and replace it, as it holds a lock
 * that is named after the holder: a run that comes late finds another holder.
 */
async function takeOver(
  lock: Lock,
  dead: Holder,
  ports: TakePorts,
  depth: number,
): Promise<"taken" | "changed" | Busy> {
  const { store, self } = ports;
  if (!await mayReplace(lock, ports)) return "changed";
  const marker = takeOverLock({ ...lock.want, ...lock.place }, dead.token);
  const taken = await take(marker, ports, depth - 1);
  if (!("token" in taken)) return taken;
  try {
    const found = await store.read(lock.place);
    if (found === undefined || holderOf(found)?.token !== dead.token) return "changed";
    const replaced = await store.replace(lock.place, contentOf(lock.want, self, lock.token, dead.token));
    return replaced ? "taken" : "changed";
  } finally {
    await giveUp(taken, store);
    // A run that ended right after it had taken over left this.
    if (/^[0-9a-f]{32}$/.test(dead.after)) {
      await store.remove(takeOverLock({ ...lock.want, ...lock.place }, dead.after));
    }
  }
}

/** Gives up a lock, unless it is no longer this run's. */
export async function giveUp(lock: Lock, store: LockStore): Promise<void> {
  if (!isFresh(lock.seen)) {
    const found = await store.read(lock.place);
    if (found === undefined || holderOf(found)?.token !== lock.token) return;
  }
  delete lock.seen;
  await store.remove(lock.place);
}

/** Gives a sign of life; returns false where another run has taken the lock over. */
export async function beat(lock: Lock, { store, self }: Pick<TakePorts, "store" | "self">): Promise<boolean> {
  const found = await store.read(lock.place);
  if (found === undefined) {
    // A user has deleted the lock; another run may have taken it since.
    if (!await store.create(lock.place, contentOf(lock.want, self, lock.token))) return false;
  } else {
    if (holderOf(found)?.token !== lock.token) return false;
    lock.beat++;
    await store.touch(lock.place, { [LOCK_BEAT]: String(lock.beat) });
  }
  lock.seen = now();
  return true;
}

function newToken(): string {
  return crypto.randomUUID().replaceAll("-", "");
}

function now(): Seen {
  return { steady: performance.now(), wall: Date.now() };
}

function isFresh(seen: Seen | undefined): boolean {
  if (seen === undefined) return false;
  const { steady, wall } = now();
  return steady - seen.steady < FRESH_MS && Math.abs(wall - seen.wall) < FRESH_MS;
}
