/**
 * Rows of the table: a command is disturbed at a point, the documented command follows, and the state at the end is
 * compared with that of an undisturbed run.
 *
 * @module
 */
import type { Case } from "./cases/case.ts";
import { type Fault, FAULTS } from "./faults.ts";
import { disturb, gated } from "./gated.ts";
import { cure } from "./half_renamed.ts";
import { isSame, type Point, pointText } from "./points.ts";
import { lxops, type Outcome, sh, type Site } from "./site.ts";
import { addressesOf, stateOf } from "./state.ts";
import { wipe } from "./wipe.ts";

/** A row to run. */
export interface Row {
  readonly one: Case;
  readonly point: Point;
  readonly fault: Fault;
}

/** Result of a row. */
export interface Result {
  readonly isRecovered: boolean;
  /** The commands that followed, with their exit codes. */
  readonly got: string;
  /** Differences from the undisturbed state, a line each. */
  readonly difference: readonly string[];
}

const KILL = FAULTS.find(({ name }) => name === "kill")!;

/** Runs a command undisturbed, and returns its points and the state at its end. */
export async function undisturbed(
  site: Site,
  one: Case,
): Promise<{ points: readonly Point[]; end: string }> {
  await wipe(site);
  await one.prepare(site);
  const addresses = await addressesOf(site);
  const start = one.changesNothing ? await stateOf(site, addresses) : undefined;
  const points: Point[] = [];
  const outcome = await gated(site, one.args(site), (point) => {
    // A program runs again where it found something busy.
    if (!points.some((one) => isSame(one, point))) points.push(point);
    return Promise.resolve("go");
  }, { stopsAtFiles: one.writesFiles });
  if (outcome.code !== 0) throw new Error(`${one.command} fails undisturbed: ${outcome.stderr}`);
  const end = await stateOf(site, addresses);
  if (start !== undefined && end !== start) {
    throw new Error(`${one.command} leaves or changes something:\n${differences(start, end).join("\n")}`);
  }
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
  const said: string[] = [];
  let reached = await disturb(site, one, args, fault, (at) => isSame(at, point));
  outcomes.push(`${fault.name === "kill twice" ? "kill" : fault.name}: ${reached.outcome.code}`);
  if (!reached.isReached) said.push("the point was not reached");
  if (reached.second) {
    outcomes.push(`second: ${reached.second.code}`);
    if (reached.second.code === 0) said.push("a second lxops did the same at the same time");
  }
  if (fault.code !== undefined && reached.outcome.code !== fault.code) {
    said.push(`it ended with ${reached.outcome.code}: ${reached.outcome.stderr}`);
  }
  let last = reached.outcome;
  if (fault.name === "kill twice") {
    // The next command is disturbed, too.
    let seen = 0;
    const next = one.cleans?.(site) ?? following(one, args, last);
    reached = await disturb(site, one, next, KILL, () => ++seen === 3);
    outcomes.push(`kill again: ${reached.isReached ? "killed" : reached.outcome.code}`);
    last = reached.outcome;
  }
  const texts = [last.stderr.trim()];
  for (let tries = 0; tries < 4 && last.code !== 0; tries++) {
    if (one.clears && CLEARS.test(last.stderr)) {
      const { code } = await lxops(site, one.clears(site));
      outcomes.push(`taken away: ${code}`);
    }
    if (HALF_RENAMED.test(last.stderr) && await cure(site)) outcomes.push("cured");
    if (MOVED_AWAY.test(last.stderr) && one.movesAway) {
      await one.movesAway(site);
      outcomes.push("moved away");
    }
    const next = one.cleans?.(site) ?? following(one, args, last);
    last = await lxops(site, next);
    const follows = one.cleans ? "clean" : next.includes("--resume") ? "--resume" : "again";
    outcomes.push(`${follows}: ${last.code}`);
    if (last.code === 0) break;
    texts.push(last.stderr.trim());
    if (!goesOn(one, next, last)) break;
    const mount = /mount it with: (zfs mount \S+)/.exec(last.stderr)?.[1];
    if (mount) await sh(`${mount} || true`);
  }
  const got = await stateOf(site, addresses);
  // A restored instance has a mark for --resume.
  const isAsBefore = one.once && got.replaceAll(',["user.lxops.state","returned"]', "") === start;
  const difference = [...said, ...(isAsBefore ? [] : differences(end, got))];
  const isRecovered = difference.length === 0;
  if (!isRecovered) difference.push(...texts.map((text) => `said: ${text.replaceAll("\n", " / ")}`));
  return { isRecovered, got: outcomes.join(", "), difference };
}

/** Returns the command that the message of a failed run names. */
function following(one: Case, args: readonly string[], last: Outcome): readonly string[] {
  if (/with --reuse this command goes on/.test(last.stderr)) return [...args, "-reuse"];
  const named = NAMED.exec(last.stderr)?.[1];
  if (named !== undefined) return named.split(" ");
  const kept = NO_UNDO.test(last.stderr) ? args.filter((word) => word !== "--undo-data") : args;
  return one.once || one.resumes && (/--resume/.test(last.stderr) || kept !== args)
    ? [...kept, "--resume"]
    : kept;
}

/** Advice that names another command. */
const NAMED = /^ *If an earlier run of this command made it, start it: lxops (.*)$/m;

/** Advice where an earlier run took no snapshots that could be rolled back to. */
const NO_UNDO = /^ *Leave out --undo-data$/m;

/** Message about a daemon that was killed while it renamed an instance. */
const HALF_RENAMED = /killed while it renamed an instance/;

/** Advice that removes the leftovers of an interrupted run. */
const CLEARS = /-d with the same name takes away what it left/;

/** Advice about files of a run that was cut off. */
const MOVED_AWAY = /name another directory, or move these away/;

/** Tells whether a refusal names a command that was not tried yet, or a condition that ends by itself. */
function goesOn(one: Case, tried: readonly string[], { stderr }: Outcome): boolean {
  if (one.resumes && /--resume/.test(stderr) && !tried.includes("--resume")) return true;
  if (/with --reuse this command goes on/.test(stderr) && !tried.includes("-reuse")) return true;
  if (NAMED.test(stderr)) return true;
  if (NO_UNDO.test(stderr) && tried.includes("--undo-data")) return true;
  if (MOVED_AWAY.test(stderr) && one.movesAway) return true;
  return CLEARS.test(stderr) ||
    /busy|mount it with|To (?:continue|try again): run the same command again|cannot be reached|Cannot reach/
      .test(
        stderr,
      );
}

function differences(expected: string, got: string): string[] {
  const [left, right] = [expected.split("\n"), got.split("\n")];
  return [
    ...left.filter((line) => !right.includes(line)).map((line) => `- ${line}`),
    ...right.filter((line) => !left.includes(line)).map((line) => `+ ${line}`),
  ];
}

/** Returns the cells of a row. */
export function cellsOf(site: Site, { one, point, fault }: Row, result: Result): string[] {
  return [
    one.command,
    site.daemon,
    site.kind,
    pointText(point),
    fault.name,
    one.once ? "as undisturbed, or as before" : "as undisturbed",
    `${result.isRecovered ? "recovered" : "FAILED"} (${result.got})`,
  ];
}
