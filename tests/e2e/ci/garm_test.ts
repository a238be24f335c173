/** garm's twelve calls, with nothing in the environment but what garm sets, and an image without cloud-init. */
import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { quote } from "../../../lib/base/shell.ts";
import { connect } from "../../../scripts/testbed/rest.ts";
import { until } from "../../support/until.ts";
import { type Ground, inTurn, onEither, socketVariable } from "../support/daemon.ts";
import { freePort } from "../support/network.ts";
import { call, Garm, type Provider } from "./garm_driver.ts";

const SETTINGS = `images: [tiny, {name: "ubuntu:*", image: tiny}]
flavors: {small: {limits: {processes: "300"}}}
`;

/** Returns what garm says of a provider; from source, Deno needs a place for its cache. */
async function providerOf(
  ground: Ground,
  version: Provider["version"],
  controller: string,
): Promise<Provider> {
  await ground.write("garm.yaml", SETTINGS);
  const cache = ground.daemon.argv.length > 1
    ? { DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno` }
    : {};
  return {
    // Without an argument, as garm calls it.
    argv: ground.daemon.argv,
    environment: { ...socketVariable(ground.daemon), ...cache },
    configFile: `${ground.dir}/garm.yaml`,
    controller,
    version,
  };
}

/** The part of garm that instances talk to: apiserver/routers/routers.go:171-200. */
function metadataServer(port: number, token: string) {
  const seen: string[] = [];
  const script = `#!/bin/sh
while [ ! -s /tmp/callback ]; do sleep 0.2; done
wget -q -O /dev/null --header ${
    quote(`Authorization: Bearer ${token}`)
  } --post-data "$(id -un) $https_proxy" \
  "$(cat /tmp/callback)/status"
`;
  const server = Deno.serve({ hostname: "0.0.0.0", port, onListen: () => {} }, async (request) => {
    const { pathname } = new URL(request.url);
    seen.push(`${request.method} ${pathname} ${await request.text()}`);
    if (request.headers.get("authorization") !== `Bearer ${token}`) return new Response("", { status: 401 });
    return pathname === "/metadata/install-script/" ? new Response(script) : new Response("{}");
  });
  return { seen, close: () => server.shutdown() };
}

inTurn("garm makes, lists, stops, starts and deletes runners", [], async (ground) => {
  const controller = `controller-${ground.id}`;
  const pool = `pool-${ground.id}`;
  const provider = await providerOf(ground, "v0.1.1", controller);
  const garm = new Garm(provider);
  const { devices } = await ground.get("/1.0/profiles/default");
  const { config } = await ground.get(`/1.0/networks/${devices.eth0.network}`);
  const host = String(config["ipv4.address"]).replace(/\/.*$/, "");
  const port = freePort();
  const token = "secret'$(reboot) token";
  const metadata = metadataServer(port, token);
  const [one, two] = [ground.name("-Ab1"), ground.name("-2")];
  const bootstrap = (name: string, more: object = {}) => ({
    name,
    tools: [],
    repo_url: "https://git.example/a/b",
    "callback-url": `http://${host}:${port}/callbacks/status`,
    "metadata-url": `http://${host}:${port}/metadata`,
    "instance-token": token,
    "ssh-keys": [],
    extra_specs: { disable_updates: true },
    "github-runner-group": "",
    "ca-cert-bundle": null,
    os_type: "linux",
    arch: "amd64",
    flavor: "small",
    image: "ubuntu:24.04",
    labels: ["a"],
    pool_id: pool,
    user_data_options: {},
    jit_config_enabled: true,
    proxy_config: { http_proxy: "", https_proxy: "http://proxy:1", no_proxy: "" },
    ...more,
  });
  try {
    assertEquals(await garm.list(pool), []);
    // An install script that needs what the instance does not tell it: the callback.
    const made = await garm.create(bootstrap(one));
    assertEquals([made.provider_id, made.name, made.os_arch], [one, one, "amd64"]);
    await ground.inside(one, `echo http://${host}:${port}/callbacks >/tmp/callback; chmod 644 /tmp/callback`);
    // The runner is installed by the instance itself, as a user, and its token is in no key of the instance.
    await until(() => metadata.seen.some((line) => line.startsWith("POST")), 30_000);
    assertEquals(metadata.seen.filter((line) => line.startsWith("POST")), [
      "POST /callbacks/status runner http://proxy:1",
    ]);
    const info = await ground.get(`/1.0/instances/${one}`);
    assert(!JSON.stringify(info).includes("secret"));
    assertEquals(info.config["limits.processes"], "300");
    assertEquals(
      [info.config["user.runner-controller-id"], info.config["user.runner-pool-id"], info.ephemeral],
      [controller, pool, false],
    );
    // A name that is in use has its own exit code. common execution/common/commands.go:53
    const again = await call(
      provider,
      "CreateInstance",
      { GARM_POOL_ID: pool },
      JSON.stringify(bootstrap(one)),
    );
    assertEquals([again.code, again.stdout], [31, ""], again.stderr);
    // What cannot be made leaves nothing.
    const odd = bootstrap(two, { image: "other" });
    const refused = await call(provider, "CreateInstance", { GARM_POOL_ID: pool }, JSON.stringify(odd));
    assertEquals([refused.code, refused.stdout], [1, ""]);
    assertStringIncludes(refused.stderr, 'does not allow the image "other"');
    assertEquals(await ground.get(`/1.0/instances/${two}`), undefined);
    await garm.create(bootstrap(two, { flavor: "default", image: "tiny" }));

    await until(async () => ((await garm.get(one, pool)).addresses ?? []).length > 0, 20_000);
    assertEquals((await garm.list(pool)).map(({ name }) => name).sort(), [one, two].sort());
    assertEquals(await garm.list("another"), []);
    await garm.stop(one, pool);
    assertEquals((await garm.get(one, pool)).status, "stopped");
    await garm.stop(one, pool);
    await garm.start(one, pool);
    assertEquals((await garm.get(one, pool)).status, "running");

    // Another garm sees none of them, and removes none. doc/external_provider.md, "GARM_CONTROLLER_ID"
    const other = await providerOf(ground, "v0.1.0", "another");
    const stranger = new Garm(other);
    await stranger.removeAll();
    assertEquals((await call(other, "GetInstance", { GARM_INSTANCE_ID: one })).code, 30);
    assertEquals((await call(other, "DeleteInstance", { GARM_INSTANCE_ID: one })).code, 1);
    await assertRejects(() => stranger.start(one, pool));

    await garm.delete(one, pool);
    await garm.delete(one, pool);
    assertEquals(
      (await call(provider, "GetInstance", { GARM_INSTANCE_ID: one, GARM_POOL_ID: pool })).code,
      30,
    );
    // `run --sweep` does not take them for leftovers.
    await ground.ok(["run", "-sweep", "-older", "1s"]);
    assertEquals((await garm.list(pool)).map(({ name }) => name), [two]);
    // v0.1.0 has the same instances.
    assertEquals((await new Garm({ ...other, controller }).list(pool)).map(({ name }) => name), [two]);
    await garm.removeAll();
    assertEquals(await garm.list(pool), []);
    assertEquals(await ground.get(`/1.0/instances/${two}`), undefined);

    // The commands that only answer. common execution/v0.1.1/execution.go:169-197
    assertMatch(await garm.ask("GetVersion"), /^\S+\n$/);
    assertEquals(JSON.parse(await garm.ask("GetSupportedInterfaceVersions")), ["v0.1.0", "v0.1.1"]);
    assertEquals(JSON.parse(await garm.ask("GetConfigJSONSchema")).properties.images.type, ["array", "null"]);
    assertEquals(JSON.parse(await garm.ask("GetExtraSpecsJSONSchema")).type, "object");
    assertEquals(await garm.ask("ValidatePoolInfo"), "");
    // Commands that v0.1.0 lacks are errors, and unknown versions, too. common execution/execution.go:54
    assertEquals((await call(other, "GetConfigJSONSchema")).code, 1);
    const unknown = await call(other, "GetVersion", { GARM_INTERFACE_VERSION: "v9" });
    assertEquals([unknown.code, unknown.stdout], [1, ""]);
  } finally {
    await metadata.close();
    using rest = connect(ground.daemon.socket!);
    for (const name of [one, two]) {
      await rest.send("PUT", `/1.0/instances/${name}/state`, { action: "stop", force: true }).catch(() => {});
    }
  }
});

onEither("the garm of these tests finds what a simple provider does wrong", [], async (ground) => {
  const provider = await providerOf(ground, "v0.1.0", "c");
  const script = (text: string) => new Garm({ ...provider, argv: ["/bin/sh", "-c", text] });
  const instance = (more: object) =>
    JSON.stringify({ provider_id: "a", name: "a", status: "running", ...more });
  await script(`echo '${instance({})}'`).get("a", "p");
  // Progress on stdout, states of the daemon, a missing id, no list, and success in spite of a failure.
  for (const text of ["Launching a\n", instance({ status: "Running" }), instance({ provider_id: "" }), ""]) {
    await assertRejects(() => script(`printf %s '${text}'`).get("a", "p"));
  }
  await assertRejects(() => script("echo null").list("p"));
  await assertRejects(() => script("exit 3").delete("a", "p"));
});
