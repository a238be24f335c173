/**
 * Measurements of time, processor time and memory.
 *
 * @module
 */

/** The cost of one run of a program besides time. */
export interface Weight {
  /** Processor time of the program and what it started, in seconds. */
  readonly cpu: number;
  /** The most memory that it had, in megabytes. */
  readonly megabytes: number;
}

/** Settings of a run. */
export interface RunOptions {
  readonly cwd: string;
  readonly env: Record<string, string>;
}

/** Median, least and most of some numbers. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Summarises numbers; there must be one at least. */
export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
}

const TIME = "/usr/bin/time";

/** Runs a program that must succeed, and returns how many seconds it took. */
export async function runProgram(argv: readonly string[], options: RunOptions): Promise<number> {
  const [program, ...args] = argv;
  const command = new Deno.Command(program!, {
    args,
    ...options,
    clearEnv: true,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  });
  const start = performance.now();
  const { code, stderr } = await command.output();
  const seconds = (performance.now() - start) / 1000;
  if (code === 0) return seconds;
  throw new Error(`${argv.join(" ")} ended with ${code}:\n${new TextDecoder().decode(stderr)}`);
}

/** Runs a program that must succeed and print something, and returns how many seconds it took until it did. */
export async function runToOutput(argv: readonly string[], options: RunOptions): Promise<number> {
  const [program, ...args] = argv;
  const streams = { stdin: "null", stdout: "piped", stderr: "inherit" } as const;
  const start = performance.now();
  const child = new Deno.Command(program!, { args, ...options, clearEnv: true, ...streams }).spawn();
  let seconds: number | undefined;
  for await (const _ of child.stdout) seconds ??= (performance.now() - start) / 1000;
  const { code } = await child.status;
  if (code === 0 && seconds !== undefined) return seconds;
  throw new Error(`${argv.join(" ")} ended with ${code}, and printed ${seconds ? "something" : "nothing"}`);
}

/** Weighs a run, with a program around it that takes a moment itself; nothing where there is no GNU time. */
export async function weighProgram(
  argv: readonly string[],
  options: RunOptions,
): Promise<Weight | undefined> {
  if (!await Deno.stat(TIME).then(() => true, () => false)) return undefined;
  const report = await Deno.makeTempFile({ prefix: "lxops-bench-" });
  try {
    await runProgram([TIME, "-q", "-f", "%U %S %M", "-o", report, ...argv], options);
    const text = await Deno.readTextFile(report);
    const [user = 0, system = 0, kilobytes = 0] = text.trim().split(" ").map(Number);
    return { cpu: user + system, megabytes: kilobytes / 1024 };
  } finally {
    await Deno.remove(report);
  }
}

/** Times an action. */
export async function timed(action: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await action();
  return (performance.now() - start) / 1000;
}
