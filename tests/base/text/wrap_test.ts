import { assertEquals } from "@std/assert";
import { refill, wrapLong } from "../../../lib/base/wrap.ts";

Deno.test("wrapLong() wraps the last column of a line, and leaves commands and what fits", () => {
  const text = [
    "  10   It differs from the configuration",
    "  3. properties of the configuration, of the file",
    "  lxops copy-filesystems --to-host backup a.yaml",
    "a text that is longer than the terminal",
    "short",
  ].join("\n");
  assertEquals(
    wrapLong(text, 30),
    [
      "  10   It differs from the",
      "       configuration",
      "  3. properties of the",
      "     configuration, of the",
      "     file",
      "  lxops copy-filesystems --to-host backup a.yaml",
      "a text that is longer than the",
      "terminal",
      "short",
    ].join("\n"),
  );
  assertEquals(wrapLong(text, 100), text);
});

Deno.test("wrapLong() leaves a line whose last column would have no room", () => {
  const line = "  a first column that is wide   and a last one";
  assertEquals(wrapLong(line, 40), line);
});

Deno.test("refill() joins the lines of a paragraph, and keeps those with columns", () => {
  assertEquals(
    refill("one\ntwo\n\n  a  the first of some words\n  b  second", 20),
    "one two\n\n  a  the first of\n     some words\n  b  second",
  );
});
