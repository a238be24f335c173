/**
 * Start of a binary that has code caches. Commands that run much of the program evaluate it as one script, from their
 * cache; others load its modules, as the script takes some milliseconds to read.
 *
 * @module
 */
import { evaluate, filesOf, type Program, SCRIPTS } from "./evaluate.ts";

/** Runs the command line of the process; `modules` loads the program the other way. */
export async function start(directory: string, modules: () => Promise<Program>): Promise<number> {
  const [command = ""] = Deno.args;
  const script = Object.keys(SCRIPTS).find((one) => SCRIPTS[one]!.includes(command));
  const { main, backend } = script === undefined ? await modules() : await evaluated(directory, script);
  return await main(backend, Deno.args);
}

async function evaluated(directory: string, script: string): Promise<Program> {
  return (await evaluate(directory, script, Deno.readFileSync(`${directory}/${filesOf(script).cache}`)))
    .program;
}
