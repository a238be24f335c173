import { assertEquals, assertThrows } from "@std/assert";
import { removeKey, setKey } from "../../../lib/config/yaml/edit.ts";
import { ConfigError } from "../../../lib/base/errors.ts";

const TEXT = "# mine\nb: 1 # one\n\n# about a\na: 'x # y'\nlong: |\n  two\n  lines\n\n# end\n";

const SETS: readonly (readonly [string, string, string, string])[] = [
  ["", "a", "b", "a: b\n"],
  ["# only a comment", "a", "b", "# only a comment\na: b\n"],
  [TEXT, "b", "2", TEXT.replace("b: 1", "b: '2'")],
  [TEXT, "a", "z", TEXT.replace("'x # y'", "z")],
  [TEXT, "long", "short", TEXT.replace("|\n  two\n  lines", "short")],
  [TEXT, "new", "3.20", `${TEXT}new: '3.20'\n`],
  [TEXT, "b", "yes", TEXT.replace("b: 1", "b: 'yes'")],
  [TEXT, "b", "m\nn\n", TEXT.replace("b: 1 # one", "b: |\n  m\n  n")],
  ['a: "x # y" # c\n', "a", "z", "a: z # c\n"],
  ["a: 1\na: 2\n", "a", "3", "a: '3'\n"],
  ["{a: 1, b: 2}\n", "a", "3", "a: '3'\nb: '2'\n"],
  ["a: 1\r\nb: 2\r\n", "b", "x", "a: 1\r\nb: x\n"],
  ["a: 1", "b", "", "a: 1\nb: ''\n"],
];

for (const [text, key, value, expected] of SETS) {
  Deno.test(`setKey() sets ${key} to ${JSON.stringify(value)} in ${JSON.stringify(text.slice(0, 30))}`, () => {
    assertEquals(setKey("p.yaml", text, key, value), expected);
  });
}

const REMOVES: readonly (readonly [string, string, string])[] = [
  [TEXT, "b", TEXT.replace("b: 1 # one\n", "")],
  [TEXT, "long", TEXT.replace("long: |\n  two\n  lines\n", "")],
  [TEXT, "none", TEXT],
  ["a: 1\n", "a", ""],
  ["{a: 1, b: x}\n", "a", "b: x\n"],
];

for (const [text, key, expected] of REMOVES) {
  Deno.test(`removeKey() takes ${key} out of ${JSON.stringify(text.slice(0, 30))}`, () => {
    assertEquals(removeKey("p.yaml", text, key), expected);
  });
}

Deno.test("setKey() refuses a file that is not a map", () => {
  assertThrows(() => setKey("p.yaml", "- a\n", "b", "c"), ConfigError, "p.yaml:1:1: A map is expected here");
});
