/**
 * One row of the table: a command is disturbed at a point, the documented command follows, and what is there at the end
 * is compared with the end of an undisturbed run.
 *
 * @module
 */
import { type Case, wipe } from "./cases.ts";
import { type AtPoint, Counter, isSame, type Point, pointText, type Verdict } from "./points.ts";
import { startGate } from "./programs.ts";
import { startRelay } from "./relay.ts";
import { crash, restart } from "./restart.ts";
import { killGroup, lxops, type Outcome, type Site } from "./site.ts";
import { addressesOf, stateOf } from "./state.ts";

/** What happens at a point. */
export type Fault = "kill" | "interrupt" | "error" | "cut" | "daemon" | "kill twice";

/** A row to run. */
export interface Row {
  readonly one: Case;
  readonly point: Point;
  readonly fault: Fault;
}

/** What came of a row. */
export interface Result {
  readonly isRecovered: boolean;
  /** The commands that followed, with their exit codes. */
  readonly got: string;
  /** What differs from the undisturbed end, a line each. */
  readonly difference: readonly string[];
}

/** The faults that can happen at a point. */
export function faultsAt({ side, kind }: Point): readonly Fault[] {
  if (side === "before") return ["kill", "interrupt", "error"];
  return kind === "request" ? ["kill", "cut", "daemon"] : ["kill"];
}

/** Runs a command with the gates in place; the action decides at each point. */
async function gated(
  site: Site,
  args: readonly string[],
  decide: (point: Point, child: Deno.ChildProcess) => Promise<Verdict>,
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
  const path = `${site.dir}/relay`;
  await Deno.remove(path).catch(() => {});
  const relay = startRelay(path, site.socket, counter, atPoint);
  const gate = await startGate(`${site.dir}/programs`, counter, atPoint);
  try {
    const started = (one: Deno.ChildProcess) => void (child = one);
    return await lxops(site, args, { socket: path, programs: gate.dir, started });
  } finally {
    relay.close();
    gate.close();
  }
}

/** Runs a command undisturbed, and returns its points and what is there at its end. */
export async function undisturbed(
  site: Site,
  one: Case,
): Promise<{ points: readonly Point[]; end: string }> {
  await wipe(site);
  await one.prepare(site);
  const addresses = await addressesOf(site);
  const points: Point[] = [];
  let outcome = await gated(site, one.args(site), (point) => {
    points.push(point);
    return Promise.resolve("go");
  });
  // zfs-fuse may hold a dataset for longer than lxops tries; the same command goes on.
  for (let tries = 0; tries < 5 && /busy/.test(outcome.stderr) && outcome.code !== 0; tries++) {
    outcome = await lxops(site, one.args(site));
  }
  if (outcome.code !== 0) throw new Error(`${one.command} fails undisturbed: ${outcome.stderr}`);
  const end = await stateOf(site, addresses);
  await wipe(site);
  return { points, end };
}

/** Runs a row. */
export async function runRow(site: Site, { one, point, fault }: Row, end: string): Promise<Result> {
  await wipe(site);
  await one.prepare(site);
  const addresses = await addressesOf(site);
  const start = one.once ? await stateOf(site, addresses) : "";
  const args = one.args(site);
  const outcomes: string[] = [];
  let reached = await disturb(site, args, (at) => isSame(at, point), fault);
  outcomes.push(`${fault === "kill twice" ? "kill" : fault}: ${reached.outcome.code}`);
  const said = reached.isReached ? [] : ["the point was not reached"];
  let last = reached.outcome;
  if (fault === "kill twice") {
    // Again in the middle of what the next command does.
    let seen = 0;
    reached = await disturb(site, following(one, args, last), () => ++seen === 3, "kill");
    outcomes.push(`kill again: ${reached.isReached ? "killed" : reached.outcome.code}`);
    last = reached.outcome;
  }
  const texts = [last.stderr.trim()];
  for (let tries = 0; tries < 4 && last.code !== 0; tries++) {
    if (one.clears && CLEARS.test(last.stderr)) {
      const { code } = await lxops(site, one.clears(site));
      outcomes.push(`taken away: ${code}`);
    }
    const next = following(one, args, last);
    last = await lxops(site, next);
    outcomes.push(`${next.includes("--resume") ? "--resume" : "again"}: ${last.code}`);
    if (last.code === 0) break;
    texts.push(last.stderr.trim());
    if (!goesOn(one, next, last)) break;
    const mount = /mount it with: (zfs mount \S+)/.exec(last.stderr)?.[1];
    if (mount) await new Deno.Command("/bin/sh", { args: ["-c", mount] }).output();
  }
  const got = await stateOf(site, addresses);
  // An instance that came back says so, for --resume.
  const isAsBefore = one.once && got.replaceAll(',["user.lxops.state","returned"]', "") === start;
  const difference = [...said, ...(isAsBefore ? [] : differences(end, got))];
  const isRecovered = difference.length === 0;
  if (!isRecovered) difference.push(...texts.map((text) => `said: ${text.replaceAll("\n", " / ")}`));
  return { isRecovered, got: outcomes.join(", "), difference };
}

/** Returns the command that continues, as the message of a run that failed says. */
function following(one: Case, args: readonly string[], last: Outcome): readonly string[] {
  if (/with -reuse this command goes on/.test(last.stderr)) return [...args, "-reuse"];
  return one.once || one.resumes && /--resume/.test(last.stderr) ? [...args, "--resume"] : args;
}

/** The advice to take away what a run that was cut off left. */
const CLEARS = /-d with the same name takes away what it left/;

/** Tells whether a refusal names a command that has not been tried yet, or what passes by itself. */
function goesOn(one: Case, tried: readonly string[], { stderr }: Outcome): boolean {
  if (one.resumes && /--resume/.test(stderr) && !tried.includes("--resume")) return true;
  if (/with -reuse this command goes on/.test(stderr) && !tried.includes("-reuse")) return true;
  return CLEARS.test(stderr) ||
    /busy|mount it with|To go on: run the same command again|cannot be reached|Cannot reach/.test(
      stderr,
    );
}

/** Runs a command, and does at one point what the fault says. */
export async function disturb(
  site: Site,
  args: readonly string[],
  isPoint: (point: Point) => boolean,
  fault: Fault,
): Promise<{ outcome: Outcome; isReached: boolean }> {
  let isReached = false;
  let daemon: Promise<void> | undefined;
  const outcome = await gated(site, args, async (point, child) => {
    if (isReached || !isPoint(point)) return "go";
    isReached = true;
    switch (fault) {
      case "kill":
      case "kill twice":
        killGroup(child);
        return "cut";
      case "interrupt":
        child.kill("SIGINT");
        return "go";
      case "error":
        return "fail";
      case "cut":
        return "cut";
      case "daemon":
        await crash(site);
        daemon = restart(site);
        return "cut";
    }
  });
  await daemon;
  return { outcome, isReached };
}

function differences(expected: string, got: string): string[] {
  const [left, right] = [expected.split("\n"), got.split("\n")];
  return [
    ...left.filter((line) => !right.includes(line)).map((line) => `- ${line}`),
    ...right.filter((line) => !left.includes(line)).map((line) => `+ ${line}`),
  ];
}

/** Writes the cells of a row. */
export function cellsOf(site: Site, { one, point, fault }: Row, result: Result): string[] {
  return [
    one.command,
    site.daemon,
    site.kind,
    pointText(point),
    fault,
    one.once ? "as undisturbed, or as before" : "as undisturbed",
    `${result.isRecovered ? "recovered" : "FAILED"} (${result.got})`,
  ];
}
