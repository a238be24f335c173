import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { App } from "../../lib/cli/command/app.ts";
import { command, group } from "../../lib/cli/command/command.ts";
import { dispatch } from "../../lib/cli/dispatch.ts";
import {
  CommandError,
  ConfigError,
  InterruptedError,
  LxopsError,
  refuse,
  ServerError,
  StateError,
  TimeoutError,
  UsageError,
} from "../../lib/base/errors.ts";

interface Setup {
  readonly args?: readonly string[];
  readonly code?: number;
  readonly makeApp?: (globals: App["globals"]) => App;
  readonly complain?: (text: string) => void;
}

/** Runs a command that ends with a code or throws. */
async function dispatched(thrown: unknown, setup: Setup = {}) {
  const printed: string[] = [];
  const complaints: string[] = [];
  const root = group("lxops", "Tests", [command({
    name: "go",
    summary: "Goes",
    flags: {},
    operands: { usage: "", min: 0 },
    example: "lxops go",
    underTheHood: "nothing",
    run: () => thrown === undefined ? Promise.resolve(setup.code ?? 0) : Promise.reject(thrown),
  })]);
  const code = await dispatch(root, setup.args ?? ["go"], setup.makeApp ?? (() => ({} as App)), {
    print: (text) => void printed.push(text),
    complain: setup.complain ?? ((text) => void complaints.push(text)),
  });
  return { code, printed: printed.join(""), complaints };
}

const issue = { file: "a.yaml", line: 1, message: "no", severity: "error" } as const;

const CODES: readonly [LxopsError, number, string][] = [
  [new LxopsError("no"), 1, "lxops: no"],
  [new UsageError("no"), 2, "lxops: no"],
  [new ConfigError([issue]), 3, "a.yaml:1: no"],
  [new ServerError("no"), 4, "lxops: no"],
  [new ServerError("no", { status: 409 }), 4, "lxops: no"],
  [new ServerError("Not Found", { status: 404 }), 7, "lxops: Not Found"],
  [new ServerError('Profile "a" already exists', { status: 400 }), 8, 'lxops: Profile "a" already exists'],
  [new CommandError("no", { argv: ["x"], code: 77 }), 5, "lxops: no"],
  [new TimeoutError("no"), 6, "lxops: no"],
  [new StateError("no", { kind: "missing" }), 7, "lxops: no"],
  [new StateError("no", { kind: "exists" }), 8, "lxops: no"],
  [new StateError("no"), 9, "lxops: no"],
  [new StateError("no", { kind: "differs" }), 10, "lxops: no"],
  [new StateError("no", { kind: "locked" }), 11, "lxops: no"],
  [
    refuse("Cannot", ["a", "b"], ["Do this"], "locked"),
    11,
    "lxops: Cannot: a; b\n  Nothing was changed.\n  Do this",
  ],
  [new InterruptedError("no"), 130, "lxops: no"],
];

for (const [error, expected, text] of CODES) {
  Deno.test(`dispatch() returns ${expected} for a ${error.name} "${error.message}"`, async () => {
    const { code, printed, complaints } = await dispatched(error);
    assertEquals([code, printed, complaints], [expected, "", [text]]);
  });
}

Deno.test("dispatch() returns what the command returns", async () => {
  assertEquals(await dispatched(undefined, { code: 42 }), { code: 42, printed: "", complaints: [] });
});

Deno.test("dispatch() reports an unexpected error as a defect, with the place where it happened", async () => {
  const { code, complaints } = await dispatched(new TypeError("x is not\x1b[31m a function"));
  assertEquals(code, 1);
  const [text] = complaints;
  assertStringIncludes(
    text!,
    "lxops: This is a defect of lxops, please report it: TypeError: x is not\\x1b[31m a function",
  );
  assertStringIncludes(text!, "dispatch_test.ts:");
});

Deno.test("dispatch() also reports a thrown value that is no error as a defect", async () => {
  const { code, complaints } = await dispatched("a text");
  assertEquals([code, complaints], [1, ["lxops: This is a defect of lxops, please report it: a text"]]);
});

Deno.test("dispatch() reports the system's error for a file that cannot be read, which is no defect", async () => {
  const thrown = await Deno.readTextFile("/").catch((error) => error);
  const { code, complaints } = await dispatched(thrown);
  assertEquals(code, 1);
  assert(/^lxops: Cannot use "\/": Is a directory/.test(complaints[0]!), complaints[0]);
});

Deno.test("dispatch() prints no message where stderr has no reader", async () => {
  const { code, complaints } = await dispatched(Object.assign(new Error("Broken pipe"), { code: "EPIPE" }));
  assertEquals([code, complaints], [1, []]);
  const cause = Object.assign(new Error("Broken pipe"), { code: "EPIPE" });
  const wrapped = await dispatched(new LxopsError("Broken pipe", [], { cause }));
  assertEquals([wrapped.code, wrapped.complaints], [1, []]);
  const deaf = await dispatched(new ServerError("no"), {
    complain: () => {
      throw Object.assign(new Error("Broken pipe"), { code: "EPIPE" });
    },
  });
  assertEquals(deaf.code, 1);
  const broken = dispatched(new ServerError("no"), {
    complain: () => {
      throw new Error("out of space");
    },
  });
  await assertRejects(() => broken, Error, "out of space");
});

Deno.test("dispatch() prints help to stdout, asks for no app, and returns 0", async () => {
  const makeApp = () => {
    throw new Error("help needs no app");
  };
  for (const args of [[], ["--help"], ["go", "-h"], ["-h", "go"]]) {
    const { code, printed, complaints } = await dispatched(new Error("not run"), { args, makeApp });
    assertEquals([code, complaints], [0, []]);
    assertStringIncludes(printed, args.includes("go") ? "Usage: lxops go" : "Usage: lxops COMMAND");
  }
});

Deno.test("dispatch() tells how to get help where the command line is wrong", async () => {
  const { code, printed, complaints } = await dispatched(undefined, { args: ["gp"] });
  assertEquals([code, printed], [2, ""]);
  assertEquals(complaints, ['lxops: "lxops" has no command "gp"; did you mean "go"?\n  See: lxops --help']);
});

Deno.test("dispatch() gives the global options to the app", async () => {
  const seen: unknown[] = [];
  const makeApp = (globals: App["globals"]) => {
    seen.push(globals);
    return {} as App;
  };
  await dispatched(undefined, { args: ["go", "-socket", "/s", "-strict"], makeApp });
  await dispatched(undefined, { makeApp });
  await dispatched(undefined, { args: ["-remote=r", "go", "-http", "-unix"], makeApp });
  const none = { socket: "", remote: "", http: false, unix: false, strict: false };
  assertEquals(seen, [
    { ...none, socket: "/s", strict: true },
    none,
    { ...none, remote: "r", http: true, unix: true },
  ]);
});

Deno.test("dispatch() reports a failure to make the app like any other", async () => {
  const makeApp = () => {
    throw new ServerError("no daemon");
  };
  assertEquals((await dispatched(undefined, { makeApp })).code, 4);
});
