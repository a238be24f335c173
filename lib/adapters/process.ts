/**
 * Programs of the host: from where, with what environment, and how their output is read.
 *
 * @module
 */
import type { CommandResult, OnLine } from "../ports.ts";
import { LineSplitter } from "./lines.ts";
import { PROGRAM_DIRECTORIES } from "./programs.ts";

/** How many characters of each stream a result keeps; the lines themselves are all delivered. */
const KEPT = 1024 * 1024;

/** Names of the caller's environment that programs get; everything else could change what they do. */
const PASSED_ON = ["HOME", "USER", "LOGNAME", "TERM", "SSH_AUTH_SOCK"] as const;

function environment(): Record<string, string> {
  const passed = PASSED_ON.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(passed), PATH: PROGRAM_DIRECTORIES.join(":"), LC_ALL: "C" };
}

/** Runs one program by its path; an abort kills it and its reason is thrown. */
export async function runProgram(
  argv: readonly [string, ...string[]],
  stdin: string | undefined,
  onLine: OnLine,
  signal: AbortSignal,
): Promise<CommandResult> {
  const child = spawn(argv, stdin === undefined ? "null" : "piped", signal);
  const [, stdout, stderr, status] = await Promise.all([
    stdin === undefined ? undefined : feed(child.stdin, stdin),
    readLines(child.stdout, (line) => onLine(line, "stdout")),
    readLines(child.stderr, (line) => onLine(line, "stderr")),
    child.status,
  ]);
  signal.throwIfAborted();
  return { code: status.code, stdout, stderr };
}

/** Runs programs that read each other's output; the code is that of the first that fails. */
export async function runPipeline(
  argvs: readonly (readonly [string, ...string[]])[],
  stdin: string | undefined,
  onLine: OnLine,
  signal: AbortSignal,
): Promise<CommandResult> {
  const children: Deno.ChildProcess[] = [];
  const copies: Promise<void>[] = [];
  for (const argv of argvs) {
    const before = children.at(-1);
    const child = spawn(argv, before || stdin !== undefined ? "piped" : "null", signal);
    if (before) copies.push(connect(before.stdout, child.stdin));
    else if (stdin !== undefined) copies.push(feed(child.stdin, stdin));
    children.push(child);
  }
  const [stdout, stderr, statuses] = await Promise.all([
    readLines(children.at(-1)!.stdout, (line) => onLine(line, "stdout")),
    Promise.all(children.map((child) => readLines(child.stderr, (line) => onLine(line, "stderr")))),
    Promise.all(children.map((child) => child.status)),
    ...copies,
  ]);
  signal.throwIfAborted();
  const code = statuses.find((status) => status.code !== 0)?.code ?? 0;
  return { code, stdout, stderr: stderr.join("") };
}

function spawn(
  argv: readonly [string, ...string[]],
  stdin: "null" | "piped",
  signal: AbortSignal,
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
    signal,
  }).spawn();
}

/** A program that ends before it has read everything says why with its exit code. */
async function feed(stdin: WritableStream<Uint8Array>, text: string): Promise<void> {
  const writer = stdin.getWriter();
  try {
    await writer.write(new TextEncoder().encode(text));
    await writer.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

async function connect(from: ReadableStream<Uint8Array>, to: WritableStream<Uint8Array>): Promise<void> {
  try {
    await from.pipeTo(to);
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

async function readLines(
  stream: ReadableStream<Uint8Array>,
  onLine: (line: string) => void,
): Promise<string> {
  let kept = "";
  const lines = new LineSplitter((line) => {
    kept = `${kept}${line}\n`;
    if (kept.length > 2 * KEPT) kept = kept.slice(-KEPT);
    onLine(line);
  });
  for await (const chunk of stream) lines.push(chunk);
  lines.end();
  return kept;
}
