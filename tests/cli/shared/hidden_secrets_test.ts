/** Tests of the parts of secrets that lxops hides in its output. */
import { assert, assertEquals } from "@std/assert";
import { Hidden } from "../../../lib/cli/output/hidden.ts";
import { shownNowhere } from "../../../lib/cli/shared/lifecycle/provisions.ts";

function masked(secret: string, output: string): string {
  const hidden = new Hidden();
  hidden.add(shownNowhere({ content: new TextEncoder().encode(secret) }));
  return hidden.mask(output);
}

Deno.test("a short secret is hidden as a word, and one of a letter or two is not", () => {
  assertEquals(masked("hunter2", "password=hunter2, hunter22"), "password=***, hunter22");
  assertEquals(masked("abc\n", "abc abcd"), "*** abcd");
  assertEquals(masked("ab", "ab"), "ab");
});

Deno.test("the lines of a longer secret are hidden, apart from short ones that are in every text", () => {
  assertEquals(masked("{\n  key: long-enough\n}\n", "{ key: long-enough }"), "{ key: long-enough }");
  assertEquals(masked("{\nkey: long-enough\n}\n", "{ key: long-enough }"), "{ *** }");
});

Deno.test("a large secret is hidden, whether in one line or in many", () => {
  const line = Array.from({ length: 100_000 }, (_, at) => String.fromCharCode(97 + (at * at + at) % 26)).join(
    "",
  );
  assert(!masked(line, `it is ${line}.`).match(/[a-z]{10}/));
  const lines = Array.from({ length: 900 }, (_, at) => `line ${at} of a secret of more than 16 KiB`);
  assert(!masked(lines.join("\n"), lines.join("\n")).includes("secret"));
  assertEquals(masked("x".repeat(2 ** 20), "nothing of it"), "nothing of it");
});
