/**
 * Runs programs for the test bed's scripts.
 *
 * @module
 */
import { CommandError } from "../../lib/base/errors.ts";

/** The result of a program. */
export interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Receives a line of progress. */
export type Log = (line: string) => void;

/** Programs of the system are found although a user's PATH may lack the sbin directories. */
export const SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Runs a program to its end; a program that does not exist has the code 127, as in a shell. */
export async function run(
  argv: readonly [string, ...string[]],
  env: Record<string, string> = {},
): Promise<Output> {
  const [program, ...args] = argv;
  try {
    const command = new Deno.Command(program, {
      args,
      stdin: "null",
      env: { PATH: SYSTEM_PATH, LC_ALL: "C", ...env },
    });
    const { code, stdout, stderr } = await command.output();
    const text = new TextDecoder();
    return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return { code: 127, stdout: "", stderr: `"${program}" is not installed` };
  }
}

/** Runs a program that must succeed and returns its standard output. */
export async function must(
  argv: readonly [string, ...string[]],
  env: Record<string, string> = {},
): Promise<string> {
  const { code, stdout, stderr } = await run(argv, env);
  if (code === 0) return stdout;
  const detail = (stderr || stdout).trim().split("\n").slice(-5).join("\n") || "it printed nothing";
  throw new CommandError(`"${argv.join(" ")}" failed with code ${code}: ${detail}`, { argv, code, stderr });
}

/** Asks again and again, from 10 ms on and slower, until the answer is true or the time is over. */
export async function until(check: () => Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const end = Date.now() + timeoutMs;
  for (let pause = 10;; pause = Math.min(pause * 2, 200)) {
    if (await check()) return true;
    if (Date.now() + pause > end) return false;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** Returns the content of a text file; empty where it cannot be read, as files in /proc and /sys come and go. */
export async function textOf(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch {
    return "";
  }
}

/** Returns the names in a directory; none where it cannot be read. */
export async function namesIn(path: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(path))).map((entry) => entry.name);
  } catch {
    return [];
  }
}
