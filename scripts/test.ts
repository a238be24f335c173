/**
 * Runs every check and every test of the project, part by part, and counts them. The last line of its output is
 * `N passed, N failed, N skipped`; it fails where anything failed or nothing passed.
 *
 *     ./scripts/test [--only PART,...] [FILE...]
 *
 * Files are those of tests/e2e that are to run.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { fromFileUrl } from "@std/path";
import { type Counts, total } from "./junit.ts";
import { endToEnd } from "./suite/e2e.ts";
import { deno, exists, FAILED, print, type Run, skip, takeDown, tests } from "./suite/run.ts";
import { CLUSTER_BED, ownBed, TEST_BEDS } from "./testbed/place.ts";

const PARTS = ["fmt", "lint", "check", "unit", "build", "testbed", "e2e"] as const;
type Part = typeof PARTS[number];

const ROOT = fromFileUrl(new URL("..", import.meta.url));
const PASSED: Counts = { passed: 1, failed: 0, skipped: 0 };

async function main(args: readonly string[]): Promise<number> {
  const flags = parseArgs(args, { string: ["only"], boolean: ["help"] });
  const only = flags["only"] === undefined ? PARTS : String(flags["only"]).split(",");
  const unknown = only.find((name) => !PARTS.some((part) => part === name));
  const files = flags._.map(String);
  if (flags["help"] || unknown !== undefined) {
    if (unknown !== undefined) print(`Unknown part "${unknown}"`);
    print(`Usage: ./scripts/test [--only PART,...] [FILE OF tests/e2e...]; parts: ${PARTS.join(", ")}`);
    return flags["help"] ? 0 : 2;
  }
  Deno.chdir(ROOT);
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    Deno.addSignalListener(signal, () => stop.abort());
  }
  const results: Counts[] = [];
  for (const part of PARTS.filter((name) => only.includes(name))) {
    if (stop.signal.aborted) break;
    results.push(await timed(part, () => runPart(part, { interrupted: stop.signal }, files)));
  }
  const { passed, failed, skipped } = total(stop.signal.aborted ? [...results, FAILED] : results);
  if (stop.signal.aborted) print("\nInterrupted");
  print(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
  return stop.signal.aborted ? 130 : failed > 0 || passed === 0 ? 1 : 0;
}

async function timed(part: Part, action: () => Promise<Counts>): Promise<Counts> {
  print(`\n== ${part}`);
  const start = performance.now();
  const { passed, failed, skipped } = await action();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  print(`-- ${part}: ${passed} passed, ${failed} failed, ${skipped} skipped, ${seconds} s`);
  return { passed, failed, skipped };
}

function runPart(part: Part, run: Run, files: readonly string[]): Promise<Counts> {
  switch (part) {
    case "fmt":
      return one(["fmt", "--check"], run);
    case "lint":
    case "check":
      return one(["task", "--quiet", part], run);
    case "unit":
      return unit(run);
    case "build":
      return build(run);
    case "testbed":
      return withRoot((sudo) => testbed(run, sudo));
    case "e2e":
      return withRoot((sudo) => endToEnd(run, sudo, files));
  }
}

/** A check that counts as one test. */
async function one(args: readonly string[], run: Run): Promise<Counts> {
  return await deno(args, {}, run) === 0 ? PASSED : FAILED;
}

/** Tests without daemons; those of cloud-config make users and mounts in a root of their own, which takes root. */
async function unit(run: Run): Promise<Counts> {
  const rest = await tests(["--ignore=tests/e2e,tests/testbed,tests/cloudconfig", "tests"], {}, run);
  return total([rest, await withRoot((sudo) => tests(["tests/cloudconfig"], {}, run, sudo))]);
}

async function build(run: Run): Promise<Counts> {
  if (!await exists("scripts/build.ts")) return skip("there is no scripts/build.ts");
  if (!Deno.env.get("DENORT_BIN") && !await reachable("https://dl.deno.land/")) {
    return skip("the base binary cannot be had: Deno's site does not answer, and DENORT_BIN is not set");
  }
  return await one(["task", "--quiet", "build"], run);
}

/** Tests of the test bed itself; an interrupted one leaves beds. */
async function testbed(run: Run, sudo: readonly string[]): Promise<Counts> {
  try {
    return await tests(["tests/testbed"], {}, run, sudo);
  } finally {
    for (const name of [...TEST_BEDS, CLUSTER_BED]) await takeDown(ownBed(name), sudo);
  }
}

/** Real daemons need root: directly, or by a sudo that does not ask. */
async function withRoot(action: (sudo: readonly string[]) => Promise<Counts>): Promise<Counts> {
  if (Deno.uid() === 0) return await action([]);
  const asks = await new Deno.Command("sudo", { args: ["-n", "true"], stdout: "null", stderr: "null" })
    .output()
    .then(({ success }) => !success, () => true);
  if (asks) return skip("it needs root, and sudo is not there or asks for a password");
  return await action(["sudo", "-n", "-H"]);
}

async function reachable(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(10_000) });
    await response.body?.cancel();
    return true;
  } catch {
    return false;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
