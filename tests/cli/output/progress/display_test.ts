/** Tests of the choice of a form of progress, and of the amounts that it shows. */
import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../../lib/base/errors.ts";
import { amountTexts, counted, durationText } from "../../../../lib/cli/output/progress/amount.ts";
import { displayOf, modeFor } from "../../../../lib/cli/output/progress/display.ts";

const TERMINAL = { isTerminal: true, term: "xterm-256color" };
const PIPE = { isTerminal: false, term: "xterm-256color" };

const CASES: readonly [
  string,
  Readonly<Record<string, unknown>>,
  typeof PIPE | { isTerminal: true; term: undefined },
  string,
][] = [
  ["a terminal", {}, TERMINAL, "tty"],
  ["a pipe", {}, PIPE, "plain"],
  ["TERM=dumb", {}, { ...TERMINAL, term: "dumb" }, "plain"],
  ["no TERM", {}, { isTerminal: true, term: undefined }, "plain"],
  ["--json in a pipe", { json: true }, PIPE, "json"],
  ["--json on a terminal", { json: true }, TERMINAL, "tty"],
  ["--json --progress plain", { json: true, progress: "plain" }, PIPE, "plain"],
  ["--progress json on a terminal", { progress: "json" }, TERMINAL, "json"],
  ["--progress tty in a pipe", { progress: "tty" }, PIPE, "plain"],
  ["--quiet", { quiet: true, progress: "tty" }, TERMINAL, "quiet"],
];

for (const [what, values, stream, mode] of CASES) {
  Deno.test(`modeFor() gives ${what} the form "${mode}"`, () => {
    assertEquals(modeFor(displayOf(values), stream), mode);
  });
}

Deno.test("displayOf() refuses a form that there is not", () => {
  assertThrows(() => displayOf({ progress: "fancy" }), UsageError, '"fancy"');
});

Deno.test("amountTexts() tells rate and time left of the last seconds only, and after a moment", () => {
  const MIB = 1 << 20;
  let flow = counted(undefined, { bytes: 0, total: 300 * MIB }, 0);
  flow = counted(flow, { bytes: MIB, total: 300 * MIB }, 100);
  assertEquals(amountTexts(flow, 100)[0], "1.0MiB of 300.0MiB");
  // A fast begin, out of a cache.
  flow = counted(flow, { bytes: 100 * MIB, total: 300 * MIB }, 1000);
  for (let second = 2; second <= 12; second++) {
    flow = counted(flow, { bytes: (100 + 10 * second) * MIB, total: 300 * MIB }, second * 1000);
  }
  assertEquals(amountTexts(flow, 12_000), [
    "220.0MiB of 300.0MiB, 10.0MiB/s, 8 s left",
    "220.0MiB of 300.0MiB, 8 s left",
    "73%, 10.0MiB/s, 8 s left",
    "73%, 8 s left",
    "73%",
  ]);
});

Deno.test("amountTexts() begins again where a copy does, and shows no end where the total is not known", () => {
  let flow = counted(undefined, { bytes: 5000 }, 0);
  flow = counted(flow, { bytes: 1000 }, 1000);
  assertEquals(amountTexts(flow, 1000)[0], "1000B");
  flow = counted(flow, { bytes: 3000 }, 2000);
  assertEquals(amountTexts(flow, 2000)[0], "2.9KiB, 2.0KiB/s");
});

Deno.test("durationText() rounds up, and has two units at most", () => {
  assertEquals([0.2, 59, 60, 125, 3600, 7300].map(durationText), [
    "1 s",
    "59 s",
    "1 min 0 s",
    "2 min 5 s",
    "1 h 0 min",
    "2 h 1 min",
  ]);
});
