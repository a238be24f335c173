import { assert, assertEquals } from "@std/assert";
import { renderEvent } from "../../../lib/cli/output/report.ts";
import type { RunEvent } from "../../../lib/run/events.ts";
import { step } from "../../support/steps.ts";

const QUIET = { verbose: false };

function start(instance: string, title: string): RunEvent {
  return { kind: "start", instance, step: step(title) };
}

function done(instance: string, title: string): RunEvent {
  return { kind: "done", instance, step: step(title), seconds: 1.25 };
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
