/**
 * Names of a bundle's files. The bundler hashes the directories that it runs in into them; here they are numbered
 * in the order of imports from the main file on, so that the same tree gives the same files everywhere.
 *
 * @module
 */
import { join } from "@std/path";

const REFERENCE = /"\.\/([^"/]+\.js)"/g;

/** Gives files new names and each other's new names; those that the main one does not lead to are left out. */
export function renamed(files: ReadonlyMap<string, string>, main: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const visit = (file: string) => {
    if (names.has(file)) return;
    names.set(file, names.size === 0 ? main : `part${names.size}.js`);
    for (const [, name = ""] of files.get(file)!.matchAll(REFERENCE)) if (files.has(name)) visit(name);
  };
  visit(main);
  return new Map(
    [...names].map(([file, name]) => [
      name,
      files.get(file)!.replaceAll(
        REFERENCE,
        (text, other) => names.has(other) ? `"./${names.get(other)}"` : text,
      ),
    ]),
  );
}

/** Renames the files of a bundle in their directory. */
export async function settleNames(directory: string, main: string): Promise<void> {
  const files = new Map<string, string>();
  for await (const { name } of Deno.readDir(directory)) {
    if (name.endsWith(".js")) files.set(name, await Deno.readTextFile(join(directory, name)));
  }
  for (const name of files.keys()) await Deno.remove(join(directory, name));
  for (const [name, text] of renamed(files, main)) await Deno.writeTextFile(join(directory, name), text);
}
