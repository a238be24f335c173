import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  type AnyCommand,
  command,
  type Flags,
  group,
  type LeafCommand,
} from "../../../lib/cli/command/command.ts";
import { allCommands } from "../../../lib/cli/commands.ts";
import { globalFlags } from "../../../lib/cli/command/flags.ts";
import { parseCommandLine } from "../../../lib/cli/command/parse.ts";
import { UsageError } from "../../../lib/base/errors.ts";

const commands = await allCommands();

function leaf(name: string, more: Partial<LeafCommand>): LeafCommand {
  return {
    ...command({
      name,
      summary: "",
      flags: {},
      operands: { usage: "FILE...", min: 0 },
      example: "",
      underTheHood: "",
      run: () => Promise.resolve(0),
    }),
    ...more,
  };
}

const GLOBALS = {
  socket: { kind: "string", value: "PATH", help: "" },
  strict: { kind: "boolean", help: "" },
} as const satisfies Flags;

const FLAGS = {
  name: { kind: "string", value: "NAME", help: "" },
  mode: { kind: "string", value: "M", default: "644", help: "" },
  timeout: { kind: "number", value: "S", default: 60, help: "" },
  trace: { kind: "boolean", aliases: ["t", "v"], help: "" },
  file: { kind: "optional", value: "F", help: "" },
  P: { kind: "list", value: "K=V", help: "" },
  "dry-run": { kind: "boolean", help: "" },
} as const satisfies Flags;

const ROOT = group("lxops", "", [
  leaf("launch", { flags: FLAGS }),
  leaf("one", { operands: { usage: "NAME", min: 1, max: 1 } }),
  leaf("none", { operands: { usage: "", min: 0, max: 0 } }),
  group("instance", "", [
    leaf("exec", { passThrough: true, flags: FLAGS, operands: { usage: "NAME [--] PROGRAM", min: 2 } }),
    leaf("tell", { flags: { d: { kind: "boolean", help: "" } } }),
    leaf("save", { flags: { d: { kind: "string", value: "DIR", help: "" } } }),
  ]),
]);

function parsed(line: string) {
  return parseCommandLine(ROOT, GLOBALS, line === "" ? [] : line.split(" "));
}

function refused(line: string): string {
  const error = assertThrows(() => parsed(line), UsageError);
  assert(error.advice.every((advice) => /^See: lxops.* --help$/.test(advice)), error.advice.join());
  return error.message;
}

const DEFAULTS = {
  name: "",
  mode: "644",
  timeout: 60,
  trace: false,
  file: undefined,
  P: [],
  "dry-run": false,
};

const VALUES: readonly [string, Readonly<Record<string, unknown>>][] = [
  ["launch a", {}],
  ["launch -name x a", { name: "x" }],
  ["launch --name x a", { name: "x" }],
  ["launch -name=x a", { name: "x" }],
  ["launch --name=x a", { name: "x" }],
  ["launch a -name x", { name: "x" }],
  ["launch -name= a", { name: "" }],
  ["launch -name=-x a", { name: "-x" }],
  ["launch -name -x a", { name: "-x" }],
  ["launch -name a=b=c a", { name: "a=b=c" }],
  ["launch -name=a=b=c a", { name: "a=b=c" }],
  ["launch -name x -name y a", { name: "y" }],
  ["launch -mode 600 a", { mode: "600" }],
  ["launch -mode= a", { mode: "" }],
  ["launch -t a", { trace: true }],
  ["launch -v a", { trace: true }],
  ["launch --trace a", { trace: true }],
  ["launch -t=true a", { trace: true }],
  ["launch -t=1 a", { trace: true }],
  ["launch -t=T a", { trace: true }],
  ["launch -t=false a", { trace: false }],
  ["launch -t=0 a", { trace: false }],
  ["launch -t=F a", { trace: false }],
  ["launch -t -t=false a", { trace: false }],
  ["launch -t -trace=false a", { trace: false }],
  ["launch -timeout 5 a", { timeout: 5 }],
  ["launch -timeout=0 a", { timeout: 0 }],
  ["launch -timeout 0.5 a", { timeout: 0.5 }],
  ["launch -file x a", { file: "x" }],
  ["launch -file= a", { file: "" }],
  ["launch -P a=1 --P=b=2 a -P c=", { P: ["a=1", "b=2", "c="] }],
  ["launch a --dry-run", { "dry-run": true }],
  ["-name x launch a", { name: "x" }],
  ["--dry-run launch a", { "dry-run": true }],
];

for (const [line, expected] of VALUES) {
  Deno.test(`parseCommandLine() reads the flags of: ${line}`, () => {
    const { values, operands, help } = parsed(line);
    assertEquals(values, { ...DEFAULTS, ...expected });
    assertEquals([operands, help], [["a"], false]);
  });
}

Deno.test("parseCommandLine() keeps every character of a value", () => {
  const value = "line 1\nline 2=\t'\u00e4' --x";
  for (const args of [["-P", value], [`-P=${value}`], [`--P=${value}`]]) {
    assertEquals(parseCommandLine(ROOT, GLOBALS, ["launch", ...args]).values["P"], [value]);
  }
});

Deno.test("parseCommandLine() takes flags of all commands before, between and behind the names of commands", () => {
  for (
    const line of [
      "-socket s -strict instance tell -d",
      "instance -socket=s --strict tell -d",
      "instance tell -d x -socket s -strict",
    ]
  ) {
    const { globals, values } = parsed(line);
    assertEquals([globals, values], [{ socket: "s", strict: true }, { d: true }], line);
  }
  assertEquals(parsed("instance tell").globals, { socket: "", strict: false });
});

Deno.test("parseCommandLine() does not guess what a flag means before it is known which command follows", () => {
  assertEquals(
    refused("instance -d tell"),
    'Flag "-d" takes a value with some commands and none with others: write it after the command',
  );
  assertEquals(parsed("instance -d=x save").values, { d: "x" });
  assertEquals(parsed("instance -d=true tell").values, { d: true });
});

const OPERANDS: readonly [string, readonly string[]][] = [
  ["launch", []],
  ["launch a b", ["a", "b"]],
  ["launch a -t b", ["a", "b"]],
  ["launch -", ["-"]],
  ["launch 007 1e3 0x10", ["007", "1e3", "0x10"]],
  ["launch -- -name --dry-run", ["-name", "--dry-run"]],
  ["launch a -- b -- c", ["a", "b", "--", "c"]],
  ["-- launch a", ["a"]],
  ["launch __proto__ constructor", ["__proto__", "constructor"]],
  ["instance exec a ls", ["a", "ls"]],
  ["instance exec a ls -l --name x", ["a", "ls", "-l", "--name", "x"]],
  ["instance exec a -- ls -l", ["a", "ls", "-l"]],
  ["instance exec -- a ls -l", ["a", "ls", "-l"]],
  ["instance exec -- a -- ls -- x", ["a", "ls", "--", "x"]],
  ["instance exec a -- -x", ["a", "-x"]],
  ["instance exec a ls --help -h", ["a", "ls", "--help", "-h"]],
];

for (const [line, expected] of OPERANDS) {
  Deno.test(`parseCommandLine() reads the operands of: ${line}`, () => {
    assertEquals(parsed(line).operands, expected);
  });
}

Deno.test("parseCommandLine() takes flags of a command that passes operands on before the first of them", () => {
  const { values, operands } = parsed("instance exec -name x -t a -t");
  assertEquals([values["name"], values["trace"], operands], ["x", true, ["a", "-t"]]);
});

const WRONG: readonly [string, string][] = [
  ["lunch", '"lxops" has no command "lunch"; did you mean "launch"?'],
  ["zzzzz", '"lxops" has no command "zzzzz"'],
  ["instance exce a", '"lxops instance" has no command "exce"; did you mean "exec"?'],
  ["launch -nmae x", '"lxops launch" has no flag "-nmae"; did you mean "--name"?'],
  ["launch --pasword=secret a", '"lxops launch" has no flag "--pasword"'],
  ["-bogus launch", '"lxops" has no flag "-bogus"'],
  ["one -name x a", '"lxops one" has no flag "-name"'],
  ["-name x one a", '"lxops one" has no flag "-name"'],
  ["launch -name", 'Flag "-name" needs a value'],
  ["launch a --P", 'Flag "--P" needs a value'],
  [
    "launch -name --dry-run a",
    'Flag "-name" needs a value, and "--dry-run" is a flag; if it is the value, write "-name=--dry-run"',
  ],
  ["launch -file -h", 'Flag "-file" needs a value, and "-h" is a flag; if it is the value, write "-file=-h"'],
  ["launch -t=yes a", 'Flag "--trace" is true or false, not "yes"'],
  ["launch -t= a", 'Flag "--trace" is true or false, not ""'],
  ...["", "x", "1e3", "0x10", "-1", "1_000", "Infinity", "5s", ".5"].map((text): [string, string] => [
    `launch -timeout=${text} a`,
    `Flag "--timeout" needs a number, not "${text}"`,
  ]),
  ["one", '"lxops one" needs NAME'],
  ["one a b", '"lxops one" takes NAME, not "b"'],
  ["none a", '"lxops none" takes no operands, not "a"'],
  ["instance exec a", '"lxops instance exec" needs NAME [--] PROGRAM; it was given only "a"'],
  ["instance exec a --", '"lxops instance exec" needs NAME [--] PROGRAM; it was given only "a"'],
];

for (const [line, message] of WRONG) {
  Deno.test(`parseCommandLine() says what is wrong with: ${line}`, () => {
    assertEquals(refused(line), message);
  });
}

Deno.test("parseCommandLine() gives help where it is asked for it, whatever operands are missing", () => {
  for (const line of ["one -h", "one --help", "-h one", "one -help a b c", "instance exec --h"]) {
    assertEquals(parsed(line).help, true, line);
  }
  assertEquals(parsed("instance exec --help").path.map(({ name }) => name), ["lxops", "instance", "exec"]);
});

Deno.test("parseCommandLine() refuses empty operands, and leaves those of a program and values alone", () => {
  assertEquals(refused("one "), 'Operand 1 of "lxops one" is empty; it takes NAME');
  assertStringIncludes(refused("launch a  b"), "Operand 2");
  assertStringIncludes(refused("instance exec  p"), "Operand 1");
  assertEquals(parsed("instance exec x p ").operands, ["x", "p", ""]);
  const set = parseCommandLine(commands, globalFlags, ["property", "set", "KEY", ""]);
  assertEquals(set.operands, ["KEY", ""]);
});

Deno.test("parseCommandLine() gives the help of a group that is not followed by a command", () => {
  for (
    const [line, path] of [["", "lxops"], ["instance", "lxops instance"], [
      "instance -name x",
      "lxops instance",
    ]]
  ) {
    const { help, path: found } = parsed(line!);
    assertEquals([help, found.map(({ name }) => name).join(" ")], [true, path]);
  }
});

function leaves(one: AnyCommand): LeafCommand[] {
  return one.kind === "command" ? [one] : one.commands.flatMap(leaves);
}

Deno.test("no command has two flags of one name, or one of a name that all commands have", () => {
  for (const { name, flags } of leaves(commands)) {
    const names = Object.entries({ ...flags, ...globalFlags }).flatMap((
      [key, { aliases }]: [string, Flags[string]],
    ) => [key, ...aliases ?? []]);
    assertEquals(names.toSorted(), [...new Set(names)].toSorted(), name);
    for (const key of Object.keys(flags)) assert(!(key in globalFlags), `${name} -${key}`);
  }
});
