import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Effect } from "../../../../lib/step/step.ts";
import { run } from "../../../fakes/memory_app.ts";
import { memoryServer } from "../../../fakes/memory_server.ts";
import { noControls, recorder } from "../../../fakes/recorder.ts";
import { worldOf } from "../../../plan/world_spec.ts";

const WORLD = worldOf({
  instances: [
    { name: "deb", config: { "image.os": "Debian" } },
    { name: "alp", config: { "image.os": "tiny" } },
    { name: "off", status: "Stopped" },
    { name: "odd" },
  ],
  releases: { alp: "ID=alpine\n", odd: "ID=plan9\n" },
});

const FILES = {
  "/c/a.cfg": "#cloud-config\npackages: [curl]\n",
  "/c/b.cfg": "#cloud-config\nwrite_files: [{path: /b, content: b, mode: '0600'}]\n",
  "/c/bad.cfg": "#cloud-config\npackages: {a: b}\n",
  "/c/secret.cfg": "#cloud-config\nusers: [{name: ann, plain_text_passwd: hunter2}]\n",
};

/** Runs a command line; what is run in instances is named by instance and title of the items. */
async function cli(args: readonly string[], stdin?: string) {
  const memory = memoryServer(WORLD);
  const known = (name: string) => WORLD.instances.has(`default/${name}`);
  const server: typeof memory = {
    ...memory,
    instance: (ref) => known(ref.name) ? memory.instance(ref) : Promise.resolve(undefined),
  };
  const recorded = recorder(server);
  const options = { world: WORLD, server, files: FILES, ...(stdin === undefined ? {} : { stdin }) };
  const { code, stdout, stderr, events } = await run(args, { ...options, controls: () => recorded });
  const isScript = (effect: Effect) => effect.kind === "exec" && effect.argv.join(" ") === "/bin/sh -s";
  const applied = recorded.effects.filter(isScript).map((effect) => {
    const { instance, stdin = "" } = effect as Extract<Effect, { kind: "exec" }>;
    const titles = [...stdin.matchAll(/^lxops_run .* '(.*\))'$/gm)].map(([, title]) => title);
    return `${instance.name}: ${titles.join(", ")}`;
  });
  const notes = events.flatMap((event) => event.kind === "note" ? [event.text] : []);
  return { code, stdout, stderr, applied, notes };
}

Deno.test("cloudconfig takes files with -i, instances with -f, and stdin where no file is named", async () => {
  const stdin = FILES["/c/a.cfg"];
  const b = ["deb: Write /b (b.cfg)", "alp: Write /b (b.cfg)"];
  const cases: [readonly string[], readonly string[]][] = [
    [["cloudconfig", "-i", "deb", "a.cfg", "b.cfg"], [
      "deb: Install packages curl (a.cfg), Write /b (b.cfg)",
    ]],
    [["cloudconfig", "-i", "deb"], ["deb: Install packages curl (stdin)"]],
    [["cloudconfig", "-f", "b.cfg", "deb", "alp", "deb"], b],
    [["cloudconfig", "-f=b.cfg", "-i=deb"], b.slice(0, 1)],
    [["cloudconfig", "-ostype", "debian", "deb"], ["deb: Install packages curl (stdin)"]],
    [["cloudconfig", "-ostype", "debian", "-f", "-", "deb"], ["deb: Install packages curl (stdin)"]],
    [["instance", "cloudconfig", "-i", "deb"], ["deb: Install packages curl (stdin)"]],
    [["instance", "cloudconfig", "-i", "deb", "b.cfg"], b.slice(0, 1)],
    [["instance", "cloudconfig", "-i", "deb", "-", "b.cfg"], [
      "deb: Install packages curl (stdin), Write /b (b.cfg)",
    ]],
    [["cloudconfig", "-i", "deb", "-only", "packages", "a.cfg", "b.cfg"], [
      "deb: Install packages curl (a.cfg)",
    ]],
  ];
  for (const [args, expected] of cases) {
    const { code, applied, stderr } = await cli(args, stdin);
    assertEquals([code, applied], [0, expected], `${args.join(" ")}\n${stderr}`);
  }
});

Deno.test("cloudconfig refuses impossible items before the first change", async () => {
  const cases: [readonly string[], number, RegExp][] = [
    [["cloudconfig"], 2, /An instance is needed/],
    [["cloudconfig", "-f", "a.cfg"], 2, /An instance is needed/],
    [["cloudconfig", "-f", "a.cfg", "-i", "deb", "x"], 2, /Unexpected operand "x"/],
    [["cloudconfig", "-f", "missing.cfg", "deb"], 3, /missing\.cfg: No such file/],
    [["cloudconfig", "-i", "deb", "missing.cfg", "bad.cfg"], 3, /missing\.cfg.*\n.*bad\.cfg:2:/],
    [["cloudconfig", "-f", "a.cfg", "deb", "none"], 7, /There is no instance "none"/],
    [["cloudconfig", "-f", "a.cfg", "deb", "off"], 9, /instance "off": it is stopped/],
    [
      ["cloudconfig", "-f", "a.cfg", "deb", "odd"],
      2,
      /operating system of instance "odd"; name it with --ostype/,
    ],
    [["cloudconfig", "-f", "a.cfg", "-ostype", "plan9", "deb"], 2, /no ostype "plan9"; there are alpine, /],
    [["cloudconfig", "-f", "a.cfg", "-order", "x", "deb"], 2, /--order is lxops or cloud-init/],
    [["cloudconfig", "-f", "a.cfg", "-only", "package", "deb"], 2, /did you mean "packages"/],
    [["cloudconfig", "-i", "deb"], 2, /A file is needed/],
    [["instance", "cloudconfig", "a.cfg"], 2, /An instance is needed, with -i/],
    [["cloudconfig", "plan", "a.cfg"], 2, /--ostype is needed: one of alpine, /],
    [["cloudconfig", "lint", "a.cfg", "missing.cfg"], 3, /missing\.cfg: No such file/],
    [["configure", "-all", "-resume", "a.yaml"], 2, /--all and --resume cannot be combined/],
    [
      ["configure", "-only", "nothing", "a.yaml"],
      2,
      /Unknown section "nothing" in --only; there are apk_repos/,
    ],
  ];
  for (const [args, expected, message] of cases) {
    const { code, applied, stderr } = await cli(args);
    assertEquals([code, applied], [expected, []], `${args.join(" ")}\n${stderr}`);
    assertMatch(stderr, message, args.join(" "));
  }
});

Deno.test("cloudconfig finds out what system an instance has, and says so", async () => {
  assertEquals((await cli(["cloudconfig", "-f", "a.cfg", "deb", "alp"])).notes, [
    'The ostype is "debian", as the image of instance "deb" says',
    'The ostype is "alpine", as /etc/os-release of instance "alp" says',
  ]);
  assertEquals((await cli(["cloudconfig", "-ostype=debian", "-f", "a.cfg", "odd"])).notes, []);
});

Deno.test("cloudconfig lists the operating systems that it knows", async () => {
  for (const args of [["cloudconfig"], ["instance", "cloudconfig"], ["cloudconfig", "plan"]]) {
    const { code, stdout } = await cli([...args, "-ostype", "?"]);
    assertEquals(code, 0);
    assertStringIncludes(stdout, "debian\nubuntu\n");
  }
});

Deno.test("a dry run shows passwords only when told to", async () => {
  const args = ["cloudconfig", "--dry-run", "-f", "secret.cfg", "deb"];
  const dry = (more: readonly string[]) =>
    run([...args, ...more], { world: WORLD, files: FILES, controls: noControls });
  const { stdout: hidden } = await dry([]);
  assertStringIncludes(hidden, "# Secrets are left out; --show-secrets prints the script with them\n");
  assertStringIncludes(hidden, `<<'END'\necho "lxops: secrets are left out of this script`);
  assertEquals(hidden.includes("hunter2"), false);
  const { stdout: shown } = await dry(["--show-secrets"]);
  assertStringIncludes(shown, "hunter2");
  assertEquals(shown.includes("left out"), false);
});

Deno.test("cloudconfig plan prints the script, without secrets unless told to", async () => {
  const { stdout } = await cli(["cloudconfig", "plan", "-ostype=debian", "secret.cfg", "b.cfg"]);
  assertStringIncludes(stdout, "# 3  Write /b (b.cfg)  b.cfg:2\n");
  assertEquals(stdout.includes("hunter2"), false);
  const plan = ["cloudconfig", "plan", "-ostype=debian", "-show-secrets", "-step-timeout=7"];
  const { stdout: shown } = await cli([...plan, "-only=users", "secret.cfg", "b.cfg"]);
  assertStringIncludes(shown, "hunter2");
  assertStringIncludes(shown, "lxops_limit=7\n");
  assertEquals(shown.includes("b.cfg"), false);
});

Deno.test("cloudconfig lint prints what it finds with its place, and exits with 1", async () => {
  const { code, stdout } = await cli(["cloudconfig", "lint", "a.cfg", "b.cfg", "secret.cfg"]);
  assertEquals(code, 1);
  assertEquals(stdout.split("\n").map((line) => line.replace(/: warning: .*/, "")), [
    "b.cfg:2:38 write_files.0.mode",
    "secret.cfg:2:10 users.0",
    "secret.cfg:2:21 users.0.plain_text_passwd",
    "",
  ]);
  assertStringIncludes(stdout, 'Unknown key "mode" in write_files.0 is ignored; it is "permissions"');
  assertEquals((await cli(["-strict", "cloudconfig", "lint", "b.cfg"])).code, 3);
});
