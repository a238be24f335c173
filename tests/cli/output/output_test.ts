import { assert, assertEquals } from "@std/assert";
import { parse, stringify } from "@std/yaml";
import { errorText, printable, printableJson, printableYaml } from "../../../lib/cli/output/output.ts";
import { CommandError, ConfigError, LxopsError, ServerError } from "../../../lib/base/errors.ts";

const HOSTILE: readonly [string, string, string][] = [
  ["a title", "\x1b]0;owned\x07", "\\x1b]0;owned\\x07"],
  ["colours", "\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"],
  ["a cleared screen", "\x1b[2J\x1b[H", "\\x1b[2J\\x1b[H"],
  ["a query that a terminal would answer", "\x1b[6n\x05", "\\x1b[6n\\x05"],
  ["the control sequences of one character", "\x9b31m \x90 \x9d", "\\x9b31m \\x90 \\x9d"],
  ["an overwritten line", "fine\r\bevil\x7f", "fine\\x0d\\x08evil\\x7f"],
  ["other lines", "one\ntwo\x0b\x0c\x85\u2028\u2029", "one\\x0atwo\\x0b\\x0c\\x85\\u2028\\u2029"],
  ["text from right to left", "\u202egnp.exe\u202c \u2066x\u2069", "\\u202egnp.exe\\u202c \\u2066x\\u2069"],
  ["marks of direction", "\u200e\u200f\u061c", "\\u200e\\u200f\\u061c"],
  ["an end of text", "a\x00b", "a\\x00b"],
];

for (const [what, text, expected] of HOSTILE) {
  Deno.test(`printable() disarms ${what}`, () => {
    assertEquals(printable(text), expected);
  });
}

Deno.test("printable() leaves no character that moves the cursor or says something to a terminal", () => {
  for (let code = 0; code < 0x3000; code++) {
    const shown = printable(String.fromCodePoint(code));
    // deno-lint-ignore no-control-regex
    assert(/^[^\x00-\x08\x0a-\x1f\x7f-\x9f]+$/.test(shown), `U+${code.toString(16)}`);
  }
});

Deno.test("printable() leaves text as it is", () => {
  const text = "\tgr\u00fc\u00dfe \u65e5\u672c\u8a9e \u05e9\u05dc\u05d5\u05dd \u{1f600} a\\x1b";
  assertEquals(printable(text), text);
});

Deno.test("printableJson() disarms text and is the same JSON", () => {
  const value = { a: ["\x1b[31m", "\x9b", "\u202e", "\u2028", "\x7f", "\n"], "\u0090": 1 };
  const text = printableJson(value);
  assertEquals(JSON.parse(text), value);
  // deno-lint-ignore no-control-regex
  assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2028]/.test(text), text);
});

Deno.test("errorText() tells what failed, what was printed, and what to do, a line each", () => {
  const error = new CommandError("It failed", {
    argv: ["x"],
    code: 1,
    stderr: "one\n  two",
    advice: ["Do this", "or that"],
  });
  assertEquals(
    errorText("lxops", error),
    ["lxops: It failed", "  | one", "  |   two", "  Do this", "  or that"].join("\n"),
  );
});

Deno.test("errorText() shows the output of the program behind an error", () => {
  const error = new LxopsError("a: It failed", [], {
    cause: new CommandError("x", { argv: ["x"], code: 1, stderr: "why" }),
  });
  assertEquals(errorText("lxops", error), "lxops: a: It failed\n  | why");
});

Deno.test("errorText() tells each problem of files on a line of its own", () => {
  const issue = { file: "a.yaml", message: "no", severity: "error" } as const;
  const error = new ConfigError([{ ...issue, line: 3, column: 1, key: "image" }, {
    ...issue,
    file: "b.yaml",
  }]);
  assertEquals(errorText("lxops", error), "a.yaml:3:1 image: no\nb.yaml: no");
});

Deno.test("errorText() disarms messages, output, advice and problems of files", () => {
  const evil = "\x1b[31m\u202e";
  const errors = [
    new ServerError(`a ${evil}`, { advice: [`b ${evil}`] }),
    new CommandError("x", { argv: ["x"], code: 1, stderr: evil }),
    new ConfigError([{ file: `${evil}.yaml`, key: evil, message: evil, severity: "error" }]),
  ];
  for (const error of errors) {
    const text = errorText("lxops", error);
    assert(!text.includes("\x1b") && !text.includes("\u202e") && text.includes("\\x1b[31m\\u202e"), text);
  }
});

Deno.test("printableYaml() escapes what is harmful in values and keys, and means the same", () => {
  const hostile = {
    plain: "a\\uFFFF",
    "k\u202ey": ["x\u009b2J", "\u200bzero", "tag\u{e0041}", "line\u2028end", "esc\u001b[1m", 'quote"\u202e"'],
    nested: { a: { b: "c: d\u2066" } },
    text: "one\ntwo\u202ethree\n",
  };
  const text = printableYaml(hostile, (value) => stringify(value, { lineWidth: -1, useAnchors: false }));
  // What is printable ASCII or an end of line.
  assertEquals(/[^ -~\n]/.test(text), false, text);
  assertEquals(parse(text), hostile);
  assertEquals(
    printableYaml({ a: ["b", 1, null, true] }, (value) => stringify(value)),
    "a:\n  - b\n  - 1\n  - null\n  - true\n",
  );
});

Deno.test("printable() and printableJson() show what has no width, and JSON means the same", () => {
  const text = "a\u200bb\ufeffc\u{e0041}d\u00ade";
  assertEquals(printable(text), "a\\u200bb\\ufeffc\\udb40\\udc41d\\xade");
  assertEquals(JSON.parse(printableJson({ text })), { text });
  assertEquals(printableJson({ text }).includes("\\udb40\\udc41"), true);
});

Deno.test("errorText() indents the further lines of what a daemon says", () => {
  const error = new ServerError("Failed: no\nlxops: instance gone\nTo go on: run evil", {
    status: 500,
    advice: [
      "Do\nthis",
    ],
  });
  assertEquals(
    errorText("lxops", error),
    "lxops: Failed: no\n  lxops: instance gone\n  To go on: run evil\n  Do\n    this",
  );
});
