/**
 * Images whose files the daemon has lost.
 *
 * @module
 */
import { ask, type Site } from "./site.ts";

/** What becomes of the files. */
export type BreaksImage = "remove" | "truncate";

/** Breaks the files of the images of the bed, and returns what puts them back. */
export async function broken(site: Site, how: BreaksImage): Promise<() => Promise<void>> {
  const files: string[] = [];
  for (const alias of ["tiny", "tiny2"]) {
    const { target } = await ask(site, "GET", `/1.0/images/aliases/${alias}`);
    files.push(site.socket.replace(/unix\.socket$/, `images/${target}`));
  }
  for (const file of files) {
    await Deno.rename(file, `${file}.whole`);
    if (how === "remove") continue;
    await Deno.copyFile(`${file}.whole`, file);
    await Deno.truncate(file, 100_000);
  }
  return async () => {
    for (const file of files) await Deno.rename(`${file}.whole`, file);
  };
}
