/**
 * The directories that a run has locked on this machine against runs at its other daemons.
 *
 * @module
 */
import { InterruptedError, StateError } from "../../base/errors.ts";
import type { HeldDirectories, MachineLocks, MachineRun, RunsSeen } from "../../ports/machine_lock.ts";
import { sleep } from "../wait/pauses.ts";
import { directoryError, otherRunText } from "./errors.ts";

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1000;

/** The ports that locking directories needs. */
export interface MachinePorts {
  readonly locks: MachineLocks;
  /** Tells whether a process of this machine has started this one, directly or through others. */
  readonly isAncestor?: (pid: number) => Promise<boolean>;
  /** The command has a flag for the time to wait. */
  readonly hasFlag?: boolean;
  readonly note: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Directories that a run has locked for a part of its time, or for all of it. */
export interface TakenDirectories {
  /** Runs at other daemons have worked on one of them since they were looked at. */
  readonly hasChanged: boolean;
  /** Gives them up before the end of the run. */
  readonly release: () => Promise<void>;
}

/** The locked directories of a run. */
export class LockedDirectories {
  readonly #held = new Set<HeldDirectories>();
  #over = false;
  #toldForeign = false;

  /**
   * Locks the directories of a run; waits for others up to a number of seconds. Returns `undefined` where this machine
   * has no place for locks.
   *
   * @throws {StateError} of kind `locked`, which names the other run
   */
  async take(
    run: MachineRun,
    since: RunsSeen,
    seconds: number,
    ports: MachinePorts,
  ): Promise<TakenDirectories | undefined> {
    const start = performance.now();
    for (let told = false;;) {
      // Nothing would give up a lock that is taken now.
      if (this.#over) throw new InterruptedError("Interrupted");
      const found = await this.#try(run, since, ports);
      if (found === undefined) return undefined;
      if ("release" in found) {
        this.#held.add(found);
        if (this.#over) await this.release();
        this.#tellForeign(found.foreign, ports.note);
        const release = async () => {
          if (this.#held.delete(found)) await found.release();
        };
        return { hasChanged: found.hasChanged, release };
      }
      const waited = performance.now() - start;
      const left = seconds * 1000 - waited;
      ports.signal.throwIfAborted();
      const isAncestor = found.pid !== undefined && await ports.isAncestor?.(found.pid);
      if (isAncestor) throw directoryError({ ...found, isAncestor }, run.command, 0);
      if (left <= 0) throw directoryError(found, run.command, Math.round(seconds), ports.hasFlag);
      if (!told) {
        ports.note(`waiting up to ${seconds} s for "${found.use.directory}" (${otherRunText(found)})`);
      }
      told = true;
      await sleep(Math.min(Math.max(waited / 16, FIRST_PAUSE_MS), LONGEST_PAUSE_MS, left), ports.signal);
    }
  }

  /** Locks directories, if this machine has a place for such locks; otherwise the run continues without them. */
  async #try(run: MachineRun, since: RunsSeen, { locks, note, signal }: MachinePorts) {
    try {
      return await locks.take(run, since, signal);
    } catch (error) {
      if (error instanceof StateError || signal.aborted) throw error;
      const text = error instanceof Error ? error.message : String(error);
      note(`directories are not locked against commands of another daemon of this machine: ${text}`);
      return undefined;
    }
  }

  /** Notes once which files among the locks were not made by lxops. */
  #tellForeign([first, ...others]: readonly string[], note: MachinePorts["note"]): void {
    if (first === undefined || this.#toldForeign) return;
    this.#toldForeign = true;
    const more = others.length > 0 ? ` (and ${others.length} more)` : "";
    note(`"${first}"${more} is not a lock that lxops made: it is left alone, and locks nothing`);
  }

  /** Gives all directories up, and locks no more. */
  async release(): Promise<void> {
    this.#over = true;
    const held = [...this.#held];
    this.#held.clear();
    await Promise.allSettled(held.map((one) => one.release()));
  }
}
