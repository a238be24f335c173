/** Tests of progress as a stream of JSON. */
import { assert, assertEquals } from "@std/assert";
import { CommandError } from "../../../../lib/base/errors.ts";
import { JsonProgress } from "../../../../lib/cli/output/progress/json.ts";
import type { RunEvent } from "../../../../lib/run/events.ts";
import { plan, step } from "../../../support/steps.ts";
import { done, noting, start, starting } from "./story.ts";

const TIME = "2026-11-30T14:33:53.000Z";

function objects(events: readonly RunEvent[]): readonly Record<string, unknown>[] {
  const texts: string[] = [];
  let now = 0;
  const stream = {
    write: (text: string) => void texts.push(text),
    now: () => now,
    date: () => new Date(TIME),
  };
  const each = [plan("a", step("1"), starting("a"), noting("a")), plan("b", step("1")), plan("c", step("1"))];
  const progress = new JsonProgress(stream, { first: [], each });
  for (const event of events) {
    progress.report(event);
    now += 500;
  }
  progress.end();
  const text = texts.join("");
  assert(text === "" || text.endsWith("\n"));
  return text.split("\n").slice(0, -1).map((line) => JSON.parse(line));
}

Deno.test("JsonProgress writes an object for each event, with the time, and the result of each instance", () => {
  const bytes = new TextEncoder().encode("one\ntwo");
  const error = new CommandError("failed", {
    argv: ["x"],
    code: 2,
    stderr: "no\nrule",
    advice: ["Try again"],
  });
  const found = objects([
    start("a", "1"),
    { kind: "progress", instance: "a", text: "1 MiB", amount: { bytes: 1048576, total: 2097152 } },
    done("a", "1", 0.25),
    start("a", starting("a")),
    { kind: "item", instance: "a", title: "Run x" },
    { kind: "bytes", instance: "a", bytes, stream: "stdout" },
    { kind: "item-done", instance: "a", title: "Run x", seconds: 1, skipped: false },
    { kind: "address", instance: "a", address: "10.81.1.7" },
    done("a", starting("a"), 0.5),
    done("a", noting("a"), 0.01),
    start("b", "1"),
    { kind: "failed", instance: "b", step: step("1"), error },
  ]);
  assertEquals(found.filter(({ time }) => time !== TIME), []);
  assertEquals(found.map(({ time: _, ...rest }) => rest), [
    { event: "begin", version: 1, instances: ["a", "b", "c"] },
    { event: "step", instance: "a", title: "1" },
    { event: "progress", instance: "a", text: "1 MiB", bytes: 1048576, total: 2097152 },
    { event: "step-done", instance: "a", title: "1", seconds: 0.25 },
    { event: "step", instance: "a", title: "Start instance a" },
    { event: "item", instance: "a", title: "Run x" },
    { event: "output", instance: "a", stream: "stdout", text: "one" },
    { event: "output", instance: "a", stream: "stdout", text: "two" },
    { event: "item-done", instance: "a", title: "Run x", seconds: 1, skipped: false },
    { event: "address", instance: "a", address: "10.81.1.7" },
    { event: "step-done", instance: "a", title: "Start instance a", seconds: 0.5 },
    {
      event: "step-done",
      instance: "a",
      title: "Record what was applied to instance a",
      seconds: 0.01,
      bookkeeping: true,
    },
    { event: "step", instance: "b", title: "1" },
    {
      event: "step-failed",
      instance: "b",
      title: "1",
      error: "failed",
      interrupted: false,
      output: ["no", "rule"],
      advice: ["Try again"],
    },
    {
      event: "end",
      seconds: 6,
      instances: [
        { instance: "a", result: "running", seconds: 4.5, address: "10.81.1.7" },
        { instance: "b", result: "failed", seconds: 0.5 },
        { instance: "c", result: "not begun" },
      ],
    },
  ]);
});

Deno.test("JsonProgress writes nothing where nothing happens, as in a dry run", () => {
  assertEquals(objects([]), []);
});
