/** Runners of garm and machines of justin that are instances of a pool. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { until } from "../../support/until.ts";
import { type Ground, inTurn, socketVariable } from "../support/daemon.ts";
import { freePort } from "../support/network.ts";
import { call, Garm, type Provider } from "./garm_driver.ts";
import { Custom, type Machine } from "./justin.ts";
import { greeting, listeningImage } from "./listening.ts";

interface Info {
  readonly name: string;
  readonly status: string;
  readonly config: Readonly<Record<string, string>>;
}

async function members(ground: Ground, pool: string): Promise<readonly Info[]> {
  const all: readonly Info[] = await ground.get("/1.0/instances?recursion=1");
  return all.filter(({ config }) => config["user.lxops.pool"] === pool);
}

/** Lists the profiles of the test: the definition of its pool, and leases. */
async function profiles(ground: Ground): Promise<readonly string[]> {
  const all: readonly string[] = await ground.get("/1.0/profiles");
  return all.map((path) => path.split("/").at(-1)!).filter((name) => name.includes(ground.id));
}

async function providerOf(ground: Ground, pool: string, controller: string): Promise<Provider> {
  await ground.write("garm.yaml", `images: []\nflavors: {warm: {pool: ${pool}}, none: {pool: none}}\n`);
  const cache = ground.daemon.argv.length > 1
    ? { DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno` }
    : {};
  return {
    argv: ground.daemon.argv,
    environment: { ...socketVariable(ground.daemon), ...cache },
    configFile: `${ground.dir}/garm.yaml`,
    controller,
    version: "v0.1.1",
  };
}

inTurn("runners of garm are instances of a pool, under the names that garm gave them", [], async (ground) => {
  const pool = ground.id;
  const controller = `controller-${ground.id}`;
  const provider = await providerOf(ground, pool, controller);
  const garm = new Garm(provider);
  const bootstrap = (name: string, flavor = "warm") => ({
    name,
    "callback-url": "http://127.0.0.1:1/callbacks",
    "metadata-url": "http://127.0.0.1:1/metadata",
    "instance-token": "secret-token",
    os_type: "linux",
    arch: "amd64",
    flavor,
    image: "any",
    pool_id: "garm-pool",
  });
  const create = (name: string, flavor = "warm") =>
    call(provider, "CreateInstance", { GARM_POOL_ID: "garm-pool" }, JSON.stringify(bootstrap(name, flavor)));
  try {
    await ground.ok(["pool", "create", "--size=1", "--max=3", "--ready=frozen", pool, "tiny"]);
    assertEquals(await garm.list("garm-pool"), []);
    const [one, two] = ["garm-Ab1", "garm-2"];
    const made = await garm.create(bootstrap(one));
    assertEquals([made.name, made.status, made.os_arch], [one, "running", "amd64"]);
    assert(made.provider_id.startsWith(`${pool}-`), made.provider_id);
    const info = await ground.get(`/1.0/instances/${made.provider_id}`);
    assertEquals([info.ephemeral, info.config["user.lxops.garm"]], [false, one]);
    assert(!JSON.stringify(info).includes("secret-token"));
    await ground.inside(made.provider_id, "test -e /var/log/lxops-garm.log");
    // Two calls at the same time for one name: one takes an instance, and the other fails with the code of a duplicate.
    const both = await Promise.all([create(two), create(two)]);
    assertEquals(both.map(({ code }) => code).sort(), [0, 31], both.map(({ stderr }) => stderr).join());
    // Each is found by the name of garm and by its own.
    for (const name of [one, made.provider_id]) {
      assertEquals((await garm.get(name, "garm-pool")).provider_id, made.provider_id);
    }
    assertEquals((await garm.list("garm-pool")).map(({ name }) => name).sort(), [two, one].sort());
    assertEquals(await garm.list("another"), []);
    // Tending does not take it for one that is left, also when it is stopped.
    await garm.stop(one, "garm-pool");
    await ground.ok(["pool", "tend", pool]);
    assertEquals((await garm.get(one, "garm-pool")).status, "stopped");
    await garm.start(one, "garm-pool");
    assertEquals((await garm.get(one, "garm-pool")).status, "running");
    // Another controller sees and removes none of them.
    const other = { ...provider, controller: "another" };
    await new Garm(other).removeAll();
    assertEquals((await call(other, "GetInstance", { GARM_INSTANCE_ID: one })).code, 30);
    assertEquals((await call(other, "DeleteInstance", { GARM_INSTANCE_ID: made.provider_id })).code, 1);
    await garm.delete(one, "garm-pool");
    await garm.delete(one, "garm-pool");
    assertEquals((await members(ground, pool)).some(({ name }) => name === made.provider_id), false);
    assertEquals((await profiles(ground)).some((name) => name.includes(made.provider_id)), false);
    await garm.removeAll();
    assertEquals(await garm.list("garm-pool"), []);
    // What is left is the pool's: instances that wait, without a lease.
    assertEquals((await members(ground, pool)).filter(({ config }) => config["user.lxops.garm"]), []);
    assertEquals(await profiles(ground), [`lxops-pool-${pool}`]);
    // Without the pool, the error names the command that makes it.
    const without = await create("garm-3", "none");
    assertEquals([without.code, without.stdout], [1, ""]);
    assertStringIncludes(without.stderr, "lxops pool create --size 4 none IMAGE");
    await assertRejects(() => garm.ask("ValidatePoolInfo", JSON.stringify(bootstrap("garm-3", "none"))));
    assertEquals(await garm.ask("ValidatePoolInfo", JSON.stringify(bootstrap("garm-3"))), "");
  } finally {
    await ground.run(["pool", "destroy", "--force", pool]);
  }
});

inTurn("machines of justin are instances of a pool, and leave nothing", [], async (ground) => {
  const pool = ground.id;
  const alias = await listeningImage(ground);
  const falk = (
    name: string,
  ) => [...ground.daemon.argv, "ci", "falk", name, "-file", "ci.yaml", "-pool", pool];
  await ground.write("ci.yaml", "{}\n");
  const machine: Machine = {
    ...{ prepare: falk("prepare"), launch: falk("launch"), cleanup: falk("cleanup"), cwd: ground.dir },
    env: { HOME: ground.dir, ...socketVariable(ground.daemon) },
  };
  const [one, two] = [freePort(), freePort()];
  const leases = async () => (await profiles(ground)).filter((name) => name.startsWith("lxops-lease-"));
  try {
    await assertRejects(() => new Custom(machine, one).prepare());
    await ground.ok(["pool", "create", "--size=0", "--max=2", pool, alias]);
    // A pool whose instances have host keys of their own does not fit a key that is pinned.
    await assertRejects(() => new Custom(machine, one).prepare());
    await ground.ok(["pool", "set", pool, "host-key=image", "size=1"]);
    await ground.ok(["pool", "tend", pool]);
    const first = new Custom(machine, one);
    await first.prepare();
    const process = first.launch();
    assert(await first.ready);
    await until(async () => await greeting(one) === "hello\n", 60_000);
    const [lease = ""] = await leases();
    const instance = lease.replace("lxops-lease-", "");
    // A cleanup leaves a machine that is in use alone.
    await first.cleanup();
    assertEquals(await leases(), [lease]);
    await ground.run(["exec", instance, "poweroff", "-f"]);
    assert(await first.waitForShutdown(60_000));
    assertEquals((await process.status).code, 0);
    assertEquals(await leases(), []);
    assertEquals(await ground.get(`/1.0/instances/${instance}`), undefined);
    // A launch that is killed leaves its machine to the cleanup.
    const second = new Custom(machine, two);
    await ground.ok(["pool", "tend", pool]);
    second.launch();
    assert(await second.ready);
    await second.kill();
    assertEquals((await leases()).length, 1);
    await second.cleanup();
    assertEquals(await leases(), []);
    assertEquals(await greeting(two), undefined);
  } finally {
    await ground.run(["ci", "falk", "cleanup", "-pool", pool]);
    await ground.run(["pool", "destroy", "--force", pool]);
    await ground.run(["image", "delete", alias]);
  }
});
