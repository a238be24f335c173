import { assertEquals } from "@std/assert";
import { type Fact, factKey, factText, openingKey } from "../../lib/step/facts.ts";

const FACTS: readonly (readonly [Fact, string])[] = [
  [{ kind: "directory", name: "/default/x" }, "directory /default/x"],
  [{ kind: "dataset", name: "default/lxops/a" }, "dataset default/lxops/a"],
  [{ kind: "instance", project: "", name: "a" }, "instance a"],
  [{ kind: "profile", project: "default", name: "a.lxops" }, "profile a.lxops"],
  [{ kind: "image", project: "web", name: "a" }, "image web/a"],
  [{ kind: "volume", project: "default", pool: "fast", name: "a" }, "volume fast/a"],
  [{ kind: "volume", project: "web", pool: "fast", name: "a" }, "volume web/fast/a"],
];

Deno.test("factText() names a fact with its project, unless that is the default one", () => {
  assertEquals(FACTS.map(([fact]) => factText(fact)), FACTS.map(([, text]) => text));
});

Deno.test("factKey() and openingKey() take an empty project for the default one, and tell all else apart", () => {
  assertEquals(
    factKey({ kind: "instance", project: "", name: "a" }),
    factKey({ kind: "instance", project: "default", name: "a" }),
  );
  assertEquals(new Set(FACTS.map(([fact]) => factKey(fact))).size, FACTS.length);
  assertEquals(
    openingKey({ kind: "stop", project: "", name: "a" }),
    openingKey({ kind: "stop", project: "default", name: "a" }),
  );
  const others = [
    openingKey({ kind: "stop", project: "web", name: "a" }),
    openingKey({ kind: "stop-note", project: "web", name: "a" }),
    openingKey({ kind: "copy", name: "a" }),
    openingKey({ kind: "copy", name: "b" }),
  ];
  assertEquals(new Set(others).size, others.length);
});
