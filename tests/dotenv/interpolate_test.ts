import { assertEquals } from "@std/assert";
import { interpolate } from "../../lib/dotenv/interpolate.ts";

const VALUES: Readonly<Record<string, string>> = { A: "1", EMPTY: "", NAME: "x y", RAW: "$A ${A}" };
const lookup = (name: string) => VALUES[name];

const BRACED: readonly (readonly [text: string, result: string])[] = [
  ["${A}", "1"],
  ["a${A}b${NAME}c", "a1bx yc"],
  ["$A $1 $( $x ${A}", "$A $1 $( $x 1"],
  ["$$", "$"],
  ["$${A}", "${A}"],
  ["$$$${A}", "$${A}"],
  ["${RAW}", "$A ${A}"],
  ["${NO:-}", ""],
  ['${NO:-{"a": {}}}', '{"a": {}}'],
  ["${EMPTY:-${NO:-${A}}}", "1"],
  ["${NO:-a:-b}", "a:-b"],
  ["${NO-x?y}", "x?y"],
  ["${A:+is $$ set}", "is $ set"],
  ["[${EMPTY}]", "[]"],
];

for (const [text, result] of BRACED) {
  Deno.test(`interpolate: ${text} gives ${JSON.stringify(result)}`, () => {
    assertEquals(interpolate(text, lookup, "braced").text, result);
    assertEquals(interpolate(text, lookup, "braced").problems, []);
  });
}

Deno.test("interpolate: names without braces are listed, so that a warning can tell of them", () => {
  assertEquals(interpolate("$A ${A} $NO", lookup, "braced").bare, ["A", "NO"]);
  assertEquals(interpolate("$A", lookup).bare, []);
});

Deno.test("interpolate: the names that were asked for are listed, also in defaults", () => {
  assertEquals(interpolate("${A} ${NO:-${NAME}} ${A:-${EMPTY}}", lookup).used, ["A", "NO", "NAME", "A"]);
});

Deno.test("interpolate: problems name what has no value, and show no text of the file", () => {
  assertEquals(interpolate("${NO} ${NO2:?why}", lookup).problems, [
    '"NO" has no value: set it in .env or "environment", or write ${NO:-DEFAULT}',
    '"NO2" has no value: why',
  ]);
  for (const text of ["${secret word}", "${-x}", "${A!x}", "x ${secret"]) {
    const { problems } = interpolate(text, lookup);
    assertEquals(problems.length, 1, text);
    assertEquals(problems[0]!.includes("secret"), false);
  }
});

Deno.test("interpolate: defaults that are nested without end are a problem and no crash", () => {
  const text = `${"${NO:-".repeat(100)}x${"}".repeat(100)}`;
  assertEquals(interpolate(text, lookup).problems, ["Defaults are nested more than 50 times"]);
});
