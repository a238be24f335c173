/**
 * Evaluation of a whole program that is one script, with V8's code cache.
 *
 * @module
 */
import type { Buffer } from "node:buffer";
import type { Script } from "node:vm";
import type { main } from "../../../main.ts";
import type { Backend } from "../../../lib/ports/mod.ts";

/**
 * The scripts of a program, each with the commands that it has. V8 reads a script's whole code cache, so that a script
 * has as little as its commands need.
 */
export const SCRIPTS: Readonly<Record<string, readonly string[]>> = {
  long: ["launch", "rebuild", "configure", "up", "plan"],
  run: ["run", "pool"],
};

/** Returns the files of a script and of its code cache, beside the entry point of a binary. */
export function filesOf(script: string): { readonly text: string; readonly cache: string } {
  return { text: `${script}.js`, cache: `${script}.cache` };
}

/** A property of the class by which a binary evaluates scripts (`../script_class.ts`), which tells it from Deno's `WASI`. */
export const SHORT = "lxops";

/** Exports of the script of a program. */
export interface Program {
  readonly main: typeof main;
  readonly backend: Backend;
}

/** A program that was evaluated, with its script. */
export interface Evaluated {
  readonly program: Program;
  readonly script: Script;
}

/**
 * Evaluates a script of the program in a directory. Without a cache, and with one that another V8 or other flags made, V8 compiles
 * the script.
 */
export async function evaluate(directory: string, name: string, cache?: Uint8Array): Promise<Evaluated> {
  const Script = await scriptClass();
  const file = `${directory}/${filesOf(name).text}`;
  const script = new Script(Deno.readTextFileSync(file), {
    filename: `file://${file}`,
    ...(cache ? { cachedData: cache as Uint8Array & Buffer } : {}),
  });
  const module = { exports: {} as Program };
  script.runInThisContext()(module, module.exports, (name: string) => import(name));
  return { program: module.exports, script };
}

/** Returns the class of scripts: the short one of a binary, or that of `node:vm`. */
async function scriptClass(): Promise<typeof Script> {
  const { WASI } = await import("node:wasi");
  if (SHORT in WASI) return WASI as unknown as typeof Script;
  return (await import("node:vm")).Script;
}
