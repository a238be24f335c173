import { assert, assertEquals, assertThrows } from "@std/assert";
import { LxopsError } from "../../../lib/base/errors.ts";
import { garmFind, garmInstance, garmInstances, orderOf, parseBootstrap } from "../../../lib/plan/ci/garm.ts";
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

Deno.test("parseBootstrap() refuses data that is no instance", () => {
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

Deno.test("installStep() refuses invalid addresses and certificates", () => {
  for (
    const more of [{ "metadata-url": "file:///etc" }, { "callback-url": "https://g/'x" }, {
      "ca-cert-bundle": "'",
    }]
  ) {
    const bootstrap = parseBootstrap(JSON.stringify({ ...BOOTSTRAP, ...more }));
    assertThrows(() => installStep({ project: "", name: "a" }, bootstrap), LxopsError);
  }
});

Deno.test("garmInstance() translates each state for garm", () => {
  const states = ["Running", "Stopped", "Frozen", "Error", "Starting", "Aborting"].map((status) => {
    const [info] = worldOf({ instances: [{ name: "a", status }] }).instances.values();
    return garmInstance(info!)["status"];
  });
  assertEquals(states, ["running", "stopped", "running", "error", "unknown", "unknown"]);
});

Deno.test("an instance of a pool is found by garm's name and its own; copies, kept ones and others' are not", () => {
  const pooled = (name: string, more: Readonly<Record<string, string>> = {}) => ({
    name,
    config: {
      "user.runner-controller-id": "c",
      "user.lxops.garm": "garm-1",
      "user.lxops.pool": "p",
      "user.lxops.pool.name": "p-1",
      "user.lxops.pool.uuid": "u-1",
      "volatile.uuid": "u-1",
      ...more,
    },
  });
  const infosOf = (
    ...instances: readonly { readonly name: string; readonly config: Record<string, string> }[]
  ) => [
    ...worldOf({ instances }).instances.values(),
  ];
  const all = infosOf(
    pooled("copy", { "volatile.uuid": "u-2" }),
    pooled("p-1"),
    pooled("kept", { "user.lxops.pool.state": "kept" }),
    pooled("other", { "user.runner-controller-id": "d" }),
    { name: "plain", config: { "user.runner-controller-id": "c" } },
  );
  assertEquals(garmInstances(all, "c").map(({ name }) => name).sort(), ["p-1", "plain"]);
  for (const instance of ["garm-1", "p-1"]) {
    assertEquals(garmFind(all, { controller: "c", instance })?.name, "p-1");
  }
  assertEquals(garmFind(all, { controller: "c", instance: "plain" })?.name, "plain");
  for (const instance of ["copy", "kept", "other"]) {
    assertEquals(garmFind(all, { controller: "c", instance }), undefined);
  }
  const { provider_id, name } = garmInstance(garmFind(all, { controller: "c", instance: "p-1" })!);
  assertEquals([provider_id, name], ["p-1", "garm-1"]);
});
