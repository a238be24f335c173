import { assertEquals } from "@std/assert";
import { affectedTests } from "../../scripts/suite/affected.ts";

const MODULES = new Map([
  ["lib/a.ts", 'import { b } from "./deep/b.ts";'],
  ["lib/deep/b.ts", ""],
  ["lib/lazy.ts", "export {};"],
  ["lib/other.ts", 'export { a } from "./a.ts";'],
  ["backends/incus.ts", 'const load = () => import("../lib/lazy.ts");'],
  ["tests/a_test.ts", 'import { a } from "../lib/a.ts";'],
  ["tests/other_test.ts", 'import {\n  a,\n} from "../lib/other.ts";'],
  ["tests/golden/cases.ts", 'const ROOT = new URL("../plans/", import.meta.url);'],
  ["tests/plan_test.ts", 'import "./golden/cases.ts";'],
  ["tests/root_test.ts", 'new URL("..", import.meta.url);'],
  ["tests/e2e/launch_test.ts", 'new URL("fixtures", import.meta.url); new URL(`${x}/y`, import.meta.url)'],
]);
const TESTS = [...MODULES.keys()].filter((path) => path.endsWith("_test.ts"));

/** A test that names the root reads every file. */
const affected = (...changed: string[]) =>
  affectedTests(TESTS, changed, MODULES).filter((test) => test !== "tests/root_test.ts");

Deno.test("a change affects the tests that import it, directly or through other modules", () => {
  assertEquals(affected("lib/deep/b.ts"), ["tests/a_test.ts", "tests/other_test.ts"]);
  assertEquals(affected("lib/other.ts"), ["tests/other_test.ts"]);
  assertEquals(affected("tests/a_test.ts"), ["tests/a_test.ts"]);
});

Deno.test("a change of the programs affects end-to-end tests, whatever loads it and when", () => {
  assertEquals(affected("lib/lazy.ts"), ["tests/e2e/launch_test.ts"]);
  assertEquals(affected("scripts/testbed.ts"), ["tests/e2e/launch_test.ts"]);
});

Deno.test("a change of data affects the tests that name its directory", () => {
  assertEquals(affected("tests/plans/launch/case.json"), ["tests/plan_test.ts"]);
  assertEquals(affected("tests/e2e/fixtures/deep/a.cfg"), ["tests/e2e/launch_test.ts"]);
  assertEquals(affectedTests(TESTS, ["NOTES.md"], MODULES), ["tests/root_test.ts"]);
});

Deno.test("a change of a common module affects all tests, and no change affects none", () => {
  for (const path of ["deno.json", "scripts/test", "scripts/test.ts", "scripts/suite/run.ts"]) {
    assertEquals(affectedTests(TESTS, [path], MODULES), TESTS, path);
  }
  assertEquals(affectedTests(TESTS, [], MODULES), []);
});
