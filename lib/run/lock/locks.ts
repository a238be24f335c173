/**
 * All locks of a run of lxops: taken together, kept alive, and given up at the end.
 *
 * @module
 */
import { InterruptedError, type LxopsError, ServerError } from "../../base/errors.ts";
import { after } from "../../base/time/timer.ts";
import { sleep } from "../wait/pauses.ts";
import { BEAT_SECONDS, type Busy, DEAD_SECONDS, holderText } from "./holder.ts";
import { lockedError, lockRefusal, takenOverError } from "./errors.ts";
import { LockedDirectories } from "./machine.ts";
import { inOrder, type LockWant } from "./names.ts";
import type { LockPorts, LockTimes } from "./ports.ts";
import { beat, giveUp, type Lock, take, type TakePorts } from "./take.ts";
import { Watch } from "./watch.ts";

/** Time in which runs that want the same several locks agree on the one that gets them. */
const AGREE_MS = 500;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1000;

/** The locks of a run. */
export class Locks {
  /** Directories that are locked against runs at other daemons of this machine; they are given up with the rest. */
  readonly directories: LockedDirectories = new LockedDirectories();
  readonly #lost: (error: LxopsError) => void;
  readonly #beatMs: number;
  readonly #deadSeconds: number;
  readonly #held = new Map<Lock, LockPorts>();
  /** Locks that were taken before it is known whether they are wanted. */
  readonly #early = new Set<Lock>();
  readonly #busy = new Set<Promise<unknown>>();
  #beating = false;
  #stopBeating = () => {};
  #over = false;

  /** Calls `lost` where another run has taken a lock over, which must end this run. */
  constructor(lost: (error: LxopsError) => void, times: LockTimes = {}) {
    this.#lost = lost;
    this.#beatMs = (times.beatSeconds ?? BEAT_SECONDS) * 1000;
    this.#deadSeconds = times.deadSeconds ?? DEAD_SECONDS;
  }

  /**
   * Takes all of some locks or none; waits for others up to a number of seconds. Returns whether this run had all of
   * them already. Those that `takeEarly()` took and that are not wanted are given up.
   *
   * @throws {StateError} of kind `locked`, which names the holder
   */
  async take(wants: readonly LockWant[], seconds: number, ports: LockPorts): Promise<boolean> {
    return await this.#busyWith(async () => {
      this.#refuseIfOver();
      const keys = new Set(wants.map(keyOf));
      const early = [...this.#early].filter((lock) => this.#isAt(lock, ports));
      early.forEach((lock) => this.#early.delete(lock));
      await this.#giveUp(early.filter(({ want }) => !keys.has(keyOf(want))));
      const have = this.#keysAt(ports);
      const left = inOrder(wants).filter((want) => !have.has(keyOf(want)));
      if (left.length === 0) return true;
      const wanted = early.filter((lock) => have.has(keyOf(lock.want)));
      // A run that waits holds only the first of its locks in order, so that no two runs wait for each other.
      if (wanted.length === 0 || await this.#tryAlone(left, ports) === undefined) {
        await this.#giveUp(wanted);
        await this.#take(inOrder([...left, ...wanted.map(({ want }) => want)]), seconds, ports);
      }
      return false;
    });
  }

  /**
   * Tries to take all of some locks at once and returns whether it has them. It is for locks that a command will
   * probably want: the next `take()` decides.
   */
  async takeEarly(wants: readonly LockWant[], ports: LockPorts): Promise<boolean> {
    return await this.#busyWith(async () => {
      this.#refuseIfOver();
      const have = this.#keysAt(ports);
      const left = inOrder(wants).filter((want) => !have.has(keyOf(want)));
      const locks = await this.#tryAlone(left, ports);
      locks?.forEach((lock) => this.#early.add(lock));
      return locks !== undefined;
    });
  }

  /** Gives some locks up before the end of the run. */
  async giveBack(wants: readonly LockWant[], ports: LockPorts): Promise<void> {
    await this.#busyWith(async () => {
      const keys = new Set(wants.map(keyOf));
      const locks = [...this.#held.keys()].filter(({ want }) => keys.has(keyOf(want)));
      await Promise.all(
        locks.filter((lock) => this.#isAt(lock, ports)).map(async (lock) => {
          // A sign of life at the same time would make it anew.
          this.#held.delete(lock);
          await giveUp(lock, ports.store).catch((error) => {
            this.#held.set(lock, ports);
            throw error;
          });
        }),
      );
    });
  }

  /** Tells whether this run asked for a lock, or gave it up, without getting an answer. */
  readonly #isLeft = (token: string): boolean =>
    [...this.#held.keys()].some((lock) => lock.token === token && !lock.seen);

  /** Refuses to take locks after the release, as nothing would give them up. */
  #refuseIfOver(): void {
    if (this.#over) throw new InterruptedError("Interrupted");
  }

  async #busyWith<T>(work: () => Promise<T>): Promise<T> {
    const before = [...this.#busy];
    const working = Promise.allSettled(before).then(work);
    this.#busy.add(working);
    try {
      return await working;
    } finally {
      this.#busy.delete(working);
      this.#beatOn();
    }
  }

  /** Returns the keys of the locks that this run surely has at a daemon. */
  #keysAt(ports: LockPorts): ReadonlySet<string> {
    const locks = [...this.#held.keys()].filter((lock) => lock.seen && this.#isAt(lock, ports));
    return new Set(locks.map(({ want }) => keyOf(want)));
  }

  #isAt(lock: Lock, { store }: LockPorts): boolean {
    return this.#held.get(lock)?.store.address === store.address;
  }

  /** Tries to take locks once; returns them, or nothing where it got only some, which it gives back. */
  async #tryAlone(wants: readonly LockWant[], ports: LockPorts): Promise<readonly Lock[] | undefined> {
    const mine = new Map<LockWant, Lock>();
    const watch = new Watch(this.#deadSeconds);
    if (!await this.#tryAll(wants, mine, { ...ports, watch, begin: () => {} })) return [...mine.values()];
    await this.#giveUp([...mine.values()]);
    return undefined;
  }

  async #take(wants: readonly LockWant[], seconds: number, ports: LockPorts): Promise<void> {
    const { signal, client, self } = ports;
    const start = performance.now();
    const watch = new Watch(this.#deadSeconds);
    const mine = new Map<LockWant, Lock>();
    let told = "";
    for (;;) {
      const busy = await this.#tryAll(wants, mine, { ...ports, watch, begin: () => {} });
      if (busy === undefined) return;
      const waited = performance.now() - start;
      // A run that has the first of several locks waits for the others, which another run may give back in a moment.
      const limit = Math.max(seconds * 1000, mine.size > 0 ? AGREE_MS : 0);
      if (busy.isAncestor || waited >= limit || signal.aborted || this.#over) {
        await this.#giveUp([...mine.values()]);
        signal.throwIfAborted();
        throw lockedError(busy, self.command, client, busy.isAncestor ? 0 : Math.round(seconds));
      }
      if (seconds > 0 && told !== busy.holder.token) {
        ports.note(`waiting up to ${seconds} s for ${busy.want.what} (${holderText(busy)})`);
        told = busy.holder.token;
      }
      const pause = Math.min(Math.max(waited / 16, FIRST_PAUSE_MS), LONGEST_PAUSE_MS, limit - waited);
      await sleep(Math.max(1, pause), signal);
    }
  }

  /**
   * Tries to take what is missing, all at once; returns the first that another run holds. Those before it are kept,
   * so that of several runs the one that has the first lock gets all.
   */
  async #tryAll(
    wants: readonly LockWant[],
    mine: Map<LockWant, Lock>,
    ports: TakePorts & LockPorts,
  ): Promise<Busy | undefined> {
    const missing = wants.filter((want) => !mine.has(want));
    // After the first try, only what was busy is asked for, until that is free.
    const asked = mine.size > 0 || missing.length < wants.length ? missing.slice(0, 1) : missing;
    const busy = await this.#tryThese(asked, mine, ports);
    if (busy !== undefined || asked.length === missing.length) return busy;
    return await this.#tryThese(missing.slice(1), mine, ports);
  }

  async #tryThese(
    wants: readonly LockWant[],
    mine: Map<LockWant, Lock>,
    ports: TakePorts & LockPorts,
  ): Promise<Busy | undefined> {
    this.#refuseIfOver();
    const results = await Promise.allSettled(wants.map((want) => this.#takeOne(want, ports)));
    const failed = results.find((one) => one.status === "rejected");
    const got = results.map((one) =>
      one.status === "fulfilled" && "token" in one.value ? one.value : undefined
    );
    if (failed) {
      await this.#giveUp([...mine.values(), ...got].filter((lock) => lock !== undefined));
      throw lockRefusal(failed.reason);
    }
    const first = got.indexOf(undefined);
    const kept = first < 0 ? got : got.slice(0, first);
    kept.forEach((lock, at) => mine.set(wants[at]!, lock!));
    if (first < 0) return undefined;
    await this.#giveUp(got.slice(first).filter((lock) => lock !== undefined));
    return (results[first] as PromiseFulfilledResult<Busy>).value;
  }

  async #takeOne(want: LockWant, ports: TakePorts & LockPorts): Promise<Lock | Busy> {
    const begun: Lock[] = [];
    const begin = (lock: Lock) => {
      begun.push(lock);
      this.#held.set(lock, ports);
    };
    const taken = await take(want, { ...ports, begin, isLeft: this.#isLeft }).catch((error) => {
      // After a refusal there is no lock. After other errors there may be one, so all stay to be given up at the end.
      const refused = error instanceof ServerError && error.status > 0;
      if (refused) begun.forEach((lock) => this.#held.delete(lock));
      throw error;
    });
    for (const lock of begun) if (lock !== taken) this.#held.delete(lock);
    if ("token" in taken) this.#forgetOthers(taken, ports);
    return taken;
  }

  /** Forgets earlier locks of this run whose answers were lost, and which the taken lock has replaced. */
  #forgetOthers(taken: Lock, ports: LockPorts): void {
    const others = [...this.#held.keys()].filter((lock) =>
      lock !== taken && !lock.seen && this.#isAt(lock, ports) && keyOf(lock.want) === keyOf(taken.want)
    );
    for (const lock of others) this.#held.delete(lock);
  }

  async #giveUp(locks: readonly Lock[]): Promise<void> {
    await Promise.all(locks.map(async (lock) => {
      const ports = this.#held.get(lock);
      if (ports) await giveUp(lock, ports.store);
      this.#held.delete(lock);
    }));
  }

  /** Gives signs of life as long as there are locks. */
  #beatOn(): void {
    if (this.#beating || this.#held.size === 0) return;
    this.#beating = true;
    this.#stopBeating = after(this.#beatMs, async () => {
      this.#beating = false;
      if (this.#over) return;
      // A lock whose answer was lost is not this run's until it has asked again.
      const sure = [...this.#held].filter(([lock]) => lock.seen);
      const beats = Promise.all(sure.map(([lock, ports]) => this.#beat(lock, ports)));
      this.#busy.add(beats);
      await beats;
      this.#busy.delete(beats);
      this.#beatOn();
    });
  }

  async #beat(lock: Lock, ports: LockPorts): Promise<void> {
    try {
      if (this.#over || await beat(lock, ports)) return;
    } catch {
      // A daemon that does not answer now may answer to the next one.
      return;
    }
    this.#held.delete(lock);
    this.#lost(takenOverError(lock.want));
  }

  /**
   * Gives up all locks, within a time, and takes no more. Returns what still goes on after that, of which the daemon
   * must stay connected.
   */
  async release(limitMs: number): Promise<{ readonly rest?: Promise<unknown> }> {
    this.#over = true;
    this.#stopBeating();
    await this.directories.release();
    if (this.#held.size === 0 && this.#busy.size === 0) return {};
    const work = async () => {
      await Promise.allSettled([...this.#busy]);
      const results = await Promise.allSettled([...this.#held.keys()].map((lock) => this.#giveUp([lock])));
      return results.some(({ status }) => status === "rejected");
    };
    const late = Promise.withResolvers<true>();
    const stop = after(limitMs, () => late.resolve(true));
    const working = work();
    const isLeft = await Promise.race([working, late.promise]).finally(stop);
    if (isLeft) {
      [...this.#held.values()][0]?.note(
        "a lock could not be given up; the next lxops takes it over, as this one has ended",
      );
    }
    return isLeft ? { rest: working } : {};
  }
}

function keyOf({ project, name }: LockWant): string {
  return `${project} ${name}`;
}
