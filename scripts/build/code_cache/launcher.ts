/**
 * Start of a binary that has a code cache. Commands that run much of the program evaluate it as one script, from the
 * cache; others load its modules, which takes less time than `node:vm` does.
 *
 * @module
 */
import { evaluate, FILES, type Program } from "./evaluate.ts";

/** Commands whose code takes longer to compile than `node:vm` to load. */
const LONG: ReadonlySet<string> = new Set(["launch", "rebuild", "configure", "up", "plan"]);

/** Runs the command line of the process; `modules` loads the program the other way. */
export async function start(directory: string, modules: () => Promise<Program>): Promise<number> {
  const { main, backend } = LONG.has(Deno.args[0] ?? "")
    ? (await evaluate(directory, Deno.readFileSync(`${directory}/${FILES.cache}`))).program
    : await modules();
  return await main(backend, Deno.args);
}
