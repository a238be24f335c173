import { assertEquals } from "@std/assert";
import { checkGraph } from "../../scripts/lint/graph.ts";

function rules(modules: Record<string, string>): readonly string[] {
  return checkGraph(new Map(Object.entries(modules))).map(({ file, line, rule }) =>
    `${file}:${line} ${rule}`
  );
}

Deno.test("checkGraph() finds modules that import each other", () => {
  const modules = {
    "lib/base/a.ts": 'import { b } from "./b.ts";',
    "lib/base/b.ts": 'export { c } from "./c.ts";',
    "lib/base/c.ts": 'import "./a.ts";',
  };
  assertEquals(rules(modules), ["lib/base/a.ts:1 file-circle"]);
});

Deno.test("checkGraph() allows circles of types and of modules that are loaded on demand", () => {
  const modules = {
    "lib/base/a.ts": 'import { type B } from "./b.ts";\nimport type { C } from "./c.ts";',
    "lib/base/b.ts": 'import { a } from "./a.ts";',
    "lib/base/c.ts": 'const a = () => import("./a.ts");',
  };
  assertEquals(rules(modules), []);
});

Deno.test("checkGraph() finds folders that import each other, also by types", () => {
  const modules = {
    "lib/run/a/x.ts": '/** import "../b/y.ts" */\nimport type { Y } from "../b/y.ts";',
    "lib/run/b/y.ts": 'const x = () => import("../a/x.ts");',
    "lib/run/b/z.ts": 'import { y } from "./y.ts";',
  };
  assertEquals(rules(modules), ["lib/run/a/x.ts:2 folder-circle", "lib/run/b/y.ts:1 folder-circle"]);
});

Deno.test("checkGraph() holds the order of the folders of plan", () => {
  const modules = {
    "lib/plan/world.ts": 'import type { A } from "./storage/layout.ts";',
    "lib/plan/storage/create/fill.ts": 'import { b } from "../../lifecycle/launch.ts";',
    "lib/plan/lifecycle/launch.ts": 'import { a } from "../storage/layout.ts";',
  };
  assertEquals(rules(modules), [
    "lib/plan/world.ts:1 plan-order",
    "lib/plan/storage/create/fill.ts:1 plan-order",
  ]);
});

Deno.test("checkGraph() finds a folder with more than 20 modules", () => {
  const names = Array.from({ length: 21 }, (_, at) => `lib/run/m${at}.ts`);
  assertEquals(rules(Object.fromEntries(names.map((name) => [name, ""]))), ["lib/run:1 folder-size"]);
});
