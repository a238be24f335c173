/**
 * Runs Deno for the suite: checks, counted tests, and the removal of beds.
 *
 * @module
 */
import { join } from "@std/path";
import { count, type Counts, total } from "../junit.ts";
import { textOf } from "../testbed/run.ts";

/** The counts of a part that failed before its tests. */
export const FAILED: Counts = { passed: 0, failed: 1, skipped: 0 };

/** Time limit of a part: a part that hangs must not occupy the machine. */
const MINUTES = 30;

/** Variables that sudo must keep: how to reach the network, and where temporary files are. */
const PASSED_ON = /^(DENO_(?!DIR$).*|NPM_CONFIG_.*|SSL_CERT_.*|LXOPS_.*|(https?|no)_proxy|TMPDIR)$/i;

/** The signals that end a run early, and the receiver of its output. */
export interface Run {
  readonly interrupted: AbortSignal;
  /** A time limit that several programs share; without it, each has its own. */
  readonly late?: AbortSignal;
  /** Receives the output of programs; without it, they print it themselves. */
  readonly output?: (bytes: Uint8Array) => void;
}

/** Returns a signal for the end of a part's time. */
export function timeLimit(): AbortSignal {
  return AbortSignal.timeout(MINUTES * 60_000);
}

/** Prints a line. */
export function print(line: string): void {
  printBytes(new TextEncoder().encode(`${line}\n`));
}

/** Prints all bytes: one call may write only some. */
export function printBytes(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}

/** Prints a line where the output of a run goes. */
function tell(line: string, run: Run): void {
  if (run.output) run.output(new TextEncoder().encode(`${line}\n`));
  else print(line);
}

/** Returns a receiver of output that keeps it. */
export function collected(output: Uint8Array[]): (bytes: Uint8Array) => void {
  return (bytes) => void output.push(bytes);
}

/** Prints why something is left out, and counts it. */
export function skip(reason: string, run: Run): Counts {
  tell(`skipped: ${reason}`, run);
  return { passed: 0, failed: 0, skipped: 1 };
}

/** Runs an action as root: directly, or by a sudo that asks for no password; skips it where neither is possible. */
export async function withRoot(
  run: Run,
  action: (sudo: readonly string[]) => Promise<Counts>,
): Promise<Counts> {
  if (Deno.uid() === 0) return await action([]);
  const asks = await new Deno.Command("sudo", { args: ["-n", "true"], stdout: "null", stderr: "null" })
    .output()
    .then(({ success }) => !success, () => true);
  if (asks) return skip("it needs root, and sudo is not there or asks for a password", run);
  return await action(["sudo", "-n", "-H"]);
}

/** Has tests that take a part of something take another part at each commit; LXOPS_TEST_SAMPLE names one. */
export async function chooseSample(): Promise<void> {
  const git = new Deno.Command("git", { args: ["rev-parse", "HEAD"], stderr: "null" });
  // Where nothing could be installed there may be no git.
  const found = await git.output().catch(() => undefined);
  const commit = found?.success ? new TextDecoder().decode(found.stdout).trim() : "0";
  const sample = Deno.env.get("LXOPS_TEST_SAMPLE") || commit;
  Deno.env.set("LXOPS_TEST_SAMPLE", sample);
  print(`Long tests take the part of LXOPS_TEST_SAMPLE=${sample}`);
}

/** Tells whether a path exists. */
export async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

/** Runs tests and counts each of them. */
export async function tests(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  run: Run,
  sudo: readonly string[] = [],
): Promise<Counts> {
  // A directory, because root may not write another user's file in a directory that everybody can write.
  const dir = await Deno.makeTempDir({ prefix: "lxops-junit-" });
  const report = join(dir, "report.xml");
  try {
    const code = await deno(["test", "-A", `--junit-path=${report}`, ...args], env, run, sudo);
    const counts = count(await textOf(report));
    for (const name of counts.skippedNames) tell(`skipped: ${name}`, run);
    // A module that does not load is not a test, but a failure.
    return code !== 0 && counts.failed === 0 ? total([counts, FAILED]) : counts;
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Takes a bed down in a session of its own, which neither a signal nor the terminal's next Ctrl-C ends. */
export async function takeDown(dir: string, sudo: readonly string[]): Promise<void> {
  const left = { interrupted: new AbortController().signal };
  const args = ["run", "-A", "scripts/testbed.ts", "down", "--dir", dir];
  await deno(args, {}, left, [...sudo, "setsid", "--wait"]);
}

/** Runs Deno and returns its exit code; its variables travel through sudo by `env`. */
export async function deno(
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
  const [program = "", ...rest] = [...sudo, "env", ...set, Deno.execPath(), ...args];
  const to = run.output ? "piped" : "inherit";
  const child = new Deno.Command(program, { args: rest, stdin: "null", stdout: to, stderr: to }).spawn();
  const signal = AbortSignal.any([run.interrupted, run.late ?? timeLimit()]);
  let kill: ReturnType<typeof setTimeout> | undefined;
  const end = () => {
    signalTo(child, "SIGTERM");
    // A test that never yields does not notice SIGTERM.
    kill = setTimeout(() => signalTo(child, "SIGKILL"), 10_000);
  };
  signal.addEventListener("abort", end);
  if (signal.aborted) end();
  const forwarded = run.output ? forward(child, run.output) : undefined;
  const { code } = await child.status;
  // A program that a test left running may hold the pipes open forever.
  if (forwarded) await Promise.race([forwarded, new Promise((resolve) => setTimeout(resolve, 2_000))]);
  signal.removeEventListener("abort", end);
  clearTimeout(kill);
  if (signal.aborted) {
    tell(`Stopped: ${run.interrupted.aborted ? "interrupted" : `not done in ${MINUTES} minutes`}`, run);
  }
  return signal.aborted ? 1 : code;
}

async function forward(child: Deno.ChildProcess, output: (bytes: Uint8Array) => void): Promise<void> {
  const pass = async (stream: ReadableStream<Uint8Array>) => {
    for await (const bytes of stream) output(bytes);
  };
  await Promise.all([pass(child.stdout), pass(child.stderr)]);
}

/** Sends a signal to a program that may have ended already. */
function signalTo(child: Deno.ChildProcess, name: Deno.Signal): void {
  try {
    child.kill(name);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
  }
}
