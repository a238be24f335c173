/**
 * A warm-up: runs commands of a program in a world of their own, and writes the code that V8 has compiled for them.
 *
 * @module
 */
import { evaluate, type Program, SCRIPTS } from "./evaluate.ts";
import { LEASE, POOL } from "./pool.ts";
import { enterWorld } from "./world.ts";

/** Command lines. Each runs parts of the program that those before it do not, and ends with the code beside it. */
const LINES: readonly (readonly [line: readonly string[], code: number])[] = [
  [["launch", "one.yaml"], 0],
  // No program can be run in an instance of this world.
  [["launch", "two.yaml"], 4],
  [["rebuild", "made.yaml"], 0],
  [["configure", "two.yaml", "-name", "made"], 4],
  [["plan", "made.yaml"], 0],
  [["up", "made.yaml"], 0],
  [["run", "-name", "one", "warm", "--", "/bin/true"], 125],
  [["pool", "acquire", POOL], 0],
  [["pool", "renew", LEASE], 0],
];

/** Time after which a warm-up has failed. */
const LIMIT_MS = 60_000;

/** Runs the commands of a script, or all; returns those that ended with another code than they should. */
export async function runAll({ main, backend }: Program, script?: string): Promise<readonly string[]> {
  enterWorld();
  const wrong: string[] = [];
  for (const [line, wanted] of LINES) {
    if (script !== undefined && !SCRIPTS[script]?.includes(line[0]!)) continue;
    const code = await main(backend, line);
    if (code !== wanted) wrong.push(`${line.join(" ")}: ${code}`);
  }
  return wrong;
}

/**
 * Warms up a script of the program in a directory and writes its code cache to a file. Where the file exists, checks that
 * V8 takes it instead.
 *
 * @throws {Error} where V8 does not take it
 */
export async function warmUp(directory: string, file: string, name: string): Promise<void> {
  AbortSignal.timeout(LIMIT_MS).addEventListener("abort", () => Deno.exit(1), { once: true });
  const cache = await Deno.readFile(file).catch(() => undefined);
  const { program, script } = await evaluate(directory, name, cache);
  if (cache) {
    if (script.cachedDataRejected) throw new Error("V8 does not take its own code cache");
    return;
  }
  // Twice, as what two requests meet of each other differs from one run to the next: the same tree gives the same cache.
  const wrong = [...await runAll(program, name), ...await runAll(program, name)];
  if (wrong.length > 0) throw new Error(`Commands did not end as they should: ${wrong.join("; ")}`);
  Deno.writeFileSync(file, script.createCachedData());
}
