/** Tests the columns that text takes on a terminal. */
import { assertEquals } from "@std/assert";
import { cutTo, foldTo, padTo, widthOf } from "../../../lib/base/text/width.ts";

const WIDTHS: readonly (readonly [text: string, width: number])[] = [
  ["", 0],
  ["web", 3],
  ["M\u00fcller", 6],
  ["e\u0301", 1],
  ["\u6771\u4eac", 4],
  ["\ud55c\uad6d", 4],
  ["\u1112\u1161\u11ab", 2],
  ["\uff37\uff25\uff22", 6],
  ["\uff76\uff77", 2],
  ["\ud83d\ude80", 2],
  ["\ud83d\udc4d\ud83c\udffd", 2],
  ["\ud83c\udde9\ud83c\uddea", 2],
  ["\u2764", 1],
  ["\u2764\ufe0f", 2],
  ["\u05e9\u05b8\u05dc\u05d5\u05b9\u05dd", 4],
  ["\u0939\u093f\u0928\u094d\u0926\u0940", 5],
  ["\u2190", 1],
  ["\ud842\udfb7", 2],
];

for (const [text, width] of WIDTHS) {
  Deno.test(`"${text}" takes ${width} columns`, () => {
    assertEquals(widthOf(text), width);
    assertEquals(widthOf(padTo(text, 9)), 9);
  });
}

Deno.test("text that is cut ends with dots and never inside a character", () => {
  assertEquals(cutTo("production", 10), "production");
  assertEquals(cutTo("production", 8), "produ...");
  assertEquals(cutTo("production", 2), "..");
  assertEquals(cutTo("\u6771\u4eac\u6771\u4eac", 6), "\u6771...");
  assertEquals(cutTo("\u6771\u4eac\u6771\u4eac", 7), "\u6771\u4eac...");
  assertEquals(cutTo("ee\u0301eeee", 5), "ee\u0301...");
});

Deno.test("text is folded between words, behind parts of paths, or anywhere, and nothing is lost", () => {
  assertEquals(foldTo("one two three", 8), ["one two", "three"]);
  assertEquals(foldTo("one two three", 7), ["one two", "three"]);
  assertEquals(foldTo("/etc/lxops/web.yaml", 11), ["/etc/lxops/", "web.yaml"]);
  assertEquals(foldTo("abcdefghij", 4), ["abcd", "efgh", "ij"]);
  assertEquals(foldTo("\u6771\u4eac\u6771", 3), ["\u6771", "\u4eac", "\u6771"]);
  assertEquals(foldTo("", 4), [""]);
});
