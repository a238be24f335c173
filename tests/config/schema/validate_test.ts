import { assertEquals } from "@std/assert";
import * as z from "zod/mini";
import { flag, integer, list, map, octal, oneOf, record, text } from "../../../lib/config/schema/fields.ts";
import { parseSource } from "../../../lib/config/yaml/source.ts";
import { validate } from "../../../lib/config/schema/validate.ts";
import { formatIssue } from "../../../lib/base/errors.ts";

const schema = record({
  name: z._default(text, ""),
  mode: z.optional(octal),
  count: z.optional(integer),
  on: z.optional(flag),
  kind: z.optional(oneOf(["dir", "zfs"])),
  tags: z._default(list(text), []),
  entries: z._default(map(record({ path: text, deep: z.optional(record({ x: z.optional(text) })) })), {}),
  either: z.optional(z.union([text, list(record({ a: text }))])),
});

function check(yaml: string, strict = false) {
  const { value, issues } = validate(schema, parseSource("a.yaml", yaml), { strict });
  return { value, issues: issues.map(formatIssue) };
}

Deno.test("validate() gives each field its type from text", () => {
  const { value, issues } = check(
    "name: 3.20\nmode: 0644\ncount: '7'\non: Yes\nkind: dir\ntags: [010]\nentries: {a: {path: 1}}\n",
  );
  assertEquals(issues, []);
  assertEquals(value, {
    name: "3.20",
    mode: 0o644,
    count: 7,
    on: true,
    kind: "dir",
    tags: ["010"],
    entries: { a: { path: "1" } },
  });
});

Deno.test("validate() takes null for the empty value of each kind", () => {
  assertEquals(check("name: ~\non:\ntags: ~\nentries: null\n").value, {
    name: "",
    on: false,
    tags: [],
    entries: {},
  });
});

Deno.test("octal takes the spellings that files have", () => {
  for (const spelling of ["0755", "755", "'0755'", "0o755", '"755"']) {
    assertEquals(check(`mode: ${spelling}\n`).value?.mode, 0o755, spelling);
  }
});

Deno.test("validate() reports every problem at its place, in the order of the file", () => {
  const yaml =
    "tags: x\nname: [a]\nentries:\n  a: {}\n  b: text\n  c: {path: {d: e}}\nmode: 0855\ncount: 1.5\non: maybe\nkind: xfs\n";
  assertEquals(check(yaml), {
    value: undefined,
    issues: [
      "a.yaml:1:1 tags: A list is expected here, not text",
      "a.yaml:2:1 name: Text is expected here, not a list",
      "a.yaml:4:3 entries.a.path: Missing; text is expected",
      "a.yaml:5:3 entries.b: A map is expected here, not text",
      "a.yaml:6:7 entries.c.path: Text is expected here, not a map",
      'a.yaml:7:1 mode: An octal mode like "0644" is expected here, not "0855"',
      'a.yaml:8:1 count: A whole number is expected here, not "1.5"',
      'a.yaml:9:1 on: "true" or "false" is expected here, not "maybe"',
      'a.yaml:10:1 kind: One of "dir", "zfs" is expected here, not "xfs"',
    ],
  });
});

Deno.test("validate() warns of unknown keys at any depth and leaves them out", () => {
  const yaml = "nmae: a\nentries:\n  a: {path: p, deep: {y: 1, x: 2}, pth: q}\n";
  assertEquals(check(yaml), {
    value: { name: "", tags: [], entries: { a: { path: "p", deep: { x: "2" } } } },
    issues: [
      'a.yaml:1:1 nmae: warning: Unknown key "nmae" is ignored; did you mean "name"?',
      'a.yaml:3:23 entries.a.deep.y: warning: Unknown key "y" in entries.a.deep is ignored (known are x)',
      'a.yaml:3:36 entries.a.pth: warning: Unknown key "pth" in entries.a is ignored; did you mean "path"?',
    ],
  });
});

Deno.test("validate() makes errors of unknown and duplicate keys when strict", () => {
  assertEquals(check("nmae: a\nname: b\nname: c\n", true), {
    value: undefined,
    issues: [
      'a.yaml:1:1 nmae: Unknown key "nmae"; did you mean "name"?',
      'a.yaml:3:1 name: The key "name" is a duplicate; the last one counts',
    ],
  });
});

Deno.test("validate() leaves keys that start with x- to the user", () => {
  assertEquals(check("x-common: &c [a]\ntags: *c\n"), {
    value: { name: "", tags: ["a"], entries: {} },
    issues: [],
  });
});

Deno.test("validate() reports the errors of the matching branch of a union", () => {
  assertEquals(check("either: [{a: 1}, {a: [b]}]\n").issues, [
    "a.yaml:1:19 either.1.a: Text is expected here, not a list",
  ]);
});

Deno.test("validate() can look at one value of a file", () => {
  const source = parseSource("a.yaml", "x:\n  y: {path: [a], z: 1}\n");
  const inner = record({ path: text });
  const data = (source.data as { x: { y: unknown } }).x.y;
  assertEquals(validate(inner, source, { path: ["x", "y"], data }).issues.map(formatIssue), [
    "a.yaml:2:7 x.y.path: Text is expected here, not a list",
    'a.yaml:2:18 x.y.z: warning: Unknown key "z" is ignored (known are path)',
  ]);
});

Deno.test("validate() refuses the one key that JavaScript cannot keep", () => {
  assertEquals(check("entries: {__proto__: {path: a}}\n").issues, [
    'a.yaml:1:11 entries.__proto__: "__proto__" cannot be a key',
  ]);
});
