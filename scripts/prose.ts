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
  for (const path of paths) {
    for await (const entry of walk(path, { exts: [".ts"], includeDirs: false })) {
      for (const { line, message } of proseFindings(entry.path, await Deno.readTextFile(entry.path))) {
        console.log(`${entry.path}:${line}: ${message}`);
        count++;
      }
    }
  }
  console.error(`${count} suspects`);
}

if (import.meta.main) {
  await main(Deno.args.length > 0 ? Deno.args : ["lib", "main.ts", "backends", "scripts"]);
}
