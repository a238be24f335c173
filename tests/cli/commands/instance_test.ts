import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ServerError } from "../../../lib/errors.ts";
import { run, type RunOptions } from "../../fakes/memory_app.ts";
import { memoryServer, type MemoryServerOptions } from "../../fakes/memory_server.ts";
import { recorder, type RecorderOptions } from "../../fakes/recorder.ts";
import { worldOf } from "../../plan/world_spec.ts";

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
    { kind: "exec", instance, argv: ["ls", "-l"], stdin: "text\n", env: { A: "1", B: "x=y" } },
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
      throw new ServerError("Instance is not running", 400);
    },
  });
  assertEquals([code, stderr], [4, "lxops: Instance is not running\n"]);
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
  Deno.test(`instance exec passes input on as it is: ${what}`, async () => {
    const piped = new Uint8Array(bytes);
    const { effects } = await ran("instance exec a cat", {}, { piped });
    const [effect] = effects;
    assert(effect?.kind === "exec");
    assertEquals(effect.stdin === undefined, !isText);
    assertEquals(effect.input ?? new TextEncoder().encode(effect.stdin), piped);
  });
}

Deno.test("instance exec takes variables with a name only", async () => {
  for (const bad of ["A", "=x"]) {
    const { code, stderr } = await ran(`instance exec -env ${bad} a x`);
    assertEquals([code, stderr], [2, `lxops: -env takes KEY=VALUE, not "${bad}"\n`]);
  }
});

Deno.test("instance wait waits for conditions in time, and tells which was not met", async () => {
  const state: MemoryServerOptions["state"] = () => ({ status: "Running", addresses: [] });
  assertEquals((await ran("instance wait -until ipv4,exec a")).code, 0);
  const { code, stderr } = await ran("instance wait -timeout 0 -until=ipv6 a", {}, { state });
  assertEquals(code, 6);
  assertStringIncludes(stderr, 'lxops: Instance "a" has no IPv6 address after 0 s\n');
  assertEquals((await ran("instance wait -timeout 0 -until= a", {}, { state })).code, 0);
});

Deno.test("instance wait takes conditions that there are only", async () => {
  const { code, stderr } = await ran("instance wait -until ipv4,ipv5 a");
  const known = "network, ipv4, ipv6, exec, systemd, cloud-init, stopped";
  assertEquals([code, stderr], [2, `lxops: -until takes ${known}, not "ipv5"\n`]);
});

Deno.test("instance stop stops an instance in the time that it has", async () => {
  const instance = { project: "default", name: "a" };
  assertEquals((await ran("instance stop a")).effects, [{ kind: "stop", instance, seconds: 5 }]);
  assertEquals((await ran("instance stop -wait-stop 0 a")).effects, [{ kind: "stop", instance, seconds: 0 }]);
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
