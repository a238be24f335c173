/**
 * Start of a binary that has a code cache. Commands that run much of the program evaluate it as one script, from the
 * cache; others load its modules, as the script takes 10 ms to read.
 *
 * @module
 */
import { evaluate, FILES, type Program } from "./evaluate.ts";

/** Commands whose code takes longer to compile than the script to read. */
const LONG: ReadonlySet<string> = new Set(["launch", "rebuild", "configure", "up", "plan", "run"]);

/** Runs the command line of the process; `modules` loads the program the other way. */
export async function start(directory: string, modules: () => Promise<Program>): Promise<number> {
  const { main, backend } = LONG.has(Deno.args[0] ?? "")
    ? (await evaluate(directory, Deno.readFileSync(`${directory}/${FILES.cache}`))).program
    : await modules();
  return await main(backend, Deno.args);
}
