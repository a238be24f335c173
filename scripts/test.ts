/**
 * Runs every check and every test of the project, part by part, and counts them. The last line of its output is
 * `N passed, N failed, N skipped`; it fails where anything failed or nothing passed.
 *
 * Parts that only compute run side by side with those that wait for daemons.
 *
 *     ./scripts/test [--changed] [--only PART|FILE,...] [FILE...]
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { walk } from "@std/fs";
import { fromFileUrl } from "@std/path";
import { type Counts, total } from "./junit.ts";
import { affectedTests, changedFiles } from "./suite/affected.ts";
import { build, check, unit } from "./suite/compute.ts";
import { endToEnd, type Others, testbed } from "./suite/e2e.ts";
import { type Choice, ChoiceError, choose, chooseChanged, type Part, partOf, PARTS } from "./suite/parts.ts";
import { chooseSample, collected, FAILED, print, printBytes, type Run, withRoot } from "./suite/run.ts";

const USAGE = `Usage: ./scripts/test [--changed] [--only PART|FILE,...] [FILE...]

  PART       ${PARTS.join(", ")}
  FILE       a test file, or the end of its path; end-to-end tests bring the build of the programs
  --only     parts and files to run (default: all parts)
  --changed  format, lint, types, and the tests that the changes since main can affect; with --only, less of these
`;

/** Parts that run one after the other; lanes run side by side. */
const LANES: readonly (readonly Part[])[] = [
  ["fmt", "lint", "check", "unit"],
  ["testbed"],
  ["build"],
  ["e2e"],
];

const ROOT = fromFileUrl(new URL("..", import.meta.url));

async function main(args: readonly string[]): Promise<number> {
  let unknown: string | undefined;
  const flags = parseArgs(args, {
    string: ["only"],
    boolean: ["help", "changed"],
    unknown: (word, key) => {
      if (key) unknown = word;
      return !key;
    },
  });
  if (flags["help"]) return usage(0);
  if (unknown !== undefined) return usage(2, `There is no flag "${unknown}"`);
  Deno.chdir(ROOT);
  const words = [...String(flags["only"] ?? "").split(",").filter(Boolean), ...flags._.map(String)];
  try {
    return await runAll(await chosen(words, flags["changed"] === true));
  } catch (error) {
    if (error instanceof ChoiceError) return usage(2, error.message);
    throw error;
  }
}

function usage(code: number, problem?: string): number {
  if (problem !== undefined) print(problem);
  print(USAGE.trimEnd());
  return code;
}

async function chosen(words: readonly string[], onlyChanged: boolean): Promise<Choice> {
  const modules = new Map<string, string>();
  for await (
    const { path } of walk(".", { exts: [".ts"], includeDirs: false, skip: [/^(dist|coverage)\//] })
  ) {
    modules.set(path, await Deno.readTextFile(path));
  }
  const tests = [...modules.keys()].filter((path) => /^tests\/.*_test\.ts$/.test(path)).toSorted();
  if (!onlyChanged) return choose(words, tests);
  const changed = await changedFiles();
  const files = affectedTests(tests, changed, modules);
  print(`${changed.length} changed files can affect ${files.length} of ${tests.length} test files`);
  return chooseChanged(words, files);
}

/**
 * Runs parts: those that compute one after the other, and side by side with them those that wait for daemons. The beds
 * of the end-to-end tests come up during the build, and the tests of the test bed start after that. What needs the
 * machine alone comes last.
 */
async function runAll({ parts, files }: Choice): Promise<number> {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    Deno.addSignalListener(signal, () => stop.abort());
  }
  const run: Run = { interrupted: stop.signal };
  await chooseSample();
  const results: Counts[] = [];
  const up = Promise.withResolvers<void>();
  if (!parts.includes("e2e")) up.resolve();
  const lanes = LANES.map((lane) => lane.filter((part) => parts.includes(part)));
  const isOne = lanes.filter((lane) => lane.length > 0).length === 1;
  const inTurn = async (lane: readonly Part[], others: Others) => {
    for (const part of lane) {
      if (stop.signal.aborted) return;
      const isQuiet = !isOne && part !== "e2e";
      const own = files?.filter((file) => partOf(file) === part);
      results.push(await timed(part, run, isQuiet, (quiet) => runPart(part, quiet, own, others)));
    }
  };
  const [computing = [], bed = [], building = [], daemons = []] = lanes;
  const nobody: Others = { ready: () => {}, built: Promise.resolve(), done: Promise.resolve() };
  const built = inTurn(building, nobody);
  const others = [built, inTurn(computing, nobody), up.promise.then(() => inTurn(bed, nobody))];
  await inTurn(daemons, { ready: up.resolve, built, done: Promise.all(others) });
  up.resolve();
  await Promise.all(others);
  const { passed, failed, skipped } = total(stop.signal.aborted ? [...results, FAILED] : results);
  if (stop.signal.aborted) print("\nInterrupted");
  print(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
  return stop.signal.aborted ? 130 : failed > 0 || passed === 0 ? 1 : 0;
}

/** Runs a part between two lines about it; one that runs beside another prints everything at its end. */
async function timed(
  part: Part,
  run: Run,
  isQuiet: boolean,
  action: (run: Run) => Promise<Counts>,
): Promise<Counts> {
  const output: Uint8Array[] = [];
  if (!isQuiet) print(`\n== ${part}`);
  const start = performance.now();
  const { passed, failed, skipped } = await action(isQuiet ? { ...run, output: collected(output) } : run);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (isQuiet) print(`\n== ${part}`);
  for (const bytes of output) printBytes(bytes);
  print(`-- ${part}: ${passed} passed, ${failed} failed, ${skipped} skipped, ${seconds} s`);
  return { passed, failed, skipped };
}

/** Runs a part, or some files of it. */
function runPart(
  part: Part,
  run: Run,
  files: readonly string[] | undefined,
  others: Others,
): Promise<Counts> {
  switch (part) {
    case "fmt":
      return check(["fmt", "--check"], run);
    case "lint":
    case "check":
      return check(["task", "--quiet", part], run);
    case "unit":
      return unit(run, files);
    case "build":
      return build(run);
    case "testbed":
      return withRoot(run, (sudo) => testbed(run, sudo));
    case "e2e":
      return withRoot(run, (sudo) => endToEnd(run, sudo, files, others));
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
