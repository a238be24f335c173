/** Tests of what a terminal shows, frame by frame. */
import { assert, assertEquals } from "@std/assert";
import { widthOf } from "../../../../lib/base/text/width.ts";
import { colored, plain } from "../../../../lib/cli/output/progress/colors.ts";
import { frameOf } from "../../../../lib/cli/output/progress/frame.ts";
import { advance, beginning } from "../../../../lib/cli/output/progress/state.ts";
import { plan, step } from "../../../support/steps.ts";
import { STORIES } from "./stories.ts";
import { done, start, starting, told } from "./story.ts";

const WIDTHS = [40, 60, 80, 200] as const;

for (const [name, story] of Object.entries(STORIES)) {
  for (const columns of WIDTHS) {
    Deno.test(`the frames of "${name}" on ${columns} columns are those of its golden file`, async () => {
      const { screens, last } = told(story, { columns });
      // Of each screen, what differs from the one before.
      const frames = [...screens, last].map((lines, index, all) => {
        const before = all[index - 1] ?? [];
        const same = lines.findIndex((line, at) => line !== before[at]);
        return same < 0 ? lines.slice(before.length) : lines.slice(same);
      });
      const text = frames.map((lines) => `${["-".repeat(10), ...lines].join("\n")}\n`).join("");
      const file = new URL(`frames/${name}_${columns}.txt`, import.meta.url);
      if (Deno.env.get("UPDATE_GOLDEN")) await Deno.writeTextFile(file, text);
      assertEquals(text, await Deno.readTextFile(file));
    });
  }

  Deno.test(`"${name}" has no line that is wider than the terminal, with 20 to 300 columns, also in color`, () => {
    for (let columns = 20; columns <= 300; columns += 7) {
      const { text } = told(story, { columns, paint: colored });
      // deno-lint-ignore no-control-regex
      const lines = text.replaceAll(/\x1b\[[0-9;]*[A-Za-z]/g, "").split(/[\r\n]+/);
      if (name !== "resized") {
        assertEquals(lines.filter((line) => widthOf(line) >= columns), [], `${columns}`);
      }
    }
  });

  Deno.test(`"${name}" ends with nothing drawn, and the cursor at the begin of a line`, () => {
    const { last, isAtBegin } = told(story);
    assert(isAtBegin);
    assertEquals(last.filter((line) => /^[|/\\-] /.test(line)), []);
  });
}

Deno.test("LiveProgress leaves a line of a low terminal, and counts what it does not show", () => {
  const names = Array.from({ length: 20 }, (_, index) => `i${index}`);
  const each = [...names, "later"].map((name) => plan(name, step("1"), step("2")));
  const moments = names.map((name) => [0, start(name, "1")] as const);
  const { screens } = told({ plan: { first: [], each }, moments }, { rows: 10 });
  const lines = screens.at(-1)!;
  assertEquals(lines.length, 8);
  assertEquals(lines.at(-1), "  ... 13 more running, 1 waiting");
});

Deno.test("LiveProgress writes nothing where nothing happens", () => {
  assertEquals(told({ plan: { first: [], each: [plan("a", step("1"))] }, moments: [] }).text, "");
});

Deno.test("LiveProgress writes nothing where a frame is as the one before", () => {
  const story = {
    plan: { first: [], each: [plan("a", step("1"))] },
    moments: [[0, start("a", "1")], [0], [0]],
  } as const;
  assertEquals(
    told(story).text.split("\r").length,
    told({ ...story, moments: story.moments.slice(0, 1) }).text.split("\r").length,
  );
});

Deno.test("LiveProgress shows every step, item and line of output with -v", () => {
  const { last } = told({
    plan: { first: [], each: [plan("a", step("1"), starting("a"))] },
    moments: [
      [0, start("a", "1")],
      [10, { kind: "output", instance: "a", line: "unpacking", stream: "stdout" }],
      [20, { kind: "item-done", instance: "a", title: "Install", seconds: 1, skipped: false }],
      [30, done("a", "1")],
      [40, start("a", starting("a"))],
      [50, done("a", starting("a"))],
    ],
  }, { verbose: true });
  assertEquals(last, [
    "a:   | unpacking",
    "a:   Install (1 s)",
    "a: 1 (0.5 s)",
    "a: Start instance a (0.5 s)",
    "a  running  0.1 s",
  ]);
});

Deno.test("LiveProgress draws nothing where programs ask the user something", () => {
  const { last, text } = told({
    plan: { first: [], each: [plan("a", starting("a"))] },
    moments: [[0, { kind: "asks", instance: "" }], [0, start("a", starting("a"))], [2000], [
      2100,
      done("a", starting("a")),
    ]],
  });
  assertEquals(last, ["a  running  2.1 s"]);
  assertEquals(text.split("\n").length, 2);
});

Deno.test("LiveProgress disarms what comes from instances and files, and hides secrets", () => {
  const evil = "\x1b[2J\rsesame";
  const { text } = told({
    plan: { first: [], each: [plan("a", step(evil)), plan("b", step("1"))] },
    moments: [
      [0, start("a", evil)],
      [100, { kind: "progress", instance: "a", text: evil }],
      [200, { kind: "note", instance: "a", text: evil }],
      [300, { kind: "failed", instance: "a", step: step(evil), error: new Error(evil) }],
      [400, { kind: "undo", instance: "a", title: evil }],
    ],
  }, { mask: (one) => one.replaceAll("sesame", "***"), paint: colored });
  assert(!text.includes("\x1b[2J") && !text.includes("sesame"), text);
  assert(text.includes("\\x1b[2J\\x0d***"), text);
});

Deno.test("LiveProgress begins each line that stays with the time, where that is wanted", () => {
  const { last } = told({
    plan: { first: [], each: [plan("a", starting("a"))] },
    moments: [[0, start("a", starting("a"))], [100, done("a", starting("a"))]],
  }, { stamp: () => "14:33:53 " });
  assertEquals(last, ["14:33:53 a  running  0.1 s"]);
});

Deno.test("frameOf() takes a terminal that does not know its size for a usual one", () => {
  const began = beginning({ first: [], each: [plan("a", step("x".repeat(200)))] }, 0);
  const state = advance(began, start("a", "x".repeat(200)), 0);
  const options = { now: 0, paint: (text: string) => text, mask: (text: string) => text };
  assertEquals(frameOf(state, { ...options, size: { columns: 0, rows: 0 } }).map(widthOf), [79]);
});

Deno.test("frameOf() hides a secret whose end is cut off", () => {
  const title = "Copy to /srv/sesame/of/many/characters";
  const began = beginning({ first: [], each: [plan("a", step(title))] }, 0);
  const running = advance(began, start("a", title), 0);
  const state = advance(running, { kind: "progress", instance: "a", text: "Unpack: 30% (12MB/s)" }, 0);
  const mask = (text: string) => text.replaceAll("sesame", "***");
  for (let columns = 20; columns < 110; columns++) {
    const [line = ""] = frameOf(state, { now: 0, paint: plain, mask, size: { columns, rows: 24 } });
    assert(!line.includes("se"), `${columns}: ${line}`);
  }
});

Deno.test("frameOf() keeps wide characters within the terminal", () => {
  const title = "\u65e5\u672c".repeat(50);
  const state = advance(beginning({ first: [], each: [plan("a", step(title))] }, 0), start("a", title), 0);
  const options = { now: 0, paint: (text: string) => text, mask: (text: string) => text };
  for (let columns = 20; columns < 110; columns++) {
    const [line = ""] = frameOf(state, { ...options, size: { columns, rows: 24 } });
    assert(widthOf(line) < columns && line.isWellFormed(), `${widthOf(line)} of ${columns}`);
  }
});
