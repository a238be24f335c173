/**
 * Writes the reference page and the man pages from the table of commands and the schemas.
 *
 *     deno task docs          dist/docs/reference.html and dist/docs/man
 *     deno task docs DIR      into another directory
 *
 * They are made from what they describe, each time, so that they cannot be out of date; nothing of them is committed.
 *
 * @module
 */
import { fromFileUrl, join } from "@std/path";
import config from "../deno.json" with { type: "json" };
import { readStamp } from "./build/stamp.ts";
import { referencePage } from "./docs/html.ts";
import { documentation } from "./docs/pages.ts";
import { manPages } from "./package/man.ts";

/** Writes all of it into a directory. */
export async function writeDocs(directory: string): Promise<void> {
  const root = fromFileUrl(new URL("..", import.meta.url));
  const release = await readStamp(config.version, Deno.env.get("SOURCE_DATE_EPOCH"), root);
  const pages = await documentation();
  await Deno.mkdir(join(directory, "man"), { recursive: true });
  await Deno.writeTextFile(join(directory, "reference.html"), referencePage(pages, release));
  for (const [name, text] of manPages(pages, release)) {
    await Deno.writeTextFile(join(directory, "man", name), text);
  }
}

if (import.meta.main) {
  const [directory = "dist/docs", ...more] = Deno.args;
  if (more.length > 0 || directory.startsWith("-")) {
    console.error("Usage: deno task docs [DIR]");
    Deno.exit(2);
  }
  await writeDocs(directory);
  console.log(`${directory}/reference.html`);
}
