import { assert, assertEquals, assertThrows } from "@std/assert";
import { LxopsError } from "../../../lib/base/errors.ts";
import { garmInstance, orderOf, parseBootstrap } from "../../../lib/plan/ci/garm.ts";
import { installStep } from "../../../lib/plan/ci/garm_script.ts";
import { worldOf } from "../world_spec.ts";

const ENV = { GARM_PROVIDER_CONFIG_FILE: "/f", GARM_CONTROLLER_ID: "c" };

function order(env: Readonly<Record<string, string>>) {
  const all: Readonly<Record<string, string>> = { ...ENV, ...env };
  return orderOf((name) => all[name]);
}

Deno.test("orderOf() knows the commands of each version, and what they need", () => {
  assertEquals(order({ GARM_COMMAND: "ListInstances", GARM_POOL_ID: "p" }), {
    command: "ListInstances",
    file: "/f",
    controller: "c",
    pool: "p",
    instance: "",
  });
  const later = { GARM_COMMAND: "GetConfigJSONSchema" };
  assertEquals(order({ ...later, GARM_INTERFACE_VERSION: "v0.1.1" }).command, "GetConfigJSONSchema");
  const rows: readonly [Readonly<Record<string, string>>, string][] = [
    [later, 'GARM_COMMAND is "GetConfigJSONSchema", which v0.1.0 does not have'],
    [{ GARM_COMMAND: "Stop" }, 'GARM_COMMAND is "Stop"'],
    [{ GARM_COMMAND: "toString" }, 'GARM_COMMAND is "toString"'],
    [{ GARM_COMMAND: "ListInstances" }, "GARM_POOL_ID must be set for ListInstances"],
    [{ GARM_COMMAND: "GetVersion", GARM_INTERFACE_VERSION: "v1" }, 'GARM_INTERFACE_VERSION is "v1"'],
    [{ GARM_COMMAND: "GetVersion", GARM_CONTROLLER_ID: "" }, "GARM_CONTROLLER_ID must be set"],
    [{}, "GARM_COMMAND is not set"],
  ];
  for (const [env, message] of rows) assertThrows(() => order(env), LxopsError, message);
});

const BOOTSTRAP = {
  name: "garm-A1",
  "callback-url": "https://g/callbacks",
  "metadata-url": "https://g/metadata",
  "instance-token": "it's $(a)\nsecret",
};

Deno.test("parseBootstrap() refuses what is no instance", () => {
  assertEquals(parseBootstrap(JSON.stringify({ ...BOOTSTRAP, more: 1 })).name, "garm-A1");
  for (const text of [undefined, "", "{", "[]", '{"name":"a/../b"}', '{"name":"a","os_type":"windows"}']) {
    assertThrows(() => parseBootstrap(text), LxopsError);
  }
});

Deno.test("installStep() passes what garm says on as values of a shell, over standard input", async () => {
  const { effect } = installStep({ project: "", name: "a" }, parseBootstrap(JSON.stringify(BOOTSTRAP)));
  const { argv, stdin } = effect as { readonly argv: readonly string[]; readonly stdin: string };
  assert(!argv.join(" ").includes("secret"));
  const head = stdin.slice(0, stdin.indexOf("\nrequest()"));
  const { stdout } = await new Deno.Command("/bin/sh", { args: ["-c", `${head}\nprintf %s "$token"`] })
    .output();
  assertEquals(new TextDecoder().decode(stdout), BOOTSTRAP["instance-token"]);
  const { code } = await new Deno.Command("/bin/sh", { args: ["-n", "-c", stdin] }).output();
  assertEquals(code, 0);
});

Deno.test("installStep() refuses addresses and certificates that are none", () => {
  for (
    const more of [{ "metadata-url": "file:///etc" }, { "callback-url": "https://g/'x" }, {
      "ca-cert-bundle": "'",
    }]
  ) {
    const bootstrap = parseBootstrap(JSON.stringify({ ...BOOTSTRAP, ...more }));
    assertThrows(() => installStep({ project: "", name: "a" }, bootstrap), LxopsError);
  }
});

Deno.test("garmInstance() says of each state what garm takes", () => {
  const states = ["Running", "Stopped", "Frozen", "Error", "Starting", "Aborting"].map((status) => {
    const [info] = worldOf({ instances: [{ name: "a", status }] }).instances.values();
    return garmInstance(info!)["status"];
  });
  assertEquals(states, ["running", "stopped", "running", "error", "unknown", "unknown"]);
});
