/**
 * Entry points of a program that has a code cache, and the script that the cache is of.
 *
 * @module
 */
import { basename, join, toFileUrl } from "@std/path";
import { DAEMONS } from "../../../backends/daemons.ts";

/** A program of the product, as far as its entry points need it. */
interface Program {
  readonly name: string;
  readonly entry: string;
  readonly permissions: keyof typeof DAEMONS;
}

/** The entry points of a program. Each has the file name of the program's own. */
export interface Entries {
  /** Starts the program. */
  readonly launcher: string;
  /** Warms a script up, and writes its cache to the file that the command line names, before the name of the script. */
  readonly warmUp: string;
  /** Exports the program, to be scripts. */
  readonly script: string;
}

/** Writes the entry points of a program into a directory. */
export async function entries(
  program: Program,
  { root, directory }: { readonly root: string; readonly directory: string },
): Promise<Entries> {
  const from = (path: string) => JSON.stringify(toFileUrl(join(root, path)).href);
  const [main, backend] = [from("main.ts"), from(program.entry)];
  const write = async (kind: string, text: string) => {
    const folder = join(directory, program.name, kind);
    await Deno.mkdir(folder, { recursive: true });
    const file = join(folder, basename(program.entry));
    await Deno.writeTextFile(file, text);
    return file;
  };
  return {
    launcher: await write(
      "launcher",
      `import { start } from ${from("scripts/build/code_cache/launcher.ts")};
Deno.exit(await start(import.meta.dirname!, async () => {
  const [{ main }, { backend }] = await Promise.all([import(${main}), import(${backend})]);
  return { main, backend };
}));
`,
    ),
    warmUp: await write(
      "warm-up",
      `import { warmUp } from ${from("scripts/build/code_cache/warm_up.ts")};
await warmUp(import.meta.dirname, ...Deno.args);
Deno.exit(0);
`,
    ),
    script: await write("script", `export { main } from ${main};\nexport { backend } from ${backend};\n`),
  };
}

/** Returns the table of commands with some of them only; the others are not bundled then. */
export function withCommands(table: string, commands: readonly string[]): string {
  const kept: string[] = [];
  const text = table.split("\n").filter((line) => {
    const name = line.match(/^ +\["([^"]+)", async/)?.[1];
    if (name !== undefined && commands.includes(name)) kept.push(name);
    return name === undefined || commands.includes(name);
  });
  if (kept.length !== commands.length) throw new Error(`The table of commands has only ${kept.join(", ")}`);
  return text.join("\n");
}

/** Returns the environment of a warm-up. */
export function warmUpEnvironment({ permissions }: Program): Record<string, string> {
  return { HOME: "/warm", [DAEMONS[permissions].env.socket]: "/warm/socket" };
}

/**
 * Returns the script of a program: a function of a module, its exports, and a function that imports modules of node,
 * which a script cannot do by itself. It is strict, as modules are.
 */
export function checkedScript(bundled: string): string {
  const body = bundled.replaceAll(/\bimport\("(node:[a-z_/]+)"\)/g, (_, name) => `__import("${name}")`);
  if (/\bimport\s*\(/.test(body)) throw new Error("The script imports more than modules of node");
  return `(function(module,exports,__import){"use strict";${body}\n})`;
}
