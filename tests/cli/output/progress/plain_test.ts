/** Tests of progress as lines. */
import { assertEquals } from "@std/assert";
import { CommandError, InterruptedError } from "../../../../lib/base/errors.ts";
import { type PlainOptions, PlainProgress } from "../../../../lib/cli/output/progress/plain.ts";
import type { RunEvent } from "../../../../lib/run/events.ts";
import type { Plan } from "../../../../lib/step/step.ts";
import { plan, step } from "../../../support/steps.ts";
import { done, noting, start, starting } from "./story.ts";

function written(plan: Plan, events: readonly RunEvent[], options: Partial<PlainOptions> = {}): string {
  const texts: string[] = [];
  let now = 0;
  const progress = new PlainProgress({ write: (text) => void texts.push(text), now: () => now }, plan, {
    verbose: false,
    summary: false,
    ...options,
  });
  for (const event of events) {
    progress.report(event);
    now += 700;
  }
  progress.end();
  return texts.join("");
}

const TWO: Plan = {
  first: [],
  each: [plan("a", step("1"), starting("a")), plan("b", step("1"), starting("b"))],
};
const ERROR = new CommandError('"make" failed with exit code 2', {
  argv: ["make"],
  code: 2,
  stderr: "no\nrule",
});

Deno.test("PlainProgress writes whole lines and nothing else", () => {
  const events = [start("a", "1"), start("b", "1"), done("a", "1", 1.25), done("b", "1", 0.04)];
  assertEquals(written(TWO, events), "a: 1 (1.3 s)\nb: 1 (0.0 s)\n");
});

Deno.test("PlainProgress says at once why one of several instances failed, with the last lines of the program", () => {
  const events: readonly RunEvent[] = [
    start("a", "1"),
    { kind: "failed", instance: "a", step: step("1"), error: ERROR },
    start("b", "1"),
  ];
  assertEquals(
    written(TWO, events),
    'a: 1 FAILED\na:   "make" failed with exit code 2\na:   | no\na:   | rule\n',
  );
  // The error of one instance follows right away.
  assertEquals(written({ first: [], each: [TWO.each[0]!] }, events), "a: 1 FAILED\n");
});

Deno.test("PlainProgress says interrupted where a signal ended a step", () => {
  const error = new InterruptedError("Interrupted");
  assertEquals(
    written(TWO, [{ kind: "failed", instance: "a", step: step("1"), error }]),
    "a: 1 interrupted\n",
  );
});

Deno.test("PlainProgress ends with the result of each instance, where that is wanted", () => {
  const events: readonly RunEvent[] = [
    start("a", starting("a")),
    { kind: "address", instance: "a", address: "10.81.1.7" },
    done("a", "1"),
    done("a", starting("a")),
    start("b", "1"),
    { kind: "failed", instance: "b", step: step("1"), error: ERROR },
  ];
  assertEquals(
    written(TWO, events, { summary: true }).split("\n").slice(-3),
    ["a: running, 10.81.1.7, 2.1 s", "b: failed, 0.7 s", ""],
  );
});

Deno.test("PlainProgress shows notes of lxops to itself with -v only", () => {
  const events = [start("a", noting("a")), done("a", noting("a"), 0.01)];
  assertEquals(written(TWO, events), "");
  assertEquals(written(TWO, events, { verbose: true }), "a: Record what was applied to instance a (0.0 s)\n");
});

Deno.test("PlainProgress begins each line with the time, where that is wanted", () => {
  const events: readonly RunEvent[] = [done("a", "1"), {
    kind: "failed",
    instance: "b",
    step: step("1"),
    error: ERROR,
  }];
  const lines = written(TWO, events, { stamp: () => "14:33:53 " }).trimEnd().split("\n");
  assertEquals(lines.filter((line) => !line.startsWith("14:33:53 ")), []);
});
