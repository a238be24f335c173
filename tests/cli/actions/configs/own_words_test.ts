import { assertEquals } from "@std/assert";
import { ownWords } from "../../../../lib/cli/actions/configs/own_words.ts";
import { Hidden } from "../../../../lib/cli/output/hidden.ts";

/** Returns a text in which these values of a `.env` file are hidden. */
function shown(text: string, values: readonly string[]): string {
  const hidden = new Hidden();
  hidden.add(values);
  hidden.show(ownWords(["lxops", "./shop/compose.yaml", "postgres:16", "db"]));
  return hidden.mask(text);
}

const TEXT =
  "Look through the files in ./shop, then launch it:\n  lxops up ./shop # postgres:16, root-db, s3cr3t-word";

Deno.test("values of .env files that are words of lxops, or names of the source, stay in its own text", () => {
  for (const value of ["files", "launch", "lxops", "postgres", "postgres:16", "shop", "directory"]) {
    assertEquals(shown(TEXT, [value]), TEXT, value);
  }
});

Deno.test("other values are hidden in it, also those that have such a word in them", () => {
  assertEquals(shown(TEXT, ["s3cr3t-word"]), TEXT.replace("s3cr3t-word", "***"));
  assertEquals(shown(TEXT, ["root-db"]), TEXT.replace("root-db", "***"));
  assertEquals(shown(TEXT, ["launch it"]), TEXT.replace("launch it", "***"));
});
