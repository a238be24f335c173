/** Options of calls are the flags of commands, with their defaults. */
import { assertEquals, assertThrows } from "@std/assert";
import { command as defined } from "../../lib/cli/command/command.ts";
import { globalFlags } from "../../lib/cli/command/flags.ts";
import { parseCommandLine } from "../../lib/cli/command/parse.ts";
import { allCommands } from "../../lib/cli/commands.ts";
import type { AnyCommand, LeafCommand } from "../../lib/cli/command/command.ts";
import { UsageError } from "../../lib/base/errors.ts";
import { optionName, valuesOf } from "../../lib/library/values.ts";
import type {
  BuildImageOptions,
  CallOptions,
  DestroyOptions,
  LaunchOptions,
  RebuildOptions,
  RunOptions,
} from "../../lib/mod.ts";

const root = await allCommands();

/** The options that no flag has. */
type Others = keyof CallOptions | "input" | "maxOutput" | "imageProperties";
type Every<O> = Required<Omit<O, Others>>;

const configuration = {
  name: "n",
  project: "p",
  properties: "/p.yaml",
  P: { a: "1" },
};
const change = {
  ...configuration,
  parallel: 2,
  undoOnFailure: true,
  lockTimeout: 3,
  noLock: true,
  waitStop: 4,
  adopt: true,
};
const create = {
  ...change,
  env: { E: "x=y" },
  envFile: [".env"],
  set: { "limits.memory": "1GiB" },
  resume: true,
  timeout: 5,
  stepTimeout: 6,
  moveDevices: true,
};
const launch: Every<LaunchOptions> = { ...create, vm: true, target: "m" };
const rebuild: Every<RebuildOptions> = {
  ...create,
  deleteSnapshots: true,
  newAddress: true,
  resetProfiles: true,
  noReturn: true,
  keepFailed: true,
  keepOld: true,
  undoData: true,
  maxCopy: "1MiB",
  back: true,
  inPlace: true,
  noLoss: true,
};
const destroy: Every<DestroyOptions> = { ...change, force: true, mustExist: true };
const run: Every<RunOptions> = {
  name: "n",
  project: "p",
  profile: ["default"],
  config: { "user.a": "b" },
  limits: { cpu: "2", memory: "1GiB" },
  nesting: true,
  mount: ["/a:/b"],
  net: "none",
  wait: "net",
  waitTimeout: 1,
  copyIn: ["a:/b"],
  copyOut: ["/b:a"],
  overwrite: true,
  maxSize: 1,
  cache: ["c:/c"],
  keep: "always",
  env: { A: "b" },
  envFile: [".env"],
  user: "u",
  cwd: "/",
  timeout: "1m",
  killAfter: "1s",
  vm: true,
  target: "m",
  properties: "/p.yaml",
  P: { a: "1" },
};
const build: Every<BuildImageOptions> = {
  alias: "a",
  project: "p",
  check: ["true"],
  hostKey: "image",
  serial: "1",
  compression: "none",
  split: true,
  export: "/e",
  force: true,
  adopt: true,
  keepFailed: true,
  parallel: 1,
  lockTimeout: 2,
  noLock: true,
  waitStop: 3,
  timeout: 4,
  stepTimeout: 5,
  properties: "/p.yaml",
  P: { a: "1" },
  env: { A: "b" },
  envFile: [".env"],
  set: { image: "x" },
  vm: true,
  target: "m",
};

Deno.test("valuesOf() refuses options that no flag is, and those of flags that are for people", () => {
  const command = defined({
    name: "c",
    summary: "",
    flags: { "keep-old": { kind: "boolean", help: "" }, "dry-run": { kind: "boolean", help: "" } },
    operands: { usage: "", min: 0, max: 0 },
    example: "",
    underTheHood: "",
    run: () => Promise.resolve(0),
  });
  for (
    const [options, message] of [
      [{ keepold: true }, 'There is no option "keepold"; did you mean "keepOld"?'],
      [{ "keep-old": true }, 'There is no option "keep-old"; did you mean "keepOld"?'],
      [{ dryRun: true }, 'There is no option "dryRun"'],
    ] as const
  ) {
    const error = assertThrows(() => valuesOf(command, options), UsageError);
    assertEquals(error.message, message);
  }
  const signal = new AbortController().signal;
  assertEquals(
    valuesOf(command, { keepOld: true, signal, onEvent: undefined, other: undefined })["keep-old"],
    true,
  );
});

/** Flags of the output, flags for users at a terminal, and flags without effect. */
const FOR_PEOPLE = [
  "dry-run",
  "plan",
  "show-secrets",
  "trace",
  "json",
  "progress",
  "quiet",
  "timestamps",
  "wait-configure",
  "poll",
  "y",
  "format",
  "columns",
];
/** Flags whose work other calls of the library do, and flags that need a terminal. */
const OF_RUN = [
  "i",
  "t",
  "rm",
  "status-file",
  "sweep",
  "older",
  "discard",
  "until-stopped",
  "ssh-listen",
  "pool",
  "pool-wait",
  "owner",
];

function find(path: readonly string[]): LeafCommand {
  let at: AnyCommand = root;
  for (const name of path) {
    at = (at as typeof root).commands.find((one) => one.name === name)!;
  }
  return at as LeafCommand;
}

for (
  const [path, options, without] of [
    [["launch"], launch, []],
    [["rebuild"], rebuild, []],
    [["destroy"], destroy, []],
    [["run"], run, OF_RUN],
    [["image", "build"], build, []],
  ] as const
) {
  Deno.test(`the options of "${path.join(" ")}" are its flags, each with a value of its kind`, () => {
    const command = find(path);
    const flags = Object.keys(command.flags).filter((name) =>
      ![...FOR_PEOPLE, ...without as readonly string[]].includes(name)
    );
    assertEquals(Object.keys(options).toSorted(), flags.map(optionName).toSorted());
    const values = valuesOf(command, options);
    for (const [name, flag] of Object.entries(command.flags)) {
      const kind = flag.kind === "list" ? Array.isArray(values[name]) : typeof values[name];
      const wanted = {
        list: true,
        boolean: "boolean",
        number: "number",
        string: "string",
        optional: "string",
      };
      if (flags.includes(name)) assertEquals(kind, wanted[flag.kind], name);
    }
  });

  Deno.test(`without options, a call has the values of "${path.join(" ")}" without flags`, () => {
    const { values } = parseCommandLine(root, globalFlags, [...path, "x"]);
    assertEquals(valuesOf(find(path), {}), values);
  });
}

Deno.test("records are the KEY=VALUE texts of flags", () => {
  const command = defined({
    name: "x",
    summary: "",
    flags: {
      P: { kind: "list", value: "KEY=VALUE", help: "" },
      limits: { kind: "string", value: "", help: "" },
    },
    operands: { usage: "", min: 0 },
    example: "",
    underTheHood: "",
    run: () => Promise.resolve(0),
  });
  assertEquals(valuesOf(command, { P: { a: "1=2", b: "" }, limits: { cpu: "2", memory: "1GiB" } }), {
    P: ["a=1=2", "b="],
    limits: "cpu=2,memory=1GiB",
  });
});
