import { assert, assertEquals } from "@std/assert";
import { ProgressReport, renderEvent, statusLine } from "../../../lib/cli/output/report.ts";
import type { RunEvent } from "../../../lib/run/events.ts";
import { step } from "../../support/steps.ts";

const QUIET = { verbose: false };
const ERASE = "\r\x1b[K";

function start(instance: string, title: string): RunEvent {
  return { kind: "start", instance, step: step(title) };
}

function done(instance: string, title: string): RunEvent {
  return { kind: "done", instance, step: step(title), seconds: 1.25 };
}

/** The screen of a terminal after some text; it understands only `\r` and `ESC [ K`. */
function screenOf(text: string): string[] {
  const lines = [""];
  // deno-lint-ignore no-control-regex
  for (const [part] of text.matchAll(/\r\x1b\[K|\n|[^\r\x1b\n]+|[^]/g)) {
    if (part === "\n") lines.push("");
    else if (part === ERASE) lines[lines.length - 1] = "";
    else {
      assert(part !== "\r" && part !== "\x1b", `the terminal does not understand ${JSON.stringify(part)}`);
      lines[lines.length - 1] += part;
    }
  }
  return lines;
}

function reported(
  events: readonly RunEvent[],
  options: { isTerminal: boolean; width?: number; verbose?: boolean },
) {
  const written: string[] = [];
  const report = new ProgressReport({
    write: (text) => void written.push(text),
    isTerminal: options.isTerminal,
    width: () => options.width ?? 80,
  });
  const screens = events.map((event) => {
    report.report(event, { verbose: options.verbose ?? false });
    return screenOf(written.join(""));
  });
  report.close();
  return { screens, last: screenOf(written.join("")), text: written.join("") };
}

const LINES: readonly [RunEvent, string | undefined][] = [
  [start("a", "Start"), undefined],
  [done("a", "Start"), "a: Start (1.3 s)"],
  [done("", "Create"), "Create (1.3 s)"],
  [{ kind: "item", instance: "a", title: "Install" }, undefined],
  [{ kind: "item-done", instance: "a", title: "Install", seconds: 7, skipped: false }, "a:   Install (7 s)"],
  [{ kind: "item-done", instance: "a", title: "Install", skipped: true }, "a:   Install (was done before)"],
  [{ kind: "note", instance: "a", text: "mind" }, "a: note: mind"],
  [{ kind: "progress", instance: "a", text: "42%" }, undefined],
  [{ kind: "failed", instance: "a", step: step("Start"), error: new Error("no") }, "a: Start FAILED"],
  [{ kind: "undo", instance: "a", title: "Start" }, "a: taken back: Start"],
  [
    { kind: "undo", instance: "a", title: "Start", error: new Error("no") },
    "a: could not take back: Start: no",
  ],
  [{ kind: "output", instance: "a", line: "hello", stream: "stdout" }, undefined],
];

for (const [event, expected] of LINES) {
  const what = `${event.kind}${event.kind === "undo" && event.error ? " that failed" : ""}`;
  Deno.test(`renderEvent() makes a line, or none, of ${what} of "${event.instance}": ${expected}`, () => {
    assertEquals(renderEvent(event, QUIET), expected);
  });
}

Deno.test("renderEvent() shows what programs print where it is asked for", () => {
  const event: RunEvent = { kind: "output", instance: "a", line: "hello", stream: "stderr" };
  assertEquals(renderEvent(event, { verbose: true }), "a:   | hello");
});

Deno.test("renderEvent() disarms what comes from instances and files", () => {
  const evil = "\x1b[31m\r";
  const events: readonly RunEvent[] = [
    done("a", evil),
    { kind: "item-done", instance: "a", title: evil, skipped: true },
    { kind: "note", instance: "a", text: evil },
    { kind: "failed", instance: "a", step: step(evil), error: new Error(evil) },
    { kind: "undo", instance: "a", title: evil, error: new Error(evil) },
    { kind: "output", instance: "a", line: evil, stream: "stdout" },
  ];
  for (const event of events) {
    const line = renderEvent(event, { verbose: true })!;
    assert(line.includes("\\x1b[31m\\x0d") && !line.includes("\x1b") && !line.includes("\r"), line);
  }
});

Deno.test("ProgressReport writes whole lines and nothing else into a pipe", () => {
  const events = [
    start("a", "1"),
    start("b", "1"),
    done("a", "1"),
    start("a", "2"),
    done("b", "1"),
    done("a", "2"),
  ];
  assertEquals(
    reported(events, { isTerminal: false }).text,
    "a: 1 (1.3 s)\nb: 1 (1.3 s)\na: 2 (1.3 s)\n",
  );
});

Deno.test("ProgressReport shows on a terminal what runs, below what was done, and takes it away", () => {
  const { screens, last } = reported([start("a", "1"), done("a", "1"), start("a", "2"), done("a", "2")], {
    isTerminal: true,
  });
  assertEquals(screens, [
    ["... a: 1"],
    ["a: 1 (1.3 s)", ""],
    ["a: 1 (1.3 s)", "... a: 2"],
    ["a: 1 (1.3 s)", "a: 2 (1.3 s)", ""],
  ]);
  assertEquals(last, ["a: 1 (1.3 s)", "a: 2 (1.3 s)", ""]);
});

Deno.test("ProgressReport shows several instances side by side, and lines of one while the others go on", () => {
  const { screens } = reported([
    start("a", "1"),
    start("b", "1"),
    { kind: "item", instance: "b", title: "Install" },
    { kind: "progress", instance: "a", text: "42%" },
    { kind: "output", instance: "b", line: "unpacking", stream: "stdout" },
    { kind: "failed", instance: "a", step: step("1"), error: new Error("no") },
    { kind: "item-done", instance: "b", title: "Install", seconds: 1, skipped: false },
  ], { isTerminal: true, verbose: true });
  assertEquals(screens.map((lines) => lines.join("|")), [
    "... a: 1",
    "... a: 1; b: 1",
    "... a: 1; b: Install",
    "... a: 42%; b: Install",
    "b:   | unpacking|... a: 42%; b: Install",
    "b:   | unpacking|a: 1 FAILED|... b: Install",
    "b:   | unpacking|a: 1 FAILED|b:   Install (1 s)|... b: Install",
  ]);
});

Deno.test("ProgressReport takes the status line away when it is closed in the middle", () => {
  const { last } = reported([start("a", "1")], { isTerminal: true });
  assertEquals(last, [""]);
});

Deno.test("ProgressReport erases only what it has shown", () => {
  const { text } = reported([done("a", "1"), done("b", "1")], { isTerminal: true });
  assertEquals(text, "a: 1 (1.3 s)\nb: 1 (1.3 s)\n");
});

Deno.test("ProgressReport writes nothing on a terminal where there is nothing to say", () => {
  const { text } = reported([{ kind: "output", instance: "a", line: "x", stream: "stdout" }], {
    isTerminal: true,
  });
  assertEquals(text, "");
});

Deno.test("statusLine() stays in its line, however much runs and however narrow the terminal is", () => {
  const titles = ["x".repeat(200), "\u65e5\u672c".repeat(50), "\u{1f600}".repeat(90), "short"];
  const running = new Map(titles.map((title, index) => [`i${index}`, title]));
  for (const count of [1, 2, 3, 4]) {
    for (let width = 1; width < 120; width++) {
      const line = statusLine(new Map([...running].slice(0, count)), width);
      const columns = [...line].reduce((sum, one) => sum + (one.codePointAt(0)! > 0x2e80 ? 2 : 1), 0);
      assert(columns < width || width === 1, `${columns} of ${width}: ${line}`);
      assert(line.isWellFormed());
    }
  }
});

Deno.test("statusLine() fills the line where it is cut, and the whole line where it fits", () => {
  assertEquals(statusLine(new Map([["a", "0123456789"]]), 18), "... a: 0123456789");
  assertEquals(statusLine(new Map([["a", "0123456789"]]), 17), "... a: 012345...");
});

Deno.test("statusLine() takes a terminal that does not know its width for a usual one", () => {
  assertEquals(statusLine(new Map([["a", "x".repeat(200)]]), 0).length, 79);
});

Deno.test("statusLine() disarms titles", () => {
  assertEquals(statusLine(new Map([["a", "\x1b[2J\n"]]), 80), "... a: \\x1b[2J\\x0a");
});
