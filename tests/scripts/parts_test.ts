import { assertEquals, assertThrows } from "@std/assert";
import { ChoiceError, choose, chooseChanged, PARTS } from "../../scripts/suite/parts.ts";

const TESTS = [
  "tests/a_test.ts",
  "tests/e2e/data/copy_test.ts",
  "tests/plan/copy_test.ts",
  "tests/testbed/x_test.ts",
];

Deno.test("without words a run has every part", () => {
  assertEquals(choose([], TESTS), { parts: PARTS });
});

Deno.test("words choose parts, and files with the parts that run them", () => {
  assertEquals(choose(["lint", "fmt"], TESTS), { parts: ["fmt", "lint"] });
  assertEquals(choose(["tests/a_test.ts"], TESTS), { parts: ["unit"], files: ["tests/a_test.ts"] });
  assertEquals(choose(["lint", "data/copy_test.ts"], TESTS), {
    parts: ["lint", "build", "e2e"],
    files: ["tests/e2e/data/copy_test.ts"],
  });
  assertEquals(choose(["copy_test.ts", "x_test.ts"], TESTS).parts, ["unit", "build", "testbed", "e2e"]);
  assertThrows(() => choose(["units"], TESTS), ChoiceError, 'There is no part and no test file "units"');
});

Deno.test("a change always has its source checked, and words limit the parts", () => {
  assertEquals(chooseChanged([], []), { parts: ["fmt", "lint", "check"], files: [] });
  const files = ["tests/a_test.ts", "tests/e2e/data/copy_test.ts"];
  assertEquals(chooseChanged([], files).parts, ["fmt", "lint", "check", "unit", "build", "e2e"]);
  assertEquals(chooseChanged(["unit", "lint"], files), { parts: ["lint", "unit"], files });
});
