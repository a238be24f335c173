/**
 * Lists comments that need plainer words, as `file:line: prose: message`, for files and folders.
 *
 *     deno task prose [PATH...]
 *
 * @module
 */
import { walk } from "@std/fs";
import { proseFindings } from "./lint/prose.ts";

async function main(paths: readonly string[]): Promise<void> {
  let count = 0;
  for (const path of (await Promise.all(paths.map(modulesBelow))).flat()) {
    for (const { line, message } of proseFindings(path, await Deno.readTextFile(path))) {
      console.log(`${path}:${line}: ${message}`);
      count++;
    }
  }
  console.error(`${count} suspects`);
}

async function modulesBelow(path: string): Promise<readonly string[]> {
  if ((await Deno.stat(path)).isFile) return [path];
  const entries = await Array.fromAsync(walk(path, { exts: [".ts"], includeDirs: false }));
  return entries.map((entry) => entry.path);
}

if (import.meta.main) {
  await main(Deno.args.length > 0 ? Deno.args : ["lib", "main.ts", "backends", "scripts"]);
}
