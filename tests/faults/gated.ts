/**
 * Runs lxops so that it stops at each point and asks the test what to do.
 *
 * @module
 */
import type { Case } from "./cases/case.ts";
import type { Fault, Happened } from "./faults.ts";
import { type AtPoint, Counter, type Point, type Verdict } from "./points.ts";
import { startGate } from "./programs.ts";
import { startRelay } from "./relay.ts";
import { lxops, type Outcome, type RunOptions, type Site } from "./site.ts";

/** Options of a run that stops at each point. */
interface GatedOptions extends RunOptions {
  /** It stops before and after each file that it writes, too. */
  readonly stopsAtFiles?: boolean | undefined;
}

/** Runs a command that stops at each point; the action decides how it continues. */
export async function gated(
  site: Site,
  args: readonly string[],
  decide: (point: Point, child: Deno.ChildProcess) => Promise<Verdict>,
  { stopsAtFiles = false, ...options }: GatedOptions = {},
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
  // An earlier relay may remove its socket late.
  const path = `${site.dir}/relay-${crypto.randomUUID().slice(0, 8)}`;
  const relay = startRelay(path, site.socket, counter, atPoint);
  const gate = await startGate(`${site.dir}/programs`, counter, atPoint);
  try {
    const started = (one: Deno.ChildProcess) => void (child = one);
    const argv = stopsAtFiles ? { argv: changed(site, "files.ts", String(gate.port)) } : {};
    return await lxops(site, args, { ...options, ...argv, socket: path, programs: gate.dir, started });
  } finally {
    relay.close();
    gate.close();
    await Deno.remove(path).catch(() => {});
  }
}

/** Result of a disturbed run. */
export interface Disturbed {
  readonly outcome: Outcome;
  readonly isReached: boolean;
  readonly second?: Outcome;
}

/** Runs a command and causes a fault at the first point that the test accepts. */
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
  const options = fault.hasClock
    ? { argv: changed(site, "clock.ts", `${site.dir}/clock-back`) }
    : { stopsAtFiles: one.writesFiles };
  let outcome: Outcome;
  try {
    outcome = await gated(site, given, async (point, child) => {
      if (isReached || !isPoint(point)) return "go";
      isReached = true;
      happening = fault.happen({ site, one, args, child });
      return (await happening).verdict;
    }, options);
  } finally {
    // Lxops may have ended before the fault has happened.
    await (await happening)?.after?.();
  }
  const second = (await happening)?.second;
  return { outcome, isReached, ...(second ? { second } : {}) };
}

/** Returns the command that runs lxops from source by a program that changes what it runs on. */
function changed({ daemon }: Site, program: string, how: string): readonly string[] {
  const path = new URL(program, import.meta.url).pathname;
  const backend = daemon === "lxd" ? "lxd" : "incus";
  return [Deno.execPath(), "run", "-A", "-q", "--no-check", path, backend, how];
}
