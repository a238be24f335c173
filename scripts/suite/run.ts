/**
 * Runs Deno for the suite: checks, tests that are counted, and beds that are taken down.
 *
 * @module
 */
import { join } from "@std/path";
import { count, type Counts, total } from "../junit.ts";
import { textOf } from "../testbed/run.ts";

/** What a part counts as that did not come as far as its tests. */
export const FAILED: Counts = { passed: 0, failed: 1, skipped: 0 };

/** A part that hangs must not hold up the machine that it runs on. */
const MINUTES = 30;

/** What root's Deno needs to know as well: how to reach the network, and where temporary files are. */
const PASSED_ON = /^(DENO_(?!DIR$).*|NPM_CONFIG_.*|SSL_CERT_.*|LXOPS_.*|(https?|no)_proxy|TMPDIR)$/i;

/** What ends a run before its end. */
export interface Run {
  readonly interrupted: AbortSignal;
  /** When time is over, where several programs share it. */
  readonly late?: AbortSignal;
  /** Receives what programs print; without it, they print it themselves. */
  readonly output?: (bytes: Uint8Array) => void;
}

/** Returns a signal for the end of the time that a part has. */
export function timeLimit(): AbortSignal {
  return AbortSignal.timeout(MINUTES * 60_000);
}

/** Prints a line. */
export function print(line: string): void {
  printBytes(new TextEncoder().encode(`${line}\n`));
}

/** Prints bytes, all of them. */
export function printBytes(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}

/** Says why something is left out, and counts it. */
export function skip(reason: string): Counts {
  print(`skipped: ${reason}`);
  return { passed: 0, failed: 0, skipped: 1 };
}

/** Tells whether a path exists. */
export async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

/** Runs tests and counts them one by one. */
export async function tests(
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
    const say = (line: string) =>
      run.output ? run.output(new TextEncoder().encode(`${line}\n`)) : print(line);
    for (const name of counts.skippedNames) say(`skipped: ${name}`);
    // A module that does not load is no test, and yet a failure.
    return code !== 0 && counts.failed === 0 ? total([counts, FAILED]) : counts;
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Takes a bed down, in a session of its own, which neither a signal nor the terminal's next Ctrl-C ends. */
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
    // A test that never yields does not notice that one.
    kill = setTimeout(() => signalTo(child, "SIGKILL"), 10_000);
  };
  signal.addEventListener("abort", end);
  if (signal.aborted) end();
  const passed = run.output ? passOn(child, run.output) : undefined;
  const { code } = await child.status;
  // What a test left running may hold the pipes open for ever.
  if (passed) await Promise.race([passed, new Promise((resolve) => setTimeout(resolve, 2_000))]);
  signal.removeEventListener("abort", end);
  clearTimeout(kill);
  if (signal.aborted) {
    print(`Stopped: ${run.interrupted.aborted ? "interrupted" : `not done in ${MINUTES} minutes`}`);
  }
  return signal.aborted ? 1 : code;
}

async function passOn(child: Deno.ChildProcess, output: (bytes: Uint8Array) => void): Promise<void> {
  const pass = async (stream: ReadableStream<Uint8Array>) => {
    for await (const bytes of stream) output(bytes);
  };
  await Promise.all([pass(child.stdout), pass(child.stderr)]);
}

/** Sends a signal to a program that may have ended by itself. */
function signalTo(child: Deno.ChildProcess, name: Deno.Signal): void {
  try {
    child.kill(name);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
  }
}
