/**
 * Takes locks at the real daemon, in the name of this run.
 *
 * @module
 */
import { InterruptedError } from "../base/errors.ts";
import type { DirectoryLockOptions, LockOptions } from "../cli/command/app.ts";
import type { DirectoryUse, MachineLocks, RunsSeen } from "../ports/machine_lock.ts";
import type { Host } from "../ports/mod.ts";
import type { LockWant } from "../run/lock/names.ts";
import { Locks } from "../run/lock/locks.ts";
import type { TakenDirectories } from "../run/lock/machine.ts";
import type { LockPorts } from "../run/lock/ports.ts";
import { lockStore } from "../run/lock/store.ts";
import type { Run } from "./app.ts";
import type { Daemon } from "./daemon.ts";

/** The parts of an app that take its locks. */
export interface LockContext {
  readonly run: Run;
  readonly host: Host;
  readonly daemon: Daemon;
}

/** Takes locks, which are given up at the end of the run; returns whether it had all of them already. */
export async function takeLocks(
  context: LockContext,
  wants: readonly LockWant[],
  { command, seconds }: LockOptions,
): Promise<boolean> {
  const { locks, ports } = await locksOf(context, command);
  return await locks.take(wants, seconds, ports);
}

/** Tries to take locks that the command will probably want; returns whether it has them. */
export async function takeEarly(
  context: LockContext,
  wants: readonly LockWant[],
  command: string,
): Promise<boolean> {
  const { locks, ports } = await locksOf(context, command);
  return await locks.takeEarly(wants, ports);
}

/** Gives locks up before the end of the run. */
export async function giveBack(context: LockContext, wants: readonly LockWant[]): Promise<void> {
  const { locks, ports } = await locksOf(context, "");
  await locks.giveBack(wants, ports);
}

/** Looks at the runs at other daemons of this machine; `undefined` where this run cannot lock directories. */
export async function otherRuns(context: LockContext): Promise<RunsSeen | undefined> {
  return await (await machineOf(context))?.look();
}

/**
 * Locks directories of this machine against runs at its other daemons, until the end of the run; returns whether such
 * runs have worked on one of them since `otherRuns()` was asked.
 */
export async function lockDirectories(
  context: LockContext,
  uses: readonly DirectoryUse[],
  options: DirectoryLockOptions,
): Promise<boolean> {
  context.run.locks.hasLooked = true;
  return (await takeDirectories(context, uses, { ...options, hasFlag: true }))?.hasChanged ?? false;
}

/** Options for locking directories for a while. */
export interface TakeOptions extends DirectoryLockOptions {
  /** The command has a flag for the time to wait. */
  readonly hasFlag: boolean;
}

/** Locks directories until they are given up, or the run ends; `undefined` where this run cannot lock them. */
export async function takeDirectories(
  context: LockContext,
  uses: readonly DirectoryUse[],
  { command, seconds, since, hasFlag }: TakeOptions,
): Promise<TakenDirectories | undefined> {
  const machine = await machineOf(context);
  if (!machine || uses.length === 0) return undefined;
  const { run: { backend }, host } = context;
  const [{ locks, ports: { self, note, signal } }, real] = await Promise.all([
    locksOf(context, command),
    host.realPaths(uses.map(({ directory }) => directory)),
  ]);
  const keys = await host.directoryKeys?.(uses.map(({ directory }) => directory));
  return await locks.directories.take(
    {
      program: backend.program,
      command,
      user: self.user,
      pid: Deno.pid,
      since: self.since,
      uses: uses.map((use) => ({
        ...use,
        directory: real.get(use.directory) ?? use.directory,
        keys: keys?.get(use.directory) ?? [],
      })),
    },
    since,
    seconds,
    { locks: machine, isAncestor: ancestry(), hasFlag, note, signal },
  );
}

/** Returns the locks of this machine, where lxops is root on it and its daemon runs there, too. */
async function machineOf({ host, daemon }: LockContext): Promise<MachineLocks | undefined> {
  if (!host.isRoot || (await daemon.address()).kind !== "socket") return undefined;
  const [{ machineLocks }, { server: { address } }] = await Promise.all([
    import("../adapters/host/machine_locks.ts"),
    daemon.connection(),
  ]);
  return machineLocks(await host.realPath(address) ?? address);
}

async function locksOf({ run, host, daemon }: LockContext, command: string) {
  const { interruption, backend, surroundings: { note } } = run;
  // Work that was abandoned may come here after the end.
  if (run.locks.isOver) throw interruption.signal.reason ?? new InterruptedError("Interrupted");
  run.locks.all ??= Promise.resolve(new Locks(interruption.stop));
  const [locks, { server, control }, own] = await Promise.all([
    run.locks.all,
    daemon.connection(),
    host.thisRun(),
  ]);
  const stateOf = async (run: string) => (await host.runStates([run])).get(run) ?? "elsewhere";
  const ports: LockPorts = {
    store: lockStore(server, control),
    self: { run: own ?? "", user: userOf(host), command, since: now() },
    client: backend.client,
    stateOf,
    isAncestor: ancestry(),
    note,
    signal: interruption.signal,
  };
  return { locks, ports };
}

/** Returns a function that tells whether a process has started this one; the chain of processes is read once. */
function ancestry(): (pid: number) => Promise<boolean> {
  let chain: Promise<ReadonlySet<number>> | undefined;
  return async (pid) => {
    chain ??= import("../adapters/host/runs.ts").then(({ ancestors }) => ancestors());
    return (await chain).has(pid);
  };
}

/** Returns the name of the user who runs lxops, or the number. */
function userOf({ user, env }: Host): string {
  return env("LOGNAME") ?? env("USER") ?? (user ? `user ${user.uid}` : "root");
}

function now(): string {
  return new Date().toISOString().replace("T", " ").replace(/\..*/, " UTC");
}
