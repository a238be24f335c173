import { assert, assertEquals } from "@std/assert";
import { parse } from "@std/yaml";
import { type Position, sweep } from "../../../lib/config/yaml/positions.ts";

/** Walks a parsed document and its positions side by side. */
function compare(data: unknown, at: Position | undefined, text: string, path: string): void {
  assert(at, `${path} has no position`);
  if (typeof data === "string") {
    const word = /[A-Za-z0-9/.~]+/.exec(data)?.[0];
    if (word !== undefined && at.scalar !== undefined && !text.includes("\\")) {
      assert(text.slice(at.scalar).includes(word), `${path}: ${JSON.stringify(data)} is not at ${at.scalar}`);
    }
    return;
  }
  if (typeof data !== "object" || data === null) return;
  for (const [key, value] of Object.entries(data)) {
    const child = at.children.get(key);
    if (!Array.isArray(data) && /^\w+$/.test(key)) {
      assert(
        child && new RegExp(`^["']?${key}`).test(text.slice(child.offset)),
        `${path}.${key} is not at its offset`,
      );
    }
    compare(value, child, text, `${path}.${key}`);
  }
}

const TEXTS = [
  "a: 1\nb:\n  - x\n  - y: 1\n    z: 2\n  -\n    q: r\n",
  "%YAML 1.1\n---\na: &x {b: c, d: [e, f]}\ng: *x\nh:\n  <<: *x\n  i: j\n...\n",
  'a: "esc \\x41 \\n \\u00e9 \\"q\\" end"\nb: \'it\'\'s\'\nc: "multi\n  line"\n',
  "a: |2-\n    two\n   three\nb: >+\n  f\n\n  g\n\nc: plain\n  goes on\n",
  "? complex\n: value\n? [a, b]\n: list key\n",
  "- - a: 1\n    b: 2\n  - c\n-   d: e\n    f: g\n",
  "a: !!str 1\nb: !<tag:yaml.org,2002:str> x\nc: !!map {d: e}\n",
  "a: b#c\nd: e # comment with: colon\n# f: g\nh: http://x/?y=1&z=2|3>4\ni: a*b !c\n",
  "10: x\n2: y\nb: z\n1: w\n",
  '{"a": [1, 2, {"b": "c"}], "d":"e"}\n',
  "a: \"\"\nb: ''\nc:\nd: -x\n",
  "run:\n- |\n  #!/bin/sh\n  echo \"hi!there\" && cat <<EOF\n  a: b\n  EOF\n- [sh, -c, 'x && y']\n",
];

for (const [index, text] of TEXTS.entries()) {
  Deno.test(`sweep() sees the same as the parser in text ${index}`, () => {
    const clean = text.replaceAll("!!map", "     ");
    const data = parse(clean, { schema: "failsafe" });
    const positions = sweep(clean);
    assert(positions);
    compare(data, positions.root, clean, "");
  });
}

Deno.test("sweep() finds all duplicate keys at once", () => {
  const found = sweep("a: 1\nb: {c: 1, c: 2}\na: 2\na: 3\n");
  assertEquals(found?.duplicates, [
    { path: ["b", "c"], offset: 15 },
    { path: ["a"], offset: 21 },
    { path: ["a"], offset: 26 },
  ]);
});

Deno.test("sweep() steps aside for a text that has its code characters", () => {
  const found = sweep("a: \ue000\ue001\ue002\ue003b\nc: d\n");
  assertEquals(found?.root.children.get("c")?.offset, 9);
});
