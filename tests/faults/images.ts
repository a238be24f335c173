/**
 * Images whose files the daemon has lost.
 *
 * @module
 */
import { ask, type Site } from "./site.ts";

/** Way in which the files are broken. */
export type BreaksImage = "remove" | "truncate";

/** Breaks the files of the bed's images, and returns a function that restores them. */
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
