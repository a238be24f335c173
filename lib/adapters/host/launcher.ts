/**
 * The one place that starts programs of the user's choice, after it has checked them. They are started by one named
 * program, the shell, which becomes the program at once.
 *
 * @module
 */
import { NOTHING_CHANGED, reasonOf, StateError, TimeoutError } from "../../base/errors.ts";
import { concat } from "../../base/bytes.ts";
import type { FoundProgram, Launcher, OnOutput, UserAnswer, UserProgram } from "../../ports/launcher.ts";
import { after } from "../transport/timer.ts";
import { exposure } from "./exposure.ts";
import { runProgram } from "./process.ts";
import { findProgram, LAUNCHER, PROGRAM_DIRECTORIES } from "./programs.ts";

/** Becomes the program, so that nothing but the program has its name, its input and its signals. */
const BECOME = 'exec "$@"';
/** Sends a signal to a program and to all that it has started. */
const END_GROUP = 'kill -s "$1" -- "-$2" 2> /dev/null';
/** Prints the processes that a process has started and that still belong to it, and its own number. */
const DESCENDANTS = `tree() {
  children=
  { read -r children <"/proc/$1/task/$1/children"; } 2>/dev/null
  for child in $children; do tree "$child"; done
  echo "$1"
}
tree "$1"`;
/** Sends a signal to processes. */
const END_ALL = 'signal=$1; shift; kill -s "$signal" -- "$@" 2>/dev/null';
/** The time that a program has to end after SIGTERM. */
const KILL_AFTER_MS = 1500;
/** The time in which the output of a program that has ended must be there: another one may hold it open. */
const OUTPUT_MS = 1000;
/** Variables that change how programs are loaded. */
const LOADING = /^(?:LD|DYLD)_/;

/** Makes the launcher of a machine. */
export function makeLauncher(): Launcher {
  const answers = new Map<string, Promise<UserAnswer>>();
  let environment: Promise<ReadonlyMap<string, string>> | undefined;
  const known = () => environment ??= readEnvironment();
  const runs = (isAlone: boolean): Launcher["run"] => async (program, onOutput, signal) => {
    const found = await find(program.path);
    if ("problem" in found) {
      throw new StateError(`"${program.path}" is not run: ${found.problem}`, { advice: [NOTHING_CHANGED] });
    }
    const environment = await known();
    return await launch({ ...program, path: found.path, environment, isAlone }, onOutput, signal);
  };
  // One that prints a secret may ask for a password, so it keeps the terminal.
  const attached = runs(false);
  return {
    environment: known,
    find,
    exposure: async (path) => {
      try {
        return await exposure(path);
      } catch (error) {
        return `it cannot be looked at: ${reasonOf(error)}`;
      }
    },
    run: runs(true),
    answer: (program) => {
      const key = JSON.stringify(program);
      const answer = answers.get(key) ?? answerOf(program, attached);
      answers.set(key, answer);
      return answer;
    },
  };
}

/** The most bytes that are read of a program's output. */
const MOST = 1024 * 1024;
/** The most that is kept of its errors. */
const MOST_ERRORS = 4096;

/** Runs a program and returns its output. */
async function answerOf(program: UserProgram, run: Launcher["run"]): Promise<UserAnswer> {
  const enough = new AbortController();
  const chunks: Uint8Array[] = [];
  const errors = new TextDecoder();
  let [size, stderr] = [0, ""];
  const take: OnOutput = (bytes, stream) => {
    if (stream === "stderr") {
      stderr = `${stderr}${errors.decode(bytes, { stream: true })}`.slice(-MOST_ERRORS);
    } else if ((size += bytes.length) > MOST) enough.abort();
    else chunks.push(bytes.slice());
  };
  try {
    const code = await run(program, take, enough.signal);
    return { code, stdout: concat(chunks), stderr };
  } catch (error) {
    if (!enough.signal.aborted) throw error;
    return { code: 0, stdout: new Uint8Array(), stderr, isTooLong: true };
  }
}

/** Reads the environment of this process by a program, as Deno shows only variables that were allowed beforehand. */
async function readEnvironment(): Promise<ReadonlyMap<string, string>> {
  const cat = await findProgram("cat");
  if (cat === undefined) return new Map();
  const argv = [cat, "--", `/proc/${Deno.pid}/environ`] as const;
  const { stdout } = await runProgram(argv, undefined, () => {}, new AbortController().signal);
  return new Map(
    stdout.split("\0").flatMap((one): [string, string][] => {
      const at = one.indexOf("=");
      return at > 0 && !LOADING.test(one) ? [[one.slice(0, at), one.slice(at + 1)]] : [];
    }),
  );
}

async function find(program: string): Promise<FoundProgram> {
  const paths = program.includes("/")
    ? [program]
    : PROGRAM_DIRECTORIES.map((directory) => `${directory}/${program}`);
  for (const path of paths) {
    let info: Deno.FileInfo;
    try {
      info = await Deno.stat(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) continue;
      return { problem: `it cannot be looked at: ${reasonOf(error)}` };
    }
    if (!info.isFile) return { problem: "it is no file" };
    if (((info.mode ?? 0) & 0o111) === 0) return { problem: "it is not executable" };
    const exposed = await exposure(path);
    return exposed === undefined ? { path } : { problem: `others can change it: ${exposed}` };
  }
  return {
    problem: program.includes("/")
      ? "there is no such file"
      : `there is none in ${PROGRAM_DIRECTORIES.join(", ")}`,
  };
}

/** A program to start. */
interface Launched extends UserProgram {
  readonly environment: ReadonlyMap<string, string>;
  /** It has a session of its own, which is ended with it. */
  readonly isAlone: boolean;
}

async function launch(
  { path, args, directory, env, timeoutSeconds, environment, isAlone }: Launched,
  onOutput: OnOutput,
  signal: AbortSignal,
): Promise<number> {
  signal.throwIfAborted();
  const child = new Deno.Command(LAUNCHER, {
    args: ["-c", BECOME, "lxops", path, ...args],
    clearEnv: true,
    env: { ...Object.fromEntries(environment), ...env },
    cwd: directory,
    detached: isAlone,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const late = AbortSignal.timeout(timeoutSeconds * 1000);
  const stop = AbortSignal.any([signal, late]);
  let killing = () => {};
  const send = isAlone ? killGroup : killerOfTree();
  const end = () => {
    send(child, "SIGTERM");
    killing = after(KILL_AFTER_MS, () => send(child, "SIGKILL"));
  };
  stop.addEventListener("abort", end, { once: true });
  const readers = (["stdout", "stderr"] as const).map((stream) => {
    const reader = child[stream].getReader();
    const done = read(reader, (bytes) => onOutput(bytes, stream));
    done.catch(end);
    return { reader, done };
  });
  try {
    const { code } = await child.status;
    const all = Promise.all(readers.map(({ done }) => done));
    all.catch(() => {});
    await within(all, stop.aborted ? KILL_AFTER_MS : OUTPUT_MS);
    // Its children may still run.
    if (stop.aborted) await send(child, "SIGKILL");
    signal.throwIfAborted();
    if (late.aborted) throw new TimeoutError(`"${path}" did not end within ${timeoutSeconds} s`);
    return code;
  } finally {
    killing();
    stop.removeEventListener("abort", end);
    for (const { reader } of readers) reader.cancel().catch(() => {});
  }
}

async function read(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  onBytes: (bytes: Uint8Array) => void,
): Promise<void> {
  for (let part = await reader.read(); !part.done; part = await reader.read()) onBytes(part.value);
}

/** Waits for a promise, but no longer than a time. */
async function within(promise: Promise<unknown>, ms: number): Promise<void> {
  const late = Promise.withResolvers<void>();
  const stop = after(ms, late.resolve);
  await Promise.race([promise, late.promise]).finally(stop);
}

/**
 * Returns a function that sends a signal to a program that shares the terminal of lxops, and to all that it has
 * started. Processes that were found at first get the later signals, too: after the end of the program, its children
 * cannot be recognized.
 */
function killerOfTree(): (child: Deno.ChildProcess, name: "SIGTERM" | "SIGKILL") => Promise<void> {
  let known: readonly string[] = [];
  return async ({ pid }, name) => {
    if (known.length === 0) {
      known = (await shell(DESCENDANTS, `${pid}`)).split("\n").filter((line) => /^\d+$/.test(line));
    }
    await shell(END_ALL, name.slice(3), ...known);
  };
}

/** Runs one of these scripts and returns its output. */
async function shell(script: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await new Deno.Command(LAUNCHER, {
    args: ["-c", script, "lxops", ...args],
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout);
}

/** Sends a signal to a program that has a session of its own, and to all that it has started. */
async function killGroup(child: Deno.ChildProcess, name: "SIGTERM" | "SIGKILL"): Promise<void> {
  await shell(END_GROUP, name.slice(3), `${child.pid}`);
}
