/** The promises of a pool, one after the other, on a few instances. */
import { assert, assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { IDENTITY_SCRIPT } from "../../../lib/plan/pool/identity.ts";
import { type Ground, onBoth } from "../support/daemon.ts";

interface Shown {
  readonly instance: string;
  readonly state: string;
  readonly owner: string;
  readonly reason: string;
}

async function shown(ground: Ground, pool: string): Promise<readonly Shown[]> {
  return JSON.parse(await ground.ok(["pool", "status", "--json", pool])).instances;
}

async function taken(
  ground: Ground,
  ...args: readonly string[]
): Promise<{ instance: string; lease: string }> {
  return JSON.parse(await ground.ok(["pool", "acquire", "--json", ...args]));
}

const states = (all: readonly Shown[]) => all.map(({ state }) => state).sort().join(" ");

onBoth("a pool keeps apart what is ready, taken, released, kept, renamed and copied", [], async (ground) => {
  const pool = ground.id;
  const other = `${ground.id}-b`;
  try {
    const missing = await ground.run(["pool", "acquire", pool]);
    assertEquals(missing.code, 7);
    assertStringIncludes(missing.stderr, `lxops pool create --size 4 ${pool} IMAGE`);
    await ground.ok(["pool", "create", "--size=1", "--max=4", "--ready=frozen", "--wait=net", pool, "tiny"]);
    // The names of these pools begin alike.
    await ground.ok(["pool", "create", "--size=0", "--max=1", other, "tiny"]);
    assertEquals((await ground.run(["pool", "acquire", other])).code, 1);
    assertEquals((await ground.run(["pool", "acquire", "--wait=100ms", other])).code, 6);
    assertEquals((await ground.run(["pool", "create", "--size=1", pool, "tiny"])).code, 8);
    const first = await taken(ground, "--owner", "it's me", pool);
    assertMatch(JSON.stringify(first), /"addresses":\["[0-9a-f.:]+"/);
    assertEquals(await ground.inside(first.instance, "echo answers"), "answers");
    assertEquals((await shown(ground, pool)).find(({ state }) => state === "leased")?.owner, "it's me");
    // The instance that was asked for in its place is finished by the taker that waits, as the pool has no tender.
    const second = await taken(ground, "--wait=60s", "--lease=1s", pool);
    assertNotEquals(second.instance, first.instance);
    await ground.ok(["pool", "set", pool, "size=0"]);
    await ground.ok(["pool", "renew", "--lease=1h", first.lease]);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    assertEquals((await ground.run(["pool", "renew", second.lease])).code, 7);
    assertEquals((await ground.run(["pool", "destroy", pool])).code, 9);
    // One whose lease has run out goes, one that is kept stays, and one that was renamed had no owner.
    // Its owner restores a snapshot of when it was taken, whose keys say that it is taken.
    const snapshots = `/1.0/instances/${first.instance}/snapshots`;
    await ground.ok(["query", "-X", "POST", "-d", '{"name":"own"}', snapshots]);
    await ground.ok(["pool", "release", "--keep", first.lease]);
    const kept = await ground.get(`/1.0/instances/${first.instance}`) as { ephemeral: boolean };
    assertEquals(kept.ephemeral, false);
    const body = JSON.stringify({ restore: "own" });
    await ground.ok(["query", "-X", "PUT", "-d", body, `/1.0/instances/${first.instance}`]);
    for (const flags of [[], ["--forced"]]) {
      assertEquals((await ground.run(["pool", "retire", ...flags, first.instance])).code, 9);
    }
    await ground.ok(["pool", "tend", pool]);
    assertEquals((await shown(ground, pool)).map(({ instance, state }) => [instance, state]), [
      [first.instance, "kept"],
    ]);
    await ground.ok(["run", "--pool", pool, "--pool-wait", "1s", "--", "true"]).then(
      () => assert(false),
      () => {},
    );
    await ground.ok(["pool", "set", pool, "size=1", "ready=stopped"]);
    await ground.ok(["pool", "tend", pool]);
    const idle = (await shown(ground, pool)).find(({ state }) => state === "ready")!.instance;
    const copy = ground.name("-copy");
    await ground.ok(["instance", "copy", idle, copy]);
    assert((await shown(ground, pool)).every(({ instance }) => instance !== copy));
    const code = await ground.run(["run", "--pool", pool, "--", "sh", "-c", "echo here; exit 3"]);
    assertEquals([code.code, code.stdout], [3, "here\n"]);
    await ground.ok(["pool", "disable", pool]);
    const refused = await ground.run(["pool", "acquire", pool]);
    assertEquals(refused.code, 9);
    assertStringIncludes(refused.stderr, "disabled");
  } finally {
    for (const name of [pool, other]) await ground.run(["pool", "destroy", "--force", name]);
    const left = (await ground.get("/1.0/instances") as string[]).map((path) => path.split("/").at(-1)!);
    for (const name of left.filter((one) => one.startsWith(ground.id))) {
      await ground.claim(name).catch(() => {});
    }
    for (const name of left.filter((one) => one.startsWith(ground.id))) {
      await ground.run(["instance", "stop", "-wait-stop=0", name]);
      await ground.run(["query", "-X", "DELETE", `/1.0/instances/${name}`]);
    }
  }
});

onBoth(
  "instances of a pool work by themselves, are set back, and get an identity of their own",
  [],
  async (ground) => {
    const pool = ground.id;
    const self = `${ground.id}-self`;
    try {
      await ground.ok(["pool", "create", "--size=1", "--max=1", "--reset=snapshot", pool, "tiny"]);
      const one = await taken(ground, pool);
      await ground.inside(one.instance, "touch /root/used");
      await ground.ok(["pool", "release", one.lease]);
      const again = await taken(ground, pool);
      assertEquals(again.instance, one.instance);
      assertNotEquals(again.lease, one.lease);
      assertEquals(await ground.inside(one.instance, "ls /root/used 2>/dev/null || echo clean"), "clean");
      // What images have in common is replaced: the fake makes keys as the real program would.
      const before = `mkdir -p /etc/ssh /tmp/bin; echo old >/etc/machine-id
echo old >/etc/ssh/ssh_host_ed25519_key; echo 'ssh-ed25519 OLD' >/etc/ssh/ssh_host_ed25519_key.pub
printf '#!/bin/sh\\necho new >/etc/ssh/ssh_host_ed25519_key; echo ssh-ed25519 NEW x >/etc/ssh/ssh_host_ed25519_key.pub\\n' >/tmp/bin/ssh-keygen
chmod +x /tmp/bin/ssh-keygen`;
      await ground.inside(one.instance, before);
      const run = ["instance", "exec", "-env", "PATH=/tmp/bin:/bin:/sbin:/usr/bin", one.instance, "--"];
      const keys = await ground.ok([...run, "/bin/sh", "-c", IDENTITY_SCRIPT, "sh", "new"]);
      assertEquals(keys, "ssh-ed25519 NEW\n");
      assertMatch(await ground.inside(one.instance, "cat /etc/machine-id"), /^[0-9a-f]{32}$/);
      assertEquals(
        await ground.ok([...run, "/bin/sh", "-c", IDENTITY_SCRIPT, "sh", "image"]),
        "ssh-ed25519 NEW\n",
      );
      const program = ["sh", "-c", "until [ -e /root/over ]; do sleep 0.1; done"];
      await ground.ok([
        "pool",
        "create",
        "--size=1",
        "--max=1",
        "--mode=self",
        self,
        "tiny",
        "--",
        ...program,
      ]);
      assertEquals((await ground.run(["pool", "acquire", self])).code, 9);
      const [worker] = await shown(ground, self);
      assertEquals(worker?.state, "ready");
      await ground.inside(worker!.instance, "touch /root/over");
      // It stops by itself, and another one takes its place.
      for (let tries = 0; tries < 100; tries++) {
        await ground.ok(["pool", "tend", self]);
        const [next] = await shown(ground, self);
        if (next && next.instance !== worker?.instance) break;
        assert(tries < 99, "the instance did not stop by itself");
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      assertEquals(states(await shown(ground, self)), "ready");
    } finally {
      for (const name of [pool, self]) await ground.run(["pool", "destroy", "--force", name]);
    }
    const left = (await Promise.all(["/1.0/instances", "/1.0/profiles"].map((path) => ground.get(path))))
      .flat();
    assertEquals(left.filter((path: string) => path.includes(ground.id)), []);
  },
);

onBoth(
  "a pool in a restricted project of its own is filled, taken from, tended and destroyed",
  [],
  async (ground) => {
    const project = `${ground.id}-p`;
    const at = ["--project", project];
    const pool = ground.id;
    const request = async (method: string, path: string, body?: unknown) => {
      const data = body === undefined ? [] : ["-d", JSON.stringify(body)];
      await ground.ok(["query", "-X", method, ...data, path]);
    };
    const { devices } = await ground.get("/1.0/profiles/default") as { devices: unknown };
    const config = { "features.images": "false", "features.profiles": "true", restricted: "true" };
    await request("POST", "/1.0/projects", { name: project, config });
    try {
      await request("PUT", `/1.0/profiles/default?project=${project}`, { devices });
      await ground.ok(["pool", "create", ...at, "--size=1", "--max=2", pool, "tiny"]);
      const lease = await taken(ground, ...at, pool);
      assertEquals((await ground.run(["pool", "acquire", pool])).code, 7);
      await ground.ok(["pool", "tend", ...at, pool]);
      assertEquals(await ground.ok(["pool", "run", ...at, pool, "--", "echo", "hi"]), "hi\n");
      await ground.ok(["pool", "release", ...at, lease.lease]);
      // A definition that cannot be read stops everything but this.
      await request("PATCH", `/1.0/profiles/lxops-pool-${pool}?project=${project}`, {
        config: { "user.lxops.pool.spec": "{" },
      });
      assertEquals((await ground.run(["pool", "tend", ...at, pool])).code, 3);
    } finally {
      await ground.run(["pool", "destroy", ...at, "--force", pool]);
      await request("DELETE", `/1.0/projects/${project}`);
    }
  },
);
