/**
 * Programs of the host: their paths, their environment, and their output.
 *
 * @module
 */
import type { CommandResult, OnCount, OnLine } from "../../ports/mod.ts";
import { LineSplitter } from "../../base/lines.ts";
import { PROGRAM_DIRECTORIES } from "./programs.ts";

/** The number of characters of each stream that a result keeps; all lines are delivered. */
const KEPT = 1024 * 1024;

/** The number of bytes that are written to a program at a time. */
const GATHERED = 256 * 1024;

/** The time that a program has to end after SIGTERM. */
const KILL_AFTER_MS = 1500;

/** Variables of the caller's environment that programs get; others could change their behaviour. */
const PASSED_ON = ["HOME", "USER", "LOGNAME", "TERM", "SSH_AUTH_SOCK"] as const;

function environment(): Record<string, string> {
  const passed = PASSED_ON.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(passed), PATH: PROGRAM_DIRECTORIES.join(":"), LC_ALL: "C" };
}

/** The input of a program. */
export type Input = string | AsyncIterable<Uint8Array>;

/** Runs one program by its path; an abort ends it and its reason is thrown. */
export async function runProgram(
  argv: readonly [string, ...string[]],
  stdin: Input | undefined,
  onLine: OnLine,
  signal: AbortSignal,
): Promise<CommandResult> {
  return await runPipeline([argv], stdin, onLine, signal);
}

/**
 * Runs programs that read each other's output. The code is that of the first one that failed by itself, and not because
 * its reader had ended. No program is left running after an error.
 */
export async function runPipeline(
  argvs: readonly (readonly [string, ...string[]])[],
  stdin: Input | undefined,
  onLine: OnLine,
  signal: AbortSignal,
  onCount?: OnCount,
): Promise<CommandResult> {
  signal.throwIfAborted();
  const children: Deno.ChildProcess[] = [];
  const ending = new AbortController();
  const endAll = () => children.forEach((child) => end(child, ending.signal));
  signal.addEventListener("abort", endAll, { once: true });
  try {
    for (const argv of argvs) {
      children.push(spawn(argv, children.length > 0 || stdin !== undefined ? "piped" : "null"));
    }
    const [stdout, stderr, statuses] = await Promise.all([
      readLines(children.at(-1)!.stdout, (line) => onLine(line, "stdout"), /\/rsync$/.test(argvs.at(-1)![0])),
      Promise.all(children.map((child) => readLines(child.stderr, (line) => onLine(line, "stderr")))),
      Promise.all(children.map((child) => child.status)),
      stdin === undefined ? undefined : feed(children[0]!.stdin, stdin),
      ...children.slice(1).map((child, index) => connect(children[index]!.stdout, child.stdin, onCount)),
    ]);
    signal.throwIfAborted();
    return { code: pipelineCode(statuses), stdout, stderr: stderr.join("") };
  } catch (error) {
    endAll();
    throw error;
  } finally {
    signal.removeEventListener("abort", endAll);
    Promise.allSettled(children.map((child) => child.status)).then(() => ending.abort());
  }
}

function pipelineCode(statuses: readonly Deno.CommandStatus[]): number {
  const failed = statuses.filter((status) => status.code !== 0);
  return (failed.find((status) => status.signal !== "SIGPIPE") ?? failed[0])?.code ?? 0;
}

// Asks first: rsync and tar tidy up behind themselves. A program behind sudo is root's, and may be asked by the
// terminal only, which does so with the same key that interrupts lxops.
function end(child: Deno.ChildProcess, ended: AbortSignal): void {
  const kill = (name: Deno.Signal) => {
    try {
      child.kill(name);
    } catch {
      // It has ended already, or is not ours to signal.
    }
  };
  kill("SIGTERM");
  const timer = setTimeout(() => kill("SIGKILL"), KILL_AFTER_MS);
  ended.addEventListener("abort", () => clearTimeout(timer), { once: true });
}

function spawn(
  argv: readonly [string, ...string[]],
  stdin: "null" | "piped",
): Deno.ChildProcess {
  const [program, ...args] = argv;
  return new Deno.Command(program, {
    args,
    clearEnv: true,
    env: environment(),
    cwd: "/",
    stdin,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Writes the input of a program. If the program ends before it has read everything, its exit code gives the reason. */
async function feed(stdin: WritableStream<Uint8Array>, input: Input): Promise<void> {
  const writer = stdin.getWriter();
  try {
    if (typeof input === "string") await writer.write(new TextEncoder().encode(input));
    else for await (const chunk of gathered(input)) await writer.write(chunk);
    await writer.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

/** Joins small chunks, as each one costs a round trip to the program. */
async function* gathered(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(GATHERED);
  let size = 0;
  for await (const chunk of input) {
    if (size + chunk.length > buffer.length) {
      if (size > 0) yield buffer.subarray(0, size);
      size = 0;
      if (chunk.length >= buffer.length) {
        yield chunk;
        continue;
      }
    }
    buffer.set(chunk, size);
    size += chunk.length;
  }
  if (size > 0) yield buffer.subarray(0, size);
}

async function connect(
  from: ReadableStream<Uint8Array>,
  to: WritableStream<Uint8Array>,
  onCount: OnCount | undefined,
): Promise<void> {
  let passed = 0;
  const count = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => {
      onCount?.(passed += chunk.length);
      controller.enqueue(chunk);
    },
  });
  try {
    await (onCount ? from.pipeThrough(count) : from).pipeTo(to);
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

/** Reads the lines of a stream. With `returns`, a CR also ends a line, as in the progress of rsync. */
async function readLines(
  stream: ReadableStream<Uint8Array>,
  onLine: (line: string) => void,
  returns = false,
): Promise<string> {
  let kept = "";
  const lines = new LineSplitter((line) => {
    kept = `${kept}${line}\n`;
    if (kept.length > 2 * KEPT) kept = kept.slice(-KEPT);
    onLine(line);
  });
  for await (const chunk of stream) {
    lines.push(returns ? chunk.map((byte) => byte === 0x0d ? 0x0a : byte) : chunk);
  }
  lines.end();
  return kept;
}
