/** Tests tables: what aligns, what is folded, and what is cut. */
import { assertEquals } from "@std/assert";
import { renderTable } from "../../../lib/cli/output/table.ts";
import { widthOf } from "../../../lib/base/text/width.ts";

const HEAD = ["name", "state", "addresses"];
const ROWS = [
  ["web", "Running", "10.0.0.2 10.0.0.3 fd42::216:3eff:fe12:3456"],
  ["\u6771\u4eac", "Stopped", ""],
  ["cafe\u0301", "Running", "10.0.0.4"],
];

Deno.test("a table that goes to no terminal is as wide as it has to be, and has no blanks at the end", () => {
  assertEquals(
    renderTable(ROWS, { head: HEAD }),
    "NAME STATE   ADDRESSES\n" +
      "web  Running 10.0.0.2 10.0.0.3 fd42::216:3eff:fe12:3456\n" +
      "\u6771\u4eac Stopped\n" +
      "cafe\u0301 Running 10.0.0.4\n",
  );
});

Deno.test("a table without a heading and rows is empty, and one without rows is its heading", () => {
  assertEquals(renderTable([], {}), "");
  assertEquals(renderTable([], { head: ["key", "value"], width: 40 }), "KEY VALUE\n");
});

Deno.test("a table folds what is wider than the terminal, and loses nothing", () => {
  assertEquals(
    renderTable(ROWS, { head: HEAD, width: 40 }),
    "NAME STATE   ADDRESSES\n" +
      "web  Running 10.0.0.2 10.0.0.3\n" +
      "             fd42::216:3eff:fe12:3456\n" +
      "\u6771\u4eac Stopped\n" +
      "cafe\u0301 Running 10.0.0.4\n",
  );
});

Deno.test("a compact table has a line for each row, and cuts what is wider than the terminal", () => {
  assertEquals(
    renderTable(ROWS, { head: HEAD, width: 40, compact: true }),
    "NAME STATE   ADDRESSES\n" +
      "web  Running 10.0.0.2 10.0.0.3 fd42::...\n" +
      "\u6771\u4eac Stopped\n" +
      "cafe\u0301 Running 10.0.0.4\n",
  );
});

Deno.test("a table breaks words only where nothing else can be folded, and headings never", () => {
  const head = ["alias", "fingerprint", "description"];
  const rows = [["tiny", "0123456789ab", "a test image for tests"]];
  assertEquals(
    renderTable(rows, { head, width: 30 }),
    "ALIAS FINGERPRINT  DESCRIPTION\ntiny  0123456789ab a test\n                   image for\n" +
      "                   tests\n",
  );
  assertEquals(
    renderTable(rows, { head, width: 29 }),
    "ALIAS FINGERPRINT DESCRIPTION\ntiny  0123456789a a test\n      b           image for\n" +
      "                  tests\n",
  );
});

Deno.test("a table with too many columns for the terminal has its rows one below the other", () => {
  assertEquals(
    renderTable(ROWS.slice(0, 2), { head: HEAD, width: 18 }),
    "NAME      web\nSTATE     Running\nADDRESSES 10.0.0.2 10.0.0.3 fd42::216:3eff:fe12:3456\n\n" +
      "NAME      \u6771\u4eac\nSTATE     Stopped\nADDRESSES\n",
  );
});

Deno.test("no line of a table is wider than the terminal, from the width at which it has columns", () => {
  const rows = Array.from({ length: 20 }, (_, row) => [
    "x".repeat(row),
    "\ud55c\uad6d\uc5b4 ".repeat(row % 5),
    `/srv/${"data/".repeat(row)}`,
    `word ${"\ud83d\ude80".repeat(row)} word`,
  ]);
  for (let width = 40; width <= 300; width += 7) {
    for (const compact of [false, true]) {
      const lines = renderTable(rows, { head: ["a", "b", "c", "d"], width, compact }).split("\n");
      assertEquals(lines.filter((line) => widthOf(line) > width), [], `${width}`);
      if (compact) assertEquals(lines.length, rows.length + 2);
    }
  }
});
