/**
 * Runs of lxops that stop at each point, and ask what to do.
 *
 * @module
 */
import type { Case } from "./cases/case.ts";
import type { Fault, Happened } from "./faults.ts";
import { type AtPoint, Counter, type Point, type Verdict } from "./points.ts";
import { startGate } from "./programs.ts";
import { startRelay } from "./relay.ts";
import { lxops, type Outcome, type RunOptions, type Site } from "./site.ts";

/** Runs a command with the gates in place; the action decides at each point. */
export async function gated(
  site: Site,
  args: readonly string[],
  decide: (point: Point, child: Deno.ChildProcess) => Promise<Verdict>,
  options: RunOptions = {},
): Promise<Outcome> {
  const { plainDir, zfsDir, pool } = site.place;
  const counter = new Counter([
    [site.id, "NAME"],
    [site.dir, "DIR"],
    [plainDir, "FILES"],
    [zfsDir, "MOUNTS"],
    [pool, "POOL"],
    ["http://[100::1]", ""],
  ]);
  let child: Deno.ChildProcess | undefined;
  const atPoint: AtPoint = async (point) => child ? await decide(point, child) : "go";
  // The end of an earlier relay may remove its socket late.
  const path = `${site.dir}/relay-${crypto.randomUUID().slice(0, 8)}`;
  const relay = startRelay(path, site.socket, counter, atPoint);
  const gate = await startGate(`${site.dir}/programs`, counter, atPoint);
  try {
    const started = (one: Deno.ChildProcess) => void (child = one);
    return await lxops(site, args, { ...options, socket: path, programs: gate.dir, started });
  } finally {
    relay.close();
    gate.close();
    await Deno.remove(path).catch(() => {});
  }
}

/** What came of a run in which something happened. */
export interface Disturbed {
  readonly outcome: Outcome;
  readonly isReached: boolean;
  readonly second?: Outcome;
}

/** Runs a command, and lets a fault happen at the first point for which the test holds. */
export async function disturb(
  site: Site,
  one: Case,
  args: readonly string[],
  fault: Fault,
  isPoint: (point: Point) => boolean,
): Promise<Disturbed> {
  let isReached = false;
  let happening: Promise<Happened> | undefined;
  const words = one.command.split(" ").filter((word, index) => word === args[index]).length;
  const given = fault.isImpatient
    ? [...args.slice(0, words), ...(one.impatient ?? []), ...args.slice(words)]
    : args;
  const options = fault.hasClock ? { argv: withClock(site) } : {};
  let outcome: Outcome;
  try {
    outcome = await gated(site, given, async (point, child) => {
      if (isReached || !isPoint(point)) return "go";
      isReached = true;
      happening = fault.happen({ site, one, args, child });
      return (await happening).verdict;
    }, options);
  } finally {
    // Lxops may have ended before it has happened.
    await (await happening)?.after?.();
  }
  const second = (await happening)?.second;
  return { outcome, isReached, ...(second ? { second } : {}) };
}

/** Returns the command of lxops from source, whose clock goes back when there is a file. */
function withClock({ daemon, dir }: Site): readonly string[] {
  const program = new URL("clock.ts", import.meta.url).pathname;
  const backend = daemon === "lxd" ? "lxd" : "incus";
  return [Deno.execPath(), "run", "-A", "-q", "--no-check", program, backend, `${dir}/clock-back`];
}
