/**
 * The end-to-end tests: files run side by side, each on one of several beds, as most of their time is spent waiting.
 *
 * @module
 */
import { walk } from "@std/fs";
import { join, relative } from "@std/path";
import { type Counts, total } from "../junit.ts";
import { type Bed, load } from "../testbed/bed.ts";
import { variables } from "../testbed/env.ts";
import { ownBed } from "../testbed/place.ts";
import { orderOf, share } from "./order.ts";
import {
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
const BEDS = ["e2e-1", "e2e-2", "e2e-3"] as const;

/** Brings up beds of this checkout's own, runs the tests on them, and takes them away whatever happens. */
export async function endToEnd(run: Run, sudo: readonly string[], files: readonly string[]): Promise<Counts> {
  if (!await exists(DIRECTORY)) return skip(`there is no ${DIRECTORY}`);
  const names = files.length > 0
    ? files.map((file) => file.replace(/^(.*\/)?tests\/e2e\//, ""))
    : await testFiles();
  const dirs = BEDS.slice(0, Math.max(1, names.length)).map(ownBed);
  try {
    const beds = (await Promise.all(dirs.map((dir) => bringUp(dir, run, sudo)))).filter((bed) =>
      bed !== undefined
    );
    const bed = beds.toSorted((a, b) => a.skipped.length - b.skipped.length)[0];
    if (!bed) return FAILED;
    if (bed.daemons.length === 0) {
      return skip(
        ["no daemon runs on this machine", ...bed.skipped.map(({ reason }) => reason)].join("; "),
      );
    }
    // One that lacks what another has would skip tests that can run.
    const alike = beds.filter(({ skipped }) => skipped.length === bed.skipped.length);
    if (alike.length < dirs.length) print(`${alike.length} of ${dirs.length} beds are used`);
    const counts = await onBeds(alike, names, { ...run, late: timeLimit() }, sudo);
    return total([counts, ...bed.skipped.map(({ part, reason }) => skip(`${part}: ${reason}`))]);
  } finally {
    await Promise.all(dirs.map((dir) => takeDown(dir, sudo)));
  }
}

async function testFiles(): Promise<readonly string[]> {
  const entries = await Array.fromAsync(walk(DIRECTORY, { includeDirs: false, match: [/_test\.ts$/] }));
  return entries.map(({ path }) => relative(DIRECTORY, path)).toSorted();
}

async function bringUp(dir: string, run: Run, sudo: readonly string[]): Promise<Bed | undefined> {
  const args = ["run", "-A", "scripts/testbed.ts", "up", "--images", "all", "--dir", dir];
  return await deno(args, {}, run, sudo) === 0 ? await load(dir) : undefined;
}

async function onBeds(
  beds: readonly Bed[],
  names: readonly string[],
  run: Run,
  sudo: readonly string[],
): Promise<Counts> {
  const { beside, alone } = orderOf(names);
  const built = await binaries();
  const results: Counts[] = [];
  const one = async (bed: Bed, name: string) => {
    // What a time limit left out has failed, and what an interruption left out is told as such.
    if (run.interrupted.aborted) return;
    const output: Uint8Array[] = [];
    const start = performance.now();
    // The part "check" looks at types: each file for itself would look at all modules again.
    const counts = await tests(
      ["--no-check", `${DIRECTORY}/${name}`],
      { ...variables(bed), ...built },
      { ...run, output: (bytes) => void output.push(bytes) },
      sudo,
    );
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    for (const bytes of output) printBytes(bytes);
    print(
      `-- ${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped, ${seconds} s\n`,
    );
    results.push(counts);
  };
  await share(beds, beside, one);
  await share(beds.slice(0, 1), alone, one);
  return total(results);
}

/** The built programs, for the tests that run them. */
async function binaries(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const kind of ["incus", "lxd"]) {
    const path = await Deno.realPath(join("dist", `lxops-${kind}`)).catch(() => undefined);
    if (path) found[`LXOPS_TEST_BIN_${kind.toUpperCase()}`] = path;
  }
  return found;
}
