/** Scripts of dry runs, run by a real shell. */
import { assert, assertEquals } from "@std/assert";
import { planScript } from "../../../lib/plan/output/script.ts";
import type { Effect, Plan } from "../../../lib/step/step.ts";
import { plan } from "../../support/steps.ts";

/** Values that mean something to shells. */
const NASTY: readonly string[] = [
  "plain",
  "",
  " two  words ",
  "it's",
  "''",
  '"$HOME" `id` $(id) ${x}',
  "back\\slash\\",
  "new\nline",
  "-n",
  "--",
  "~/x",
  "*?[a]",
  "a;b|c&d>e<f",
  "=x",
  "#no comment",
  "\u00fc\u65e5\u{1f600}",
  "END",
  "\ttab\r",
  "!!",
  "{a,b}",
];

/** Stands for lxops, and for programs: prints its arguments and its input, each with an end of its own. */
const RECORDER = `#!/bin/sh
printf 'call\\0'
for argument; do printf '%s\\0' "$argument"; done
printf 'input\\0'
cat
printf '\\0'
`;

interface Call {
  readonly args: readonly string[];
  readonly input: string;
}

/** Runs the script of a plan with programs that only record their calls. */
async function called(
  effects: readonly Effect[],
  sudo = false,
): Promise<{ calls: readonly Call[]; code: number }> {
  const directory = await Deno.makeTempDir();
  try {
    const program = `${directory}/it's lxops`;
    await Deno.writeTextFile(program, RECORDER, { mode: 0o755 });
    const steps = effects.map((effect, index) => ({ title: `step ${index}\nexit 1`, effect }));
    const what: Plan = { first: [], each: [{ ...plan("a", ...steps), notes: ["note\nexit 1"] }] };
    const script = planScript(what, { program, globals: ["-socket", "/a b"], sudo });
    await Deno.writeTextFile(`${directory}/script`, script);
    const ended = await new Deno.Command("/bin/sh", {
      args: [`${directory}/script`],
      stdin: "null",
      env: { PATH: `${directory}:/usr/bin:/bin` },
    }).output();
    const text = new TextDecoder().decode(ended.stdout);
    const calls = text.split("call\0").slice(1).map((call) => {
      const [args, input] = call.split("input\0");
      return { args: args!.split("\0").slice(0, -1), input: input!.slice(0, -1) };
    });
    return { calls, code: ended.code };
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const REF = { project: "default", name: "a" };

Deno.test("planScript() makes a script that passes every argument on unchanged", async () => {
  const effects = NASTY.map((value): Effect => ({
    kind: "exec",
    instance: { project: value || "default", name: "a" },
    argv: ["prog", value, "last"],
    env: { A: value },
  }));
  const { calls, code } = await called(effects);
  assertEquals(code, 0);
  assertEquals(
    calls,
    NASTY.map((value) => {
      const project = value === "" ? [] : ["-project", value];
      const args = [...project, "-env", `A=${value}`, "a", "--", "prog", value, "last"];
      return { args: ["-socket", "/a b", "instance", "exec", ...args], input: "" };
    }),
  );
});

Deno.test("planScript() makes a script that passes input on unchanged, whatever its lines", async () => {
  const inputs = [
    "",
    "END\n",
    "END\nEND_\nEND__\n",
    "$(id) `id` $HOME \\ \\\\ 'x' \"y\"\n",
    "\u00fc\n\n\n",
    "# x\n",
  ];
  const effects = inputs.map((stdin): Effect => ({ kind: "exec", instance: REF, argv: ["cat"], stdin }));
  const { calls, code } = await called(effects);
  assertEquals([code, calls.map(({ input }) => input)], [0, inputs]);
});

Deno.test("planScript() makes a script that passes input on that is no text", async () => {
  const effects = ["no end of line", "\u00fc%s\\n\u0001\r"].map((text): Effect => ({
    kind: "exec",
    instance: REF,
    argv: ["cat"],
    input: new TextEncoder().encode(text),
  }));
  const { calls, code } = await called(effects);
  assertEquals([code, calls.map(({ input }) => input)], [0, ["no end of line", "\u00fc%s\\n\u0001\r"]]);
});

Deno.test("planScript() makes a script that writes files byte by byte", async () => {
  const content = Uint8Array.from({ length: 128 }, (_, index) => index).filter((byte) => byte !== 0);
  const text = new TextDecoder().decode(content);
  const push: Effect = {
    kind: "push",
    instance: REF,
    path: "/etc/it's",
    content,
    mode: 0o4750,
    uid: 1,
    gid: 2,
    set: ["mode", "uid", "gid"],
  };
  const { calls, code } = await called([push]);
  assertEquals(code, 0);
  assertEquals(calls, [{
    args: ["-socket", "/a b", "file", "push", "-mode", "4750", "-uid", "1", "-gid", "2", "-", "a/etc/it's"],
    input: text,
  }]);
});

Deno.test("planScript() makes a script that sends requests with their whole body", async () => {
  const bodies = [...NASTY, { "it's": ["$(id)", "\u001b\n"] }];
  const { calls } = await called(
    bodies.map((body) => ({ kind: "send", method: "POST", path: "/1.0/x?project=a&b='", body })),
  );
  assertEquals(
    calls.map(({ args }) => [JSON.parse(args[6]!), args[7]]),
    bodies.map((body) => [body, "/1.0/x?project=a&b='"]),
  );
});

Deno.test("planScript() makes a script that runs programs of the host, behind sudo where that is needed", async () => {
  const run: Effect = { kind: "run", argv: ["printf", "%s\\0", "call", ...NASTY, "input", ""] };
  const { calls, code } = await called([run]);
  assertEquals([code, calls.map(({ args }) => args)], [0, [NASTY]]);
  const script = planScript({ first: [{ title: "x", effect: run }], each: [] }, {
    program: "lxops",
    globals: [],
    sudo: true,
  });
  assert(script.includes("\nsudo printf "), script);
});

Deno.test("planScript() makes a script that ends at the first failure", async () => {
  const { calls, code } = await called([
    { kind: "exec", instance: REF, argv: ["one"] },
    { kind: "run", argv: ["false"] },
    { kind: "exec", instance: REF, argv: ["two"] },
  ]);
  assertEquals([code, calls.length], [1, 1]);
});

Deno.test("planScript() makes a script that stops where an owner is unknown", async () => {
  const own: Effect = { kind: "own", instance: REF, paths: ["/nowhere"], assumed: "1:1" };
  const { code } = await called([own, { kind: "exec", instance: REF, argv: ["two"] }]);
  assert(code !== 0);
});
