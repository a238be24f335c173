/**
 * Evaluation of a whole program that is one script, with V8's code cache.
 *
 * @module
 */
import type { Buffer } from "node:buffer";
import type { Script } from "node:vm";
import type { main } from "../../../main.ts";
import type { Backend } from "../../../lib/ports/mod.ts";

/** Files beside the entry point of a binary: the program as one script, and the code that V8 compiled of it. */
export const FILES = { script: "program.js", cache: "program.cache" } as const;

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
 * Evaluates the program in a directory. Without a cache, and with one that another V8 or other flags made, V8 compiles
 * the script.
 */
export async function evaluate(directory: string, cache?: Uint8Array): Promise<Evaluated> {
  const Script = await scriptClass();
  const file = `${directory}/${FILES.script}`;
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
