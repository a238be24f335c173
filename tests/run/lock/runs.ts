/** Runs of lxops that take locks at a daemon in memory. */
import type { RunState } from "../../../lib/ports/mod.ts";
import { runText } from "../../../lib/ports/runs.ts";
import type { Self } from "../../../lib/run/lock/holder.ts";
import { Locks } from "../../../lib/run/lock/locks.ts";
import type { LockPorts } from "../../../lib/run/lock/ports.ts";
import type { LockWant } from "../../../lib/run/lock/names.ts";
import type { MemoryLocks } from "../../fakes/memory_locks.ts";

/** The lock of an instance. */
export const WEB: LockWant = { project: "default", name: "lxops.lock.web", what: 'instance "web"' };
/** A lock that comes before the lock `WEB`. */
export const A: LockWant = { ...WEB, name: "lxops.lock.a", what: 'instance "a"' };
/** A lock that comes after it. */
export const Z: LockWant = { ...WEB, name: "lxops.lock.z", what: 'instance "z"' };
/** A token that no run has. */
export const TOKEN = "0123456789abcdef".repeat(2);

/** Returns a run by its process. */
export const self = (pid: number): Self => ({
  run: runText({ host: "web1", machine: "0a1b", boot: "11-22", pid, start: "950", first: "2" }),
  user: "anna",
  command: "rebuild",
  since: "2026-01-01 10:00:00 UTC",
});

/** A run of a test. */
export interface Made {
  readonly locks: Locks;
  readonly ports: LockPorts;
  readonly lost: Error[];
  readonly notes: string[];
}

/** Creates a run of lxops that sees the given states of others. */
export function made(store: MemoryLocks, pid: number, states: Readonly<Record<number, RunState>> = {}): Made {
  const [lost, notes]: [Error[], string[]] = [[], []];
  const locks = new Locks((error) => void lost.push(error), { beatSeconds: 0.05, deadSeconds: 0.2 });
  const ports: LockPorts = {
    store,
    self: self(pid),
    client: "incus",
    stateOf: (run) => Promise.resolve(states[Number(run.split(" ")[3])] ?? "alive"),
    note: (text) => void notes.push(text),
    signal: new AbortController().signal,
  };
  return { locks, ports, lost, notes };
}

/** Waits for a moment in which the others can act. */
export const moment = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
