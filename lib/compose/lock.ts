/**
 * Takes locks at the real daemon, in the name of this run.
 *
 * @module
 */
import { InterruptedError } from "../base/errors.ts";
import type { LockOptions } from "../cli/command/app.ts";
import type { Host } from "../ports/mod.ts";
import type { LockWant } from "../run/lock/names.ts";
import { Locks } from "../run/lock/locks.ts";
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
    note,
    signal: interruption.signal,
  };
  return { locks, ports };
}

/** Returns the name of the user who runs lxops, or the number. */
function userOf({ user, env }: Host): string {
  return env("LOGNAME") ?? env("USER") ?? (user ? `user ${user.uid}` : "root");
}

function now(): string {
  return new Date().toISOString().replace("T", " ").replace(/\..*/, " UTC");
}
