/**
 * Runs the end-to-end tests. Files run side by side, each on one of several beds, because most of their time is spent
 * waiting.
 *
 * @module
 */
import { walk } from "@std/fs";
import { join, relative } from "@std/path";
import { type Counts, total } from "../junit.ts";
import { type Bed, load, type Skip } from "../testbed/bed.ts";
import { variables } from "../testbed/env.ts";
import { IMAGE_NAMES } from "../testbed/images.ts";
import { CLUSTER_BED, ownBed, TEST_BEDS } from "../testbed/place.ts";
import { orderOf, share, withLater, withOwn } from "./order.ts";
import {
  collected,
  deno,
  exists,
  FAILED,
  print,
  printBytes,
  type Run,
  skip,
  takeDown,
  tests,
  timeLimit,
} from "./run.ts";

const DIRECTORY = "tests/e2e";
/** Number of beds of a run: five keep two processors busy, and each costs processor time of its own. */
const BEDS = 5;
/** Memory of a bed with its containers and the programs that test it. */
const BED_BYTES = 700e6;

/** The other parts of the run. */
export interface Others {
  /** Reports that the beds are up, or that there will be none. */
  readonly ready: () => void;
  /** Settles when the programs are built. */
  readonly built: Promise<unknown>;
  /** Settles when no other part runs. */
  readonly done: Promise<unknown>;
}

/** Runs the tests of the test bed itself, and removes the beds that an interrupted one leaves. */
export async function testbed(run: Run, sudo: readonly string[]): Promise<Counts> {
  try {
    for (const name of TEST_BEDS) await takeDownOld(ownBed(name), sudo);
    return await tests(["--no-check", "tests/testbed"], {}, run, sudo);
  } finally {
    for (const name of TEST_BEDS) await takeDown(ownBed(name), sudo);
  }
}

/** Brings up beds of this checkout's own, runs the tests on them, and takes them down whatever happens. */
export async function endToEnd(
  run: Run,
  sudo: readonly string[],
  files: readonly string[] | undefined,
  others: Others,
): Promise<Counts> {
  if (!await exists(DIRECTORY)) return skip(`there is no ${DIRECTORY}`, run);
  const names = files?.map((file) => relative(DIRECTORY, file)) ?? await testFiles();
  const all = bedNames().map(ownBed);
  const room = Math.floor(Deno.systemMemoryInfo().available / BED_BYTES);
  const dirs = all.slice(0, Math.max(1, Math.min(names.length, room)));
  try {
    await takeDownOld(ownBed(CLUSTER_BED), sudo);
    const beds = (await Promise.all(dirs.map((dir) => bringUp(dir, run, sudo)))).filter((bed) =>
      bed !== undefined
    );
    others.ready();
    const bed = beds.toSorted((a, b) => a.skipped.length - b.skipped.length)[0];
    if (!bed) return FAILED;
    if (bed.daemons.length === 0) {
      const reasons = bed.skipped.map(({ reason }) => reason);
      return skip(["no daemon runs on this machine", ...reasons].join("; "), run);
    }
    // A bed that lacks a part would skip tests that another one can run.
    const alike = beds.filter(({ skipped }) => skipped.length === bed.skipped.length);
    if (alike.length < dirs.length) print(`${alike.length} of ${dirs.length} beds are used`);
    const needs = orderOf(names);
    const debian = needs.debian.length > 0 ? addDebian(alike, run, sudo) : Promise.resolve([]);
    const incus7 = needs.incus7.length > 0
      ? debian.then(() => addIncus7(alike[0]!.dir, run, sudo))
      : Promise.resolve([]);
    const waits = { debian, incus7, others: others.done };
    await others.built;
    const counts = await onBeds(alike, names, { ...run, late: timeLimit() }, sudo, waits);
    const skipped = [...bed.skipped, ...await debian, ...await incus7];
    return total([counts, ...skipped.map(({ part, reason }) => skip(`${part}: ${reason}`, run))]);
  } finally {
    others.ready();
    await Promise.all([...all, ownBed(CLUSTER_BED)].map((dir) => takeDown(dir, sudo)));
  }
}

function bedNames(): readonly string[] {
  const count = Number(Deno.env.get("LXOPS_TEST_BEDS")) || BEDS;
  return Array.from({ length: Math.max(1, count) }, (_, at) => `e2e-${at + 1}`);
}

async function testFiles(): Promise<readonly string[]> {
  const entries = await Array.fromAsync(walk(DIRECTORY, { includeDirs: false, match: [/_test\.ts$/] }));
  return entries.map(({ path }) => relative(DIRECTORY, path)).toSorted();
}

/** Removes a bed that a killed run left: its daemons may have what tests do not expect. */
async function takeDownOld(dir: string, sudo: readonly string[]): Promise<void> {
  if (await exists(dir)) await takeDown(dir, sudo);
}

async function bringUp(dir: string, run: Run, sudo: readonly string[]): Promise<Bed | undefined> {
  await takeDownOld(dir, sudo);
  const images = IMAGE_NAMES.filter((name) => name !== "debian").join(",");
  return await addTo(dir, ["--images", images], run, sudo) === 0 ? await load(dir) : undefined;
}

/** Adds the image of Debian to beds that are up, and returns the reason where it cannot be made. */
async function addDebian(beds: readonly Bed[], run: Run, sudo: readonly string[]): Promise<readonly Skip[]> {
  const codes = await Promise.all(beds.map(({ dir }) => addTo(dir, ["--images", "debian"], run, sudo)));
  if (codes.some((code) => code !== 0)) return [{ part: "image debian", reason: "it could not be added" }];
  return (await load(beds[0]!.dir))?.skipped ?? [];
}

/** Adds Incus 7 to a bed that is up, and returns the reason if it is not available. */
async function addIncus7(dir: string, run: Run, sudo: readonly string[]): Promise<readonly Skip[]> {
  const code = await addTo(dir, ["--only", "incus7", "--images", "tiny,tiny2"], run, sudo);
  if (code !== 0) return [{ part: "incus7", reason: "it could not be added" }];
  return (await load(dir))?.skipped.filter(({ part }) => part === "incus7") ?? [];
}

function addTo(dir: string, what: readonly string[], run: Run, sudo: readonly string[]): Promise<number> {
  return deno(["run", "-A", "scripts/testbed.ts", "up", ...what, "--dir", dir], {}, run, sudo);
}

async function onBeds(
  beds: readonly Bed[],
  names: readonly string[],
  run: Run,
  sudo: readonly string[],
  waits: { readonly [what in "debian" | "incus7" | "others"]: Promise<unknown> },
): Promise<Counts> {
  const { beside, debian, incus7, alone } = orderOf(names);
  const built = await binaries();
  const results: Counts[] = [];
  const one = async (bed: Bed, name: string) => {
    // A file that a time limit leaves out fails below; an interruption is reported as such.
    if (run.interrupted.aborted) return;
    const output: Uint8Array[] = [];
    const start = performance.now();
    const now = incus7.includes(name) ? await load(bed.dir) ?? bed : bed;
    // The part "check" looks at types; each file by itself would look at all modules again.
    const counts = await tests(
      ["--no-check", `${DIRECTORY}/${name}`],
      { ...variables(now), ...built },
      { ...run, output: collected(output) },
      sudo,
    );
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    for (const bytes of output) printBytes(bytes);
    print(
      `-- ${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped, ${seconds} s\n`,
    );
    results.push(counts);
  };
  const [first, ...rest] = beds;
  const queue = withLater(beside, debian, waits.debian);
  await Promise.all([
    share([first!], withOwn(queue, incus7, waits.incus7), one),
    share(rest, queue, one),
  ]);
  if (alone.length > 0) await waits.others;
  await share(beds.slice(0, 1), alone, one);
  return total(results);
}

/** Returns the variables that name the built programs, for the tests that run them. */
async function binaries(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const kind of ["incus", "lxd"]) {
    const path = await Deno.realPath(join("dist", `lxops-${kind}`)).catch(() => undefined);
    if (path) found[`LXOPS_TEST_BIN_${kind.toUpperCase()}`] = path;
  }
  return found;
}
