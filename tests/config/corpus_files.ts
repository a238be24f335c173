import { walk } from "@std/fs";
import { fromFileUrl, join, relative } from "@std/path";

/** Directory of the compatibility corpus. */
export const CORPUS: string = fromFileUrl(new URL("corpus", import.meta.url));

/** Reads the files of all cases, which are sorted by name; files are by their paths in the case's directory. */
export async function corpusFiles(): Promise<{ name: string; files: Record<string, string> }[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(CORPUS)) if (entry.isDirectory) names.push(entry.name);
  return await Promise.all(
    names.sort().map(async (name) => {
      const directory = join(CORPUS, name);
      const files: Record<string, string> = {};
      for await (const { path } of walk(directory, { includeDirs: false })) {
        files[relative(directory, path)] = await Deno.readTextFile(path);
      }
      return { name, files };
    }),
  );
}
