/**
 * Runs every check and every test of the project, part by part, and counts them. The last line of its output is
 * `N passed, N failed, N skipped`; it fails where anything failed or nothing passed.
 *
 *     ./scripts/test [--only PART,...]
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { fromFileUrl, join } from "@std/path";
import { count, type Counts, total } from "./junit.ts";
import { load } from "./testbed/bed.ts";
import { variables } from "./testbed/env.ts";
import { CLUSTER_BED, ownBed, TEST_BEDS } from "./testbed/place.ts";
import { textOf } from "./testbed/run.ts";

const PARTS = ["fmt", "lint", "check", "unit", "build", "testbed", "e2e"] as const;
type Part = typeof PARTS[number];

const ROOT = fromFileUrl(new URL("..", import.meta.url));
const PASSED: Counts = { passed: 1, failed: 0, skipped: 0 };
const FAILED: Counts = { passed: 0, failed: 1, skipped: 0 };
const SKIPPED: Counts = { passed: 0, failed: 0, skipped: 1 };
/** A part that hangs must not hold up the machine that it runs on. */
const MINUTES = 30;

/** What root's Deno needs to know as well: how to reach the network, and where temporary files are. */
const PASSED_ON = /^(DENO_(?!DIR$).*|NPM_CONFIG_.*|SSL_CERT_.*|LXOPS_.*|(https?|no)_proxy|TMPDIR)$/i;

/** Whether the run was interrupted. */
interface Run {
  readonly interrupted: AbortSignal;
}

async function main(args: readonly string[]): Promise<number> {
  const flags = parseArgs(args, { string: ["only"], boolean: ["help"] });
  const only = flags["only"] === undefined ? PARTS : String(flags["only"]).split(",");
  const unknown = only.find((name) => !PARTS.some((part) => part === name));
  if (flags["help"] || unknown !== undefined || flags._.length > 0) {
    if (unknown !== undefined) print(`Unknown part "${unknown}"`);
    print(`Usage: ./scripts/test [--only PART,...]; parts: ${PARTS.join(", ")}`);
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
    results.push(await timed(part, () => runPart(part, { interrupted: stop.signal })));
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

function runPart(part: Part, run: Run): Promise<Counts> {
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
      return withRoot((sudo) => endToEnd(run, sudo));
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

/** Runs tests and counts them one by one. */
async function tests(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  run: Run,
  sudo: readonly string[] = [],
): Promise<Counts> {
  // A directory, since root may not write a file of somebody else in one that all can write.
  const dir = await Deno.makeTempDir({ prefix: "lxops-junit-" });
  const report = join(dir, "report.xml");
  try {
    const code = await deno(["test", "-A", `--junit-path=${report}`, ...args], env, run, sudo);
    const counts = count(await textOf(report));
    for (const name of counts.skippedNames) print(`skipped: ${name}`);
    // A module that does not load is no test, and yet a failure.
    return code !== 0 && counts.failed === 0 ? total([counts, FAILED]) : counts;
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Tests of the test bed itself; an interrupted one leaves beds. */
async function testbed(run: Run, sudo: readonly string[]): Promise<Counts> {
  try {
    return await tests(["tests/testbed"], {}, run, sudo);
  } finally {
    for (const name of [...TEST_BEDS, CLUSTER_BED]) await takeDown(ownBed(name), sudo);
  }
}

/** Brings up a bed of this checkout's own, runs the tests on it, and takes it away whatever happens. */
async function endToEnd(run: Run, sudo: readonly string[]): Promise<Counts> {
  if (!await exists("tests/e2e")) return skip("there is no tests/e2e");
  const dir = ownBed("e2e");
  try {
    if (
      await deno(
        ["run", "-A", "scripts/testbed.ts", "up", "--images", "all", "--dir", dir],
        {},
        run,
        sudo,
      ) !== 0
    ) {
      return FAILED;
    }
    const bed = await load(dir);
    if (!bed || bed.daemons.length === 0) {
      return skip(
        ["no daemon runs on this machine", ...(bed?.skipped ?? []).map(({ reason }) => reason)].join("; "),
      );
    }
    const counts = await tests(["tests/e2e"], { ...variables(bed), ...await binaries() }, run, sudo);
    return total([counts, ...bed.skipped.map(({ part, reason }) => skip(`${part}: ${reason}`))]);
  } finally {
    await takeDown(dir, sudo);
  }
}

/** Not by a signal's leave, and in a session of its own, which the terminal's next Ctrl-C does not reach. */
async function takeDown(dir: string, sudo: readonly string[]): Promise<void> {
  const left = { interrupted: new AbortController().signal };
  const args = ["run", "-A", "scripts/testbed.ts", "down", "--dir", dir];
  await deno(args, {}, left, [...sudo, "setsid", "--wait"]);
}

/** The built programs, for the tests that run them. */
async function binaries(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const kind of ["incus", "lxd"]) {
    const path = join(ROOT, "dist", `lxops-${kind}`);
    if (await exists(path)) found[`LXOPS_TEST_BIN_${kind.toUpperCase()}`] = path;
  }
  return found;
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

/** Runs Deno, its output to be seen at once; its variables travel through sudo by `env`. */
async function deno(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  run: Run,
  sudo: readonly string[] = [],
): Promise<number> {
  const plain: Record<string, string> = Deno.stdout.isTerminal() ? {} : { NO_COLOR: "1" };
  const own = sudo.length === 0
    ? []
    : Object.entries(Deno.env.toObject()).filter(([name]) => PASSED_ON.test(name));
  const set = Object.entries({ ...Object.fromEntries(own), DENO_NO_UPDATE_CHECK: "1", ...plain, ...env })
    .map(([name, value]) => `${name}=${value}`);
  const argv = [...sudo, "env", ...set, Deno.execPath(), ...args];
  const child = new Deno.Command(argv[0]!, { args: argv.slice(1), stdin: "null" }).spawn();
  const signal = AbortSignal.any([run.interrupted, AbortSignal.timeout(MINUTES * 60_000)]);
  let kill: ReturnType<typeof setTimeout> | undefined;
  const end = () => {
    signalTo(child, "SIGTERM");
    // A test that never yields does not notice that one.
    kill = setTimeout(() => signalTo(child, "SIGKILL"), 10_000);
  };
  signal.addEventListener("abort", end);
  if (signal.aborted) end();
  const { code } = await child.status;
  signal.removeEventListener("abort", end);
  clearTimeout(kill);
  if (signal.aborted) {
    print(`Stopped: ${run.interrupted.aborted ? "interrupted" : `not done in ${MINUTES} minutes`}`);
  }
  return signal.aborted ? 1 : code;
}

/** Sends a signal to a program that may have ended by itself. */
function signalTo(child: Deno.ChildProcess, name: Deno.Signal): void {
  try {
    child.kill(name);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
  }
}

function skip(reason: string): Counts {
  print(`skipped: ${reason}`);
  return SKIPPED;
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

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

if (import.meta.main) Deno.exit(await main(Deno.args));
