/**
 * Start of a binary that has code caches. Commands that run much of the program evaluate it as one script, from their
 * cache; others load its modules, as the script takes some milliseconds to read.
 *
 * @module
 */
import { evaluate, type Program, type Source, SOURCES } from "./evaluate.ts";

/** Runs the command line of the process; `modules` loads the program the other way. */
export async function start(directory: string, modules: () => Promise<Program>): Promise<number> {
  const [command = ""] = Deno.args;
  const { main, backend } = Object.hasOwn(SOURCES, command)
    ? await evaluated(directory, SOURCES[command]!)
    : await modules();
  return await main(backend, Deno.args);
}

async function evaluated(directory: string, { script, cache }: Source): Promise<Program> {
  return (await evaluate(directory, script, Deno.readFileSync(`${directory}/${cache}`))).program;
}
