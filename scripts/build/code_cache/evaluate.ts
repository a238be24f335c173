/**
 * Evaluation of a whole program that is one script, with V8's code cache.
 *
 * @module
 */
import type { Buffer } from "node:buffer";
import type { Script } from "node:vm";
import type { main } from "../../../main.ts";
import type { Backend } from "../../../lib/ports/mod.ts";

/** What a command is evaluated from: files beside the entry point of a binary. */
export interface Source {
  /** The script: the program without the commands that have another one, or none. */
  readonly script: string;
  /** The code that V8 compiled of the script for this command and others with the same cache; V8 reads all of it. */
  readonly cache: string;
}

/** The commands that are evaluated from a script. */
export const SOURCES: Readonly<Record<string, Source>> = {
  launch: { script: "long.js", cache: "launch.cache" },
  rebuild: { script: "long.js", cache: "rebuild.cache" },
  configure: { script: "long.js", cache: "long.cache" },
  up: { script: "long.js", cache: "long.cache" },
  plan: { script: "long.js", cache: "long.cache" },
  run: { script: "run.js", cache: "run.cache" },
};

/** The commands of each script. */
export const SCRIPTS: ReadonlyMap<string, readonly string[]> = grouped("script");

/** The commands of each code cache. */
export const CACHES: ReadonlyMap<string, readonly string[]> = grouped("cache");

function grouped(by: keyof Source): ReadonlyMap<string, readonly string[]> {
  return Map.groupBy(Object.keys(SOURCES), (command) => SOURCES[command]![by]);
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
  const file = `${directory}/${name}`;
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
