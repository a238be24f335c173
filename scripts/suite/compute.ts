/**
 * The parts that compute: checks of the source, tests without daemons, and the build.
 *
 * @module
 */
import { type Counts, total } from "../junit.ts";
import { deno, exists, FAILED, type Run, skip, tests, withRoot } from "./run.ts";

const PASSED: Counts = { passed: 1, failed: 0, skipped: 0 };

/** Folder of the tests that make users and mounts in a root of their own, which takes root. */
const ROOT_TESTS = "tests/cloudconfig";

/** Runs a check that counts as one test. */
export async function check(args: readonly string[], run: Run): Promise<Counts> {
  return await deno(args, {}, run) === 0 ? PASSED : FAILED;
}

/** Runs the tests that need no daemons, all of them or some files. */
export async function unit(run: Run, files: readonly string[] | undefined): Promise<Counts> {
  const needsRoot = (file: string) => file.startsWith(`${ROOT_TESTS}/`);
  const plain = files?.filter((file) => !needsRoot(file)) ??
    [`--ignore=tests/e2e,tests/testbed,${ROOT_TESTS}`, "tests"];
  const asRoot = files?.filter(needsRoot) ?? [ROOT_TESTS];
  // The part "check" looks at types.
  const some = (these: readonly string[], sudo: readonly string[]) =>
    these.length > 0 ? tests(["--no-check", ...these], {}, run, sudo) : total([]);
  return total([
    await some(plain, []),
    asRoot.length > 0 ? await withRoot(run, async (sudo) => await some(asRoot, sudo)) : total([]),
  ]);
}

/** Builds the programs, which takes a base binary from Deno's site or from DENORT_BIN. */
export async function build(run: Run): Promise<Counts> {
  if (!await exists("scripts/build.ts")) return skip("there is no scripts/build.ts", run);
  if (!Deno.env.get("DENORT_BIN") && !await reachable("https://dl.deno.land/")) {
    return skip("there is no base binary: Deno's site does not answer, and DENORT_BIN is not set", run);
  }
  // The part "check" looks at types.
  return await check(["task", "--quiet", "build", "--no-check"], run);
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
