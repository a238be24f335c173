import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { ServerError } from "../../../../lib/base/errors.ts";
import { run, type RunOptions } from "../../../fakes/memory_app.ts";
import { memoryServer, type MemoryServerOptions } from "../../../fakes/memory_server.ts";
import { recorder, type RecorderOptions } from "../../../fakes/recorder.ts";
import { worldOf } from "../../../plan/world_spec.ts";

async function ran(
  line: string,
  options: RecorderOptions = {},
  more: Partial<RunOptions> & { readonly state?: MemoryServerOptions["state"] } = {},
) {
  const world = worldOf({ instances: [{ name: "a" }] });
  const server = memoryServer(world, more.state ? { state: more.state } : {});
  const controls = recorder(server, options);
  const outcome = await run(line.split(" "), { world, server, controls: () => controls, ...more });
  return { ...outcome, effects: controls.effects };
}

Deno.test("instance exec runs a program with its arguments, environment and input", async () => {
  const { code, effects } = await ran("instance exec -env A=1 -env B=x=y a -- ls -l", {}, {
    stdin: "text\n",
  });
  const instance = { project: "default", name: "a" };
  assertEquals(code, 0);
  assertEquals(effects, [
    { kind: "exec", instance, argv: ["ls", "-l"], inherits: true, env: { A: "1", B: "x=y" } },
  ]);
});

Deno.test("instance exec sends no input where there is none", async () => {
  const { effects } = await ran("instance exec -project web a true");
  assertEquals(effects, [{ kind: "exec", instance: { project: "web", name: "a" }, argv: ["true"], env: {} }]);
});

for (const code of [0, 1, 77, 127, 255]) {
  Deno.test(`instance exec exits as the program does: ${code}`, async () => {
    const outcome = await ran("instance exec a x", {
      exec: (_exec, onLine) => {
        onLine("out", "stdout");
        onLine("err", "stderr");
        return code;
      },
    });
    assertEquals([outcome.code, outcome.stderr], [code, ""]);
    const passed = outcome.events.flatMap((event) =>
      event.kind === "bytes" ? [event.stream, new TextDecoder().decode(event.bytes)] : []
    );
    assertEquals(passed, ["stdout", "out\n", "stderr", "err\n"]);
  });
}

Deno.test("instance exec says what the daemon says where it cannot run anything", async () => {
  const { code, stderr } = await ran("instance exec a x", {
    exec: () => {
      throw new ServerError("Instance is not running", { status: 400 });
    },
  });
  assertEquals([code, stderr], [
    125,
    "lxops: Instance is not running\n  Start it with: lxops instance start a\n",
  ]);
});

for (
  const [what, bytes, isText] of [
    ["text in lines", [0x61, 0x0a], true],
    ["text with a mark of its order in front", [0xef, 0xbb, 0xbf, 0x61, 0x0a], true],
    ["a last line that does not end", [0x61], false],
    ["a zero", [0x00, 0x0a], false],
    ["bytes that are no text", [0xff, 0xfe, 0x0a], false],
  ] as const
) {
  Deno.test(`instance exec shows input as it is: ${what}`, async () => {
    const { stdout } = await ran("instance exec -dry-run a cat", {}, { piped: new Uint8Array(bytes) });
    assertStringIncludes(
      stdout,
      isText ? "lxops instance exec a -- cat <<'END" : "| lxops instance exec a -- cat",
    );
    const octets = bytes.map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
    assertEquals(stdout.includes(`printf '${octets}'`), !isText);
  });
}

Deno.test("exec takes the variables of files, and before those the ones of the command line", async () => {
  const files = { "/c/one.env": "A=1\nB=1\n", "/c/two.env": 'B="2 $A"\nC=2\n', "/c/bad.env": 'A="x" y\n' };
  const { effects, stderr } = await ran(
    "instance exec -env-file one.env -env-file=two.env -env C=3 a env",
    {},
    { files },
  );
  assertEquals(stderr, "");
  const [program] = effects;
  assertEquals(program?.kind === "exec" && [program.env, program.stdin, program.argv.at(-1)], [
    undefined,
    "export A=1\nexport B='2 1'\nexport C=3\n",
    "env",
  ]);
  const bad = await ran("instance exec -env-file bad.env a env", {}, { files });
  assertEquals([bad.code, bad.effects], [125, []]);
  assertStringIncludes(bad.stderr, "bad.env:1:1");
  const missing = await ran("instance exec -env-file none.env a env", {}, { files });
  assertEquals([missing.code, missing.stderr], [2, 'lxops: --env-file: there is no file "none.env"\n']);
});

for (const command of ["exec", "shell"]) {
  Deno.test(`A dry run of ${command} shows no value of a file, and cannot be run without them`, async () => {
    const files = { "/c/s.env": "TOKEN=from-the-file\n" };
    const line = `instance ${command} -dry-run -env-file s.env -env DB=typed a -- env`;
    const hidden = await ran(line, {}, { files });
    assertStringIncludes(hidden.stdout, "-env TOKEN=*** -env DB=typed a");
    assertMatch(hidden.stdout, /\nset -eu\necho .*exit 1\nlxops/);
    const shown = await ran(line.replace("-dry-run", "-dry-run -show-secrets"), {}, { files });
    assertStringIncludes(shown.stdout, "-env TOKEN=from-the-file -env DB=typed a");
    assertEquals(shown.stdout.includes("exit 1"), false);
  });
}

Deno.test("instance exec takes variables with a name only", async () => {
  for (const bad of ["A", "=x"]) {
    const { code, stderr } = await ran(`instance exec -env ${bad} a x`);
    assertEquals([code, stderr], [2, `lxops: --env takes KEY=VALUE, not "${bad}"\n`]);
  }
});

Deno.test("instance wait waits for conditions in time, and tells which was not met", async () => {
  const state: MemoryServerOptions["state"] = () => ({ status: "Running", addresses: [] });
  assertEquals((await ran("instance wait -until ipv4,exec a")).code, 0);
  const { code, stderr } = await ran("instance wait -timeout 0 -until=ipv6 a", {}, { state });
  assertEquals(code, 6);
  assertStringIncludes(stderr, 'lxops: Instance "a" has no IPv6 address\n');
  assertEquals((await ran("instance wait -timeout 0 -until= a", {}, { state })).code, 0);
});

Deno.test("instance wait takes conditions that there are only", async () => {
  const { code, stderr } = await ran("instance wait -until ipv4,ipv5 a");
  const known = "network, ipv4, ipv6, exec, systemd, cloud-init, stopped";
  assertEquals([code, stderr], [2, `lxops: --until takes ${known}, not "ipv5"\n`]);
});

Deno.test("instance stop stops an instance in the time that it has", async () => {
  const instance = { project: "default", name: "a" };
  assertEquals((await ran("instance stop a")).effects, [{ kind: "stop", instance, seconds: 5 }]);
  assertEquals((await ran("instance stop -wait-stop 0 a")).effects, [{ kind: "stop", instance, seconds: 0 }]);
});

Deno.test("instance start and restart bring instances up from whatever state", async () => {
  const states = worldOf({
    instances: [
      { name: "a", status: "Stopped" },
      { name: "b" },
      { name: "c", ephemeral: true },
      { name: "d", status: "Frozen", config: { "user.lxops.frozen": "true" } },
      { name: "e", status: "Error" },
      { name: "f", status: "Frozen" },
    ],
  });
  const effects = async (line: string) => {
    const outcome = await ran(line, {}, { world: states, server: memoryServer(states) });
    assertEquals(outcome.code, 0, outcome.stderr);
    return outcome.effects.map((effect) =>
      effect.kind === "send" ? `${(effect.body as { action: string }).action} ${effect.path}` : effect.kind
    );
  };
  assertEquals(await effects("instance start a b a"), ["start /1.0/instances/a/state"]);
  assertEquals(await effects("instance start -until exec b"), ["wait"]);
  assertEquals(await effects("instance restart -until ipv4 -parallel 1 a b c"), [
    "start /1.0/instances/a/state",
    "wait",
    "stop",
    "start /1.0/instances/b/state",
    "wait",
    "restart /1.0/instances/c/state",
    "wait",
  ]);
  const refused = async (line: string, code: number, text: string) => {
    const outcome = await ran(line, {}, { world: states, server: memoryServer(states) });
    assertEquals([outcome.code, outcome.effects], [code, []]);
    assertStringIncludes(outcome.stderr, text);
  };
  await refused("instance start a d", 9, 'Cannot start instance "d": it is frozen by lxops');
  await refused("instance restart e", 9, "the cluster member that it is on may not answer");
  await refused("instance start f", 9, "To unfreeze it: lxops unpause f");
  await refused("instance start a x y", 7, 'There are no instances "x", "y"');
  await refused("instance start -until stopped a", 2, 'not "stopped"');
  await refused("instance stop -parallel 0 a", 2, "--parallel needs a whole number");
});

Deno.test("instance start, restart and stop take configuration files", async () => {
  const files = {
    "/c/a.yaml": "#lxops-v1\nimage: tiny\n",
    "/c/web.yml": "#lxops-v1\nimage: tiny\nproject: web\n",
  };
  const world = worldOf({ instances: [{ name: "a", status: "Stopped" }, { name: "web", project: "web" }] });
  const outcome = async (line: string) => {
    const { code, stderr, effects } = await ran(line, {}, { world, server: memoryServer(world), files });
    assertEquals(code, 0, stderr);
    return effects.map((effect) => effect.kind === "send" ? effect.path : JSON.stringify(effect));
  };
  assertEquals(await outcome("instance start ./a.yaml"), ["/1.0/instances/a/state"]);
  assertEquals(await outcome("instance stop web.yml"), [
    '{"kind":"stop","instance":{"project":"web","name":"web"},"seconds":5}',
  ]);
  assertEquals((await outcome("instance restart a.yaml web.yml")).length, 3);
});

Deno.test("instance list shows instances whose cluster member does not answer, and no age without a date", async () => {
  const none = { status: "Error", profiles: [], createdAt: "0001-01-01T00:00:00Z" };
  const world = worldOf({ instances: [{ name: "lost", ...none }, { name: "other", profiles: ["default"] }] });
  const { stdout } = await ran("instance list", {}, { world, server: memoryServer(world) });
  const lines = stdout.trimEnd().split("\n").filter((line) => !line.startsWith("NAME"));
  assertEquals(lines.map((line) => line.trim().split(/\s+/)), [["lost", "Error", "-"]]);
});

Deno.test("instance idmap prints where root is mapped to, and says where that is not known", async () => {
  const world = worldOf({
    instances: [
      { name: "a", config: { "volatile.idmap.current": mapped(231072) } },
      { name: "b", expandedConfig: { "security.privileged": "yes" } },
      { name: "c" },
    ],
  });
  const ask = (name: string) => ran(`instance idmap ${name}`, {}, { world, server: memoryServer(world) });
  assertEquals((await ask("a")).stdout, "231072:231072\n");
  assertEquals((await ask("b")).stdout, "0:0\n");
  const unknown = await ask("c");
  assertEquals([unknown.code, unknown.stdout], [4, ""]);
  assertEquals(unknown.stderr, 'lxops: Incus does not say to which host ids the root of "c" is mapped\n');
});

function mapped(base: number): string {
  const entry = { Hostid: base, Nsid: 0, Maprange: 65536 };
  return JSON.stringify([{ ...entry, Isuid: true, Isgid: false }, { ...entry, Isuid: false, Isgid: true }]);
}
