import { assert, assertEquals, assertThrows } from "@std/assert";
import { parseSource } from "../../../lib/config/yaml/source.ts";
import { ConfigError, formatIssue } from "../../../lib/base/errors.ts";
import { workTime } from "../../support/work_time.ts";

function parse(text: string): unknown {
  return parseSource("a.yaml", text).data;
}

function at(text: string, path: readonly (string | number)[]): string {
  const { line, column } = parseSource("a.yaml", text).locate(path);
  return `${line}:${column}`;
}

Deno.test("parseSource() keeps the text of every scalar", () => {
  assertEquals(parse("a: 3.20\nb: 010\nc: yes\nd: 2024-01-31\ne: 0x1F\nf: 1e3\n"), {
    a: "3.20",
    b: "010",
    c: "yes",
    d: "2024-01-31",
    e: "0x1F",
    f: "1e3",
  });
});

Deno.test("parseSource() tells nulls from the same words in quotes", () => {
  const text = "a: ~\nb: '~'\nc: null\nd: \"null\"\ne:\nf: [~, '~', NULL]\ng: {h: Null}\n";
  assertEquals(parse(text), {
    a: null,
    b: "~",
    c: null,
    d: "null",
    e: null,
    f: [null, "~", null],
    g: { h: null },
  });
});

Deno.test("parseSource() resolves merge keys, in which the map's own keys win and earlier maps over later", () => {
  const text = "x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\none:\n  a: own\n  <<: *x\nmany:\n  <<: [*x, *y]\n";
  const data = parse(text) as Record<string, unknown>;
  assertEquals(data.one, { a: "own", b: "1" });
  assertEquals(data.many, { a: "1", b: "1", c: "2" });
});

Deno.test("parseSource() says where a merge key has something that is not a map", () => {
  const { issues } = parseSource("a.yaml", "a:\n  <<: text\n");
  assertEquals(issues.map(formatIssue), [
    'a.yaml:2:3 a.<<: The merge key "<<" takes an alias of a map, or a list of such aliases',
  ]);
});

Deno.test("parseSource() decodes !!binary to bytes and takes other tags as comments", () => {
  const text =
    "a: !!binary aGk=\nb: !!binary |\n  aGVs\n  bG8=\nc: !!int 3\nd: !mine {x: !!float 1.0}\ne: aGk=\nf: !!binary 'aGk='\n";
  const bytes = (text: string) => new TextEncoder().encode(text);
  assertEquals(parse(text), {
    a: bytes("hi"),
    b: bytes("hello"),
    c: "3",
    d: { x: "1.0" },
    e: "aGk=",
    f: bytes("hi"),
  });
});

Deno.test("parseSource() leaves text alone that looks like a tag", () => {
  assertEquals(parse("a: |\n  !!binary x\n  !tag\nb: !!binary aGk=\n"), {
    a: "!!binary x\n!tag\n",
    b: new TextEncoder().encode("hi"),
  });
});

Deno.test("parseSource() warns of each duplicate key where it is, and the last one wins", () => {
  const text = "a: 1\nb:\n  c: 1\n  'c': 2\na: 2\nd: {e: 1, e: 2, e: 3}\n";
  const { data, issues } = parseSource("a.yaml", text);
  assertEquals(data, { a: "2", b: { c: "2" }, d: { e: "3" } });
  assertEquals(issues.map(({ line, column, key }) => `${line}:${column} ${key}`), [
    "4:3 b.c",
    "5:1 a",
    "6:11 d.e",
    "6:17 d.e",
  ]);
});

Deno.test("parseSource() takes the first of several documents, however broken the others are", () => {
  const { data, issues } = parseSource("a.yaml", "a: 1\n---\nb: [\n");
  assertEquals(data, { a: "1" });
  assertEquals(issues.map(formatIssue), ["a.yaml:2:1: warning: Further documents in this file are ignored"]);
});

Deno.test("parseSource() takes a byte order mark and CRLF", () => {
  assertEquals(parse("\ufeffa: 1\r\nb: |\r\n  x\r\n  y\r\n"), { a: "1", b: "x\ny\n" });
  assertEquals(at("\ufeffa: 1\r\nb:\r\n  c: 2\r\n", ["b", "c"]), "3:3");
});

const BROKEN: readonly (readonly [string, string])[] = [
  ["a:\n\tb: 1\n", "a.yaml:2:1: Indentation has a tab"],
  ["a:\n  b: 1\n\tc: 1\n", "a.yaml:3:1: Indentation has a tab"],
  ["- a\n\t- b\n", "a.yaml:2:1: Indentation has a tab"],
  ["# x\n\t# comment\na:\n  \tb: 1\n  c: 2\n", "a.yaml:4:3: Indentation has a tab"],
  ["a: 1\n b: 2\n", "a.yaml:2:3: Invalid YAML: this line does not fit"],
  ["a: [1\n", "a.yaml:2:1: Invalid YAML: a bracket or a quote is opened and never closed"],
  ["a: 'x\n", "a.yaml:2:1: Invalid YAML: a bracket or a quote is opened and never closed"],
  ["a: *x\n", "a.yaml:1:6: Invalid YAML: an alias (*name) refers to an anchor"],
  ["a: \0\n", "a.yaml:1:4: Invalid YAML: a NUL character"],
  ["a: &a [*a]\n", "a.yaml:1:1: Invalid YAML: an anchor contains an alias of itself"],
  [`a: ${"[".repeat(101)}${"]".repeat(101)}\n`, "a.yaml:1:1: Invalid YAML: nested more than 100 levels deep"],
  [`a: ${"[".repeat(50_000)}`, "a.yaml:1:1: Invalid YAML: nested too deeply"],
];

for (const [text, message] of BROKEN) {
  Deno.test(`parseSource() refuses ${JSON.stringify(text.slice(0, 40))}`, () => {
    assertThrows(() => parseSource("a.yaml", text), ConfigError, message);
  });
}

Deno.test("parseSource() takes tabs that mean nothing for the structure", () => {
  assertEquals(parse("a:\tb\nc: |\n  \tx\n\n\t\nd: [\n\te,\n\tf]\n"), {
    a: "b",
    c: "\tx\n",
    d: ["e", "f"],
  });
});

Deno.test("parseSource() limits the expansion of aliases", () => {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"];
  for (let n = 1; n < 30; n++) lines.push(`a${n}: &a${n} [${Array(9).fill(`*a${n - 1}`).join(", ")}]`);
  assertThrows(() => parseSource("a.yaml", lines.join("\n")), ConfigError, "expand to too many values");
  const few = `a: &a [x, y]\nb: [${Array(1000).fill("*a").join(", ")}]\n`;
  assert((parse(few) as { b: unknown[] }).b.length === 1000);
});

Deno.test("locate() finds keys, items, and the nearest part of a missing path", () => {
  const text =
    "#lxops-v1\n\nprofiles:\n- a\n- \"b c\"\ndevices:\n  home:\n    path: /home # x\n    dir: .\n  'x y': {path: /, dir: ~}\n";
  assertEquals(at(text, ["profiles"]), "3:1");
  assertEquals(at(text, ["profiles", 0]), "4:3");
  assertEquals(at(text, ["profiles", 1]), "5:3");
  assertEquals(at(text, ["devices", "home", "path"]), "8:5");
  assertEquals(at(text, ["devices", "home", "dir"]), "9:5");
  assertEquals(at(text, ["devices", "x y", "dir"]), "10:20");
  assertEquals(at(text, ["devices", "home", "nope", "deeper"]), "7:3");
  assertEquals(at(text, ["nope"]), "1:1");
  assertEquals(at(text, []), "1:1");
});

Deno.test("locate() finds the last of duplicate keys, and values of a merge key where they are written", () => {
  assertEquals(at("a: 1\nb: 2\na: 3\n", ["a"]), "3:1");
  assertEquals(at("x: &x\n  p: 1\ny:\n  q: 1\n  <<: *x\n", ["y", "p"]), "2:3");
});

Deno.test("locate() finds every item of a file of 300 lines in less than 50 ms", () => {
  const names = Array.from({ length: 100 }, (_, index) => `name${index}`);
  const source = parseSource(
    "a.yaml",
    `m:\n${names.map((name) => `  ${name}:\n    path: /x/y\n    on: yes\n`).join("")}`,
  );
  // The quickest of some tries, as other programs run beside tests.
  const tries = Array.from({ length: 5 }, () => {
    const started = workTime();
    const lines = names.map((name) => source.locate(["m", name, "path"]).line);
    assertEquals(lines, names.map((_, index) => 3 + index * 3));
    return workTime() - started;
  });
  assert(Math.min(...tries) < 50, `it took ${tries.join(", ")} ms`);
});

Deno.test("parseSource() takes large files and refuses those that no person wrote", () => {
  const block = (bytes: number) =>
    `content: |\n${"  QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=\n".repeat(bytes / 39)}`;
  assert((parse(block(4_000_000)) as { content: string }).content.length > 3_500_000);
  assertThrows(() => parse(block(5_000_000)), ConfigError, "a.yaml: The file is larger than 4 MiB");
});
