/**
 * Merging by the rules of cloud-init; `tests/e2e/cloudconfig/equality_test.ts` holds it against the real one.
 */
import { assertEquals, assertThrows } from "@std/assert";
import { compile } from "../../../lib/cloudconfig/compile/compile.ts";
import { osType } from "../../../lib/cloudconfig/model/ostype.ts";
import { mergeCloudConfigs, parseCloudConfig } from "../../../lib/cloudconfig/read/schema.ts";
import { ConfigError } from "../../../lib/base/errors.ts";

function files(...texts: string[]) {
  return texts.map((text, index) =>
    parseCloudConfig(`/c/${"abc"[index]}.cfg`, `#cloud-config\n${text}\n`).cloudConfig
  );
}

function merged(...texts: string[]): unknown {
  const all = mergeCloudConfigs(files(...texts));
  assertEquals(all.length, 1);
  return all[0]!.data;
}

const A = "runcmd: [a]\ntimezone: A\nntp: {pools: [p], enabled: yes}\nfinal_message: x";

Deno.test("mergeCloudConfigs() leaves files alone that do not say how they are merged", () => {
  const two = files(A, "runcmd: [b]");
  assertEquals(mergeCloudConfigs(two), two);
  assertEquals(mergeCloudConfigs(files("merge_how: list(append)\nruncmd: [a]")).length, 1);
  assertEquals(mergeCloudConfigs(files(A, "merge_how: list(append)+dict()", "runcmd: [c]")).length, 2);
});

const CASES: readonly [how: string, more: string, expected: unknown][] = [
  ["dict(replace)+list()+str()", "runcmd: [b]\nntp: {servers: [s]}", {
    runcmd: ["b"],
    timezone: "A",
    ntp: { servers: ["s"] },
    final_message: "x",
  }],
  ["list()+dict()+str()", "runcmd: [b]\ntimezone: B\nntp: {servers: [s]}\nlocale: C", {
    runcmd: ["a"],
    timezone: "A",
    ntp: { pools: ["p"], enabled: "yes", servers: ["s"] },
    final_message: "x",
    locale: "C",
  }],
  ["list(append)+dict(recurse_array)+str()", "runcmd: [b]\ntimezone: B\nntp: {pools: [q]}", {
    runcmd: ["a", "b"],
    timezone: "A",
    ntp: { pools: ["p", "q"], enabled: "yes" },
    final_message: "x",
  }],
  ["list(prepend)+dict(no_replace,recurse_list)+str()", "runcmd: [b]", {
    runcmd: ["b", "a"],
    timezone: "A",
    ntp: { pools: ["p"], enabled: "yes" },
    final_message: "x",
  }],
  ["dict(recurse_str)+str(append)+list()", "timezone: B\nfinal_message: y\nntp: {enabled: no}", {
    runcmd: ["a"],
    timezone: "AB",
    ntp: { pools: ["p"], enabled: "yes" },
    final_message: "xy",
  }],
  ["dict(allow_delete,recurse_array)+list(no_replace)", "runcmd: [b]\ntimezone: null\nntp: {pools: null}", {
    runcmd: ["a"],
    ntp: { enabled: "yes" },
    final_message: "x",
  }],
  ["dict(recurse_array)+list(replace,recurse_dict)", "runcmd: [b, c]", {
    runcmd: ["b"],
    timezone: "A",
    ntp: { pools: ["p"], enabled: "yes" },
    final_message: "x",
  }],
  ["list(append)", "runcmd: [b]\ntimezone: B", {
    runcmd: ["a"],
    timezone: "A",
    ntp: { pools: ["p"], enabled: "yes" },
    final_message: "x",
  }],
];

for (const [how, more, expected] of CASES) {
  Deno.test(`mergeCloudConfigs() merges as ${how} says`, () => {
    assertEquals(merged(A, `merge_how: "${how}"\n${more}`), expected);
  });
}

Deno.test("mergeCloudConfigs() reads every form of merge_how", () => {
  for (
    const how of [
      "merge_type: list(append)+dict(recurse_array)",
      "merge_how: [[list, append], [dict, recurse_array]]",
      "merge_how: [{name: list, settings: [append]}, {name: dict, settings: [no_replace, recurse_list]}]",
      "merge_how: ' List( append ) + m_dict(recurse-list,recurse_array)'",
    ]
  ) {
    assertEquals(
      (merged("runcmd: [a]", `${how}\nruncmd: [b]`) as { runcmd: unknown }).runcmd,
      ["a", "b"],
      how,
    );
  }
});

Deno.test("mergeCloudConfigs() merges a third file with the result of two", () => {
  const how = "merge_how: list(append)+dict(recurse_array)\n";
  const [config] = mergeCloudConfigs(files("runcmd: [a]", `${how}runcmd: [b]`, `${how}\nruncmd: [c]`));
  assertEquals((config!.data as { runcmd: unknown }).runcmd, ["a", "b", "c"]);
  assertEquals(
    [0, 1, 2].map((index) => config!.locate(["runcmd", index])).map(({ file, line }) => [file, line]),
    [
      ["/c/a.cfg", 2],
      ["/c/b.cfg", 3],
      ["/c/c.cfg", 4],
    ],
  );
  assertEquals(config!.file, "/c/a.cfg+b.cfg+c.cfg");
});

Deno.test("mergeCloudConfigs() names values that cannot be merged, and their places", () => {
  const wrong: [string, string][] = [
    [
      "merge_how: list",
      '/c/b.cfg:2:1 merge_how: "list" is not a valid merge option: use the form list(append)',
    ],
    [
      "merge_type: set(a)",
      '/c/b.cfg:2:1 merge_type: "set" cannot be merged: use dict, list or str',
    ],
    [
      "merge_how: {a: b}",
      "/c/b.cfg:2:1 merge_how: A merge option is text such as list(append), a list of a name and " +
      "options, or a map of name and settings",
    ],
    [
      "merge_how: dict(recurse_array)+list(append)\nwrite_files: [{path: 1, content: [x]}]",
      "/c/b.cfg:3:25 write_files.0.content: Text is expected here",
    ],
  ];
  for (const [text, message] of wrong) {
    const error = assertThrows(() => merged("write_files: []", text), ConfigError);
    assertEquals(error.message, message);
  }
});

Deno.test("compile() gives items of merged files the places that they come from", () => {
  const how = "merge_how: list(append)+dict(recurse_array)";
  const all = mergeCloudConfigs(files("packages: [x]\nruncmd: [a]", `${how}\nruncmd: [b]`));
  const items = compile(all, osType("debian")!, { order: "lxops" });
  assertEquals(items.map(({ title, location }) => `${title} ${location.file}:${location.line}`), [
    "Install packages x (a.cfg+b.cfg) /c/a.cfg:2",
    "Run a (a.cfg+b.cfg) /c/a.cfg:3",
    "Run b (a.cfg+b.cfg) /c/b.cfg:3",
  ]);
});
