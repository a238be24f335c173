import { assertEquals } from "@std/assert";
import { threeWay, threeWayList } from "../../../lib/plan/changes/three_way.ts";
import { entryOf } from "../../../lib/plan/record/hashes.ts";
import type { Hashes } from "../../../lib/plan/record/record.ts";

/** Sides of one entry: its value in the file, when it was recorded, and now; `undefined` for none. */
function sides(file: string | undefined, recorded: string | undefined | null, live: string | undefined) {
  const map = (value: string | undefined) => value === undefined ? {} : { a: value };
  const hashes: Hashes | undefined = recorded === null
    ? undefined
    : recorded === undefined
    ? {}
    : { a: entryOf(recorded, recorded) };
  return { wanted: map(file), recorded: hashes, live: map(live) };
}

for (
  const [file, recorded, live, expected] of [
    // No side changed the value, or both to the same value.
    ["1", "1", "1", "-"],
    ["2", "1", "2", "-"],
    ["2", null, "2", "-"],
    [undefined, "1", undefined, "-"],
    [undefined, undefined, undefined, "-"],
    // The file.
    ["2", "1", "1", "file"],
    ["2", undefined, undefined, "file"],
    [undefined, "1", "1", "file"],
    // Changed by hand.
    ["1", "1", "2", "hand"],
    ["1", "1", undefined, "hand"],
    // Both.
    ["2", "1", "3", "both"],
    ["2", "1", undefined, "both"],
    ["2", undefined, "3", "both"],
    [undefined, "1", "3", "both"],
    // Unknown which side changed it.
    ["1", null, "2", "differs"],
    ["1", null, undefined, "differs"],
    // Never lxops' own.
    [undefined, undefined, "1", "foreign"],
    [undefined, null, "1", "foreign"],
  ] as const
) {
  Deno.test(`file ${file}, recorded ${recorded}, now ${live}: ${expected}`, () => {
    const { differences, foreign } = threeWay(sides(file, recorded, live));
    assertEquals(foreign, expected === "foreign" ? ["a"] : []);
    assertEquals<readonly string[]>(
      differences.map(({ why }) => why),
      expected === "-" || foreign.length ? [] : [expected],
    );
  });
}

Deno.test("a difference that the user keeps does not count until either side changes", () => {
  const recorded = { a: entryOf("1", "2") };
  const why = (file: string | undefined, live: string | undefined) =>
    threeWay({ ...sides(file, undefined, live), recorded }).differences.map((one) => one.why);
  assertEquals(why("1", "2"), []);
  assertEquals(why("3", "2"), ["file"]);
  assertEquals(why("1", "3"), ["hand"]);
  assertEquals(why("3", "4"), ["both"]);
  const gone = { a: entryOf(undefined, "2") };
  assertEquals(threeWay({ wanted: {}, recorded: gone, live: { a: "2" } }), { differences: [], foreign: [] });
});

Deno.test("an entry that is marked as that of lxops is removed with its key of the file, also without a record", () => {
  const { differences } = threeWay({
    wanted: {},
    recorded: undefined,
    live: { a: "1", b: "2" },
    ours: ["a"],
  });
  assertEquals(differences, [{ name: "a", live: "1", why: "differs" }]);
});

Deno.test("a value that hides a setting of the configuration is reported, unless the user keeps it", () => {
  const hidden = (recorded: Hashes | undefined) =>
    threeWay({ wanted: {}, recorded, live: { a: "1", b: "2" }, hiding: ["a"] });
  assertEquals(hidden({}), { differences: [{ name: "a", live: "1", why: "hand" }], foreign: ["b"] });
  assertEquals(hidden(undefined), {
    differences: [{ name: "a", live: "1", why: "differs" }],
    foreign: ["b"],
  });
  assertEquals(hidden({ a: entryOf(undefined, "1") }), { differences: [], foreign: ["b"] });
});

Deno.test("names that all objects inherit are treated like other names", () => {
  const live = JSON.parse('{"__proto__":"1","constructor":"2"}') as Record<string, string>;
  const found = threeWay({ wanted: { toString: "x" }, recorded: {}, live });
  assertEquals(found.foreign, ["__proto__", "constructor"]);
  assertEquals(found.differences.map(({ name, why }) => [name, why]), [["toString", "file"]]);
});

Deno.test("lists of profiles keep those that lxops never gave, where they are", () => {
  const of = (wanted: string[], recorded: string[] | undefined, live: string[]) => {
    const { difference, foreign } = threeWayList(wanted, recorded, live);
    return [difference?.why, difference?.list, foreign];
  };
  assertEquals(of(["d", "o"], ["d", "o"], ["d", "x", "o"]), [undefined, undefined, ["x"]]);
  assertEquals(of(["d", "p", "o"], ["d", "o"], ["d", "x", "o"]), ["file", ["d", "x", "p", "o"], ["x"]]);
  assertEquals(of(["d", "o"], ["d", "p", "o"], ["y", "d", "p", "o"]), ["file", ["y", "d", "o"], ["y"]]);
  assertEquals(of(["d", "o"], ["d", "o"], ["o", "d"]), ["hand", ["d", "o"], []]);
  assertEquals(of(["d", "o"], ["d", "o"], ["d"]), ["hand", ["d", "o"], []]);
  assertEquals(of(["d", "p", "o"], ["d", "o"], ["o"]), ["both", ["d", "p", "o"], []]);
  assertEquals(of(["d", "o"], undefined, ["d"]), ["differs", ["d", "o"], []]);
});

/** A generator of the same numbers in every run. */
function numbers(seed: number) {
  let state = seed;
  return (below: number) => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9 | 0;
    return Math.abs(state) % below;
  };
}

Deno.test("500 rounds of edits on three sides end in one step, and foreign entries stay byte for byte", () => {
  const next = numbers(7);
  const value = () => ["", "1", "2", "\u00fc \n'\"\\", "{}"][next(5)]!;
  const names = Array.from({ length: 12 }, (_, index) => `key.${index}`);
  let [file, live, recorded]: [Record<string, string>, Record<string, string>, Hashes] = [{}, {}, {}];
  const foreignSet: Record<string, string> = {};
  for (let round = 0; round < 500; round++) {
    for (let edits = next(4); edits > 0; edits--) {
      const name = names[next(names.length)]!;
      const isFile = next(2) === 0;
      if (!isFile && file[name] === undefined && recorded[name] === undefined) {
        foreignSet[name] = live[name] = value();
        continue;
      }
      if (foreignSet[name] !== undefined) continue;
      const side = isFile ? file : live;
      if (next(3) === 0) delete side[name];
      else side[name] = value();
    }
    const { differences, foreign } = threeWay({ wanted: file, recorded, live });
    const after = { ...live };
    for (const { name, wanted } of differences) {
      if (wanted === undefined) delete after[name];
      else after[name] = wanted;
    }
    for (const [name, text] of Object.entries(foreignSet)) assertEquals(after[name], text);
    assertEquals(foreign, Object.keys(foreignSet).sort());
    live = after;
    recorded = Object.fromEntries(Object.entries(file).map(([name, one]) => [name, entryOf(one, one)]));
    assertEquals(threeWay({ wanted: file, recorded, live }).differences, []);
  }
});
