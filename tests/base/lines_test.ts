import { assertEquals } from "@std/assert";
import { LineSplitter } from "../../lib/base/lines.ts";

function split(chunks: readonly (string | Uint8Array)[], limit?: number): readonly string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line), limit);
  for (const chunk of chunks) {
    splitter.push(typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk);
  }
  splitter.end();
  return lines;
}

Deno.test("LineSplitter joins lines over chunks, keeps empty ones and delivers a last one without its end", () => {
  assertEquals(split(["a", "b\n", "\nc\nd", "", "e"]), ["ab", "", "c", "de"]);
  assertEquals(split(["a\n"]), ["a"]);
  assertEquals(split([]), []);
  assertEquals(split(["\n"]), [""]);
});

Deno.test("LineSplitter takes the carriage return of an end of line away, and no other", () => {
  assertEquals(split(["a\r\nb\rc\r", "\nd\r"]), ["a", "b\rc", "d"]);
});

Deno.test("LineSplitter decodes a character whose bytes come apart", () => {
  const [first, ...rest] = new TextEncoder().encode("\u00e9\u20ac\n");
  assertEquals(split([new Uint8Array([first!]), new Uint8Array(rest)]), ["\u00e9\u20ac"]);
});

Deno.test("LineSplitter delivers bytes that are no text, marked as such", () => {
  assertEquals(split([new Uint8Array([0x61, 0xff, 0x62, 0x0a])]), ["a\ufffdb"]);
});

Deno.test("LineSplitter delivers a line beyond the limit in pieces, before its end", () => {
  assertEquals(split(["abcdefghij\nkl\n"], 4), ["abcd", "efgh", "ij", "kl"]);
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line), 4);
  splitter.push(new TextEncoder().encode("abcdefghij"));
  assertEquals(lines, ["abcd", "efgh"]);
});

Deno.test("LineSplitter loses nothing of a long line, wherever the chunks end", () => {
  const text = "x".repeat(1000) + "\n" + "y".repeat(64) + "\n";
  for (const size of [1, 3, 63, 64, 65, 999]) {
    const chunks = text.match(new RegExp(`[^]{1,${size}}`, "g"))!;
    assertEquals(split(chunks, 64).join(""), text.replaceAll("\n", ""));
  }
});
