/** Pools at a daemon in memory: takers at the same time, and a kill between any two requests. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { NoneFreeError, ServerError } from "../../../lib/base/errors.ts";
import { acquire } from "../../../lib/run/pool/acquire.ts";
import { release, renew } from "../../../lib/run/pool/release.ts";
import { retire } from "../../../lib/run/pool/remove.ts";
import { DEFINITION } from "../../support/pool_commands.ts";
import { Daemon, WANT } from "../../support/pool_daemon.ts";

Deno.test("acquire() hands each instance out once, however many ask at the same time", async () => {
  for (let round = 0; round < 50; round++) {
    const daemon = new Daemon(Array.from({ length: 8 }, (_, index) => `p-00000000000x0${index}`));
    const asked = Array.from(
      { length: 20 },
      () => acquire(WANT, daemon.ports).catch((error: unknown) => error),
    );
    const got = await Promise.all(asked);
    const names = got.flatMap((one) =>
      one instanceof Error ? [] : [(one as { lease: { instance: string } }).lease.instance]
    );
    assertEquals([names.length, new Set(names).size], [8, 8]);
    assertEquals(got.filter((one) => one instanceof NoneFreeError).length, 12);
  }
});

Deno.test("a taker that is killed after any request costs one instance until its lease ends, and leaves nothing", async () => {
  for (let left = 0; left < 3; left++) {
    const daemon = new Daemon(["p-00000000000001", "p-00000000000002"]);
    daemon.left = left;
    await acquire(WANT, daemon.ports).then(async ({ refill }) => await refill, () => {});
    daemon.left = Infinity;
    const second = (await acquire(WANT, daemon.ports)).lease;
    await assertRejects(() => acquire(WANT, daemon.ports), NoneFreeError);
    assertEquals((await daemon.tend()).length, 2, `after ${left} requests`);
    daemon.now += 3_600_001;
    assertEquals(await daemon.tend(), []);
    assertEquals(daemon.leases, []);
    await assertRejects(
      () => renew({ project: "default", lease: second.lease }, daemon.ports),
      Error,
      "no lease",
    );
  }
});

Deno.test("a release or a removal that is cut off after any request is finished, and hands nothing out", async () => {
  for (let left = 0; left < 5; left++) {
    for (const act of ["release", "retire"] as const) {
      const daemon = new Daemon(["p-00000000000001"]);
      const lease = act === "release" ? (await acquire(WANT, daemon.ports)).lease.lease : "";
      daemon.left = left;
      const instance = { project: "default", name: "p-00000000000001" };
      const done = act === "release"
        ? release({ project: "default", lease, keep: false }, daemon.ports)
        : retire(
          { project: "default", pool: "p", instance, uuid: "uuid-p-00000000000001", why: "idle" },
          daemon.ports,
        );
      await done.catch(() => {});
      daemon.left = Infinity;
      await assertRejects(() => acquire(WANT, daemon.ports), NoneFreeError);
      assertEquals(await daemon.tend(), []);
      assertEquals(daemon.leases, [], `${act} after ${left} requests`);
    }
  }
});

Deno.test("retire() leaves an instance to whoever takes it at the same time, or the other way round", async () => {
  const ends = new Set<string>();
  for (let round = 0; round < 300; round++) {
    const daemon = new Daemon(["p-00000000000001"]);
    const instance = { project: "default", name: "p-00000000000001" };
    const [taken, removed] = await Promise.all([
      acquire(WANT, daemon.ports).then(() => true, () => false),
      retire(
        { project: "default", pool: "p", instance, uuid: "uuid-p-00000000000001", why: "idle" },
        daemon.ports,
      ),
    ]);
    assert(taken !== removed, `taken: ${taken}, removed: ${removed}`);
    assertEquals(daemon.instances.has("p-00000000000001"), taken);
    ends.add(taken ? "taken" : "removed");
  }
  assertEquals(ends.size, 2);
});

Deno.test("retire() of a lease that has run out, and its renewal at the same time: one of both sees the other", async () => {
  for (let round = 0; round < 300; round++) {
    const daemon = new Daemon(["p-00000000000001"]);
    const { lease } = (await acquire(WANT, daemon.ports)).lease;
    const instance = { project: "default", name: "p-00000000000001" };
    const early = daemon.ports;
    // Clocks differ: that of the tender is an hour ahead of that of the owner.
    const late = { ...daemon.ports, now: () => daemon.now + 3_600_001 };
    const [renewed] = await Promise.all([
      renew({ project: "default", lease, seconds: 86_400 }, early).then(() => true, () => false),
      retire(
        { project: "default", pool: "p", instance, uuid: "uuid-p-00000000000001", why: "expired" },
        late,
      ),
    ]);
    if (renewed) {
      assertEquals(daemon.instances.get("p-00000000000001")?.config["user.lxops.pool.state"], "leased");
    }
  }
});

Deno.test("leases are renewed and released although their pool has no definition, or one that cannot be read", async () => {
  for (const text of [undefined, "{}"]) {
    const daemon = new Daemon(["p-00000000000001"]);
    const { lease } = (await acquire(WANT, daemon.ports)).lease;
    if (text === undefined) daemon.profiles.delete(DEFINITION.name);
    else daemon.profiles.get(DEFINITION.name)!.config["user.lxops.pool.spec"] = text;
    const { expires } = await renew({ project: "default", lease }, daemon.ports);
    assertEquals(Date.parse(expires), daemon.now + 3_600_000);
    await release({ project: "default", lease, keep: false }, daemon.ports);
    assertEquals([daemon.instances.size, daemon.leases.length], [0, 0]);
  }
});

Deno.test("retire() leaves an instance of the same name that is another one", async () => {
  const daemon = new Daemon(["p-00000000000001"]);
  const instance = { project: "default", name: "p-00000000000001" };
  const act = { project: "default", pool: "p", instance, uuid: "another", why: "forced" } as const;
  assertEquals(await retire(act, daemon.ports), false);
  assertEquals(await retire({ ...act, pool: "q", uuid: "uuid-p-00000000000001" }, daemon.ports), false);
  assertEquals([...daemon.instances.keys()], ["p-00000000000001"]);
});

Deno.test("acquire() tells the addresses of an instance that had none when it became ready, if the taker wants them", async () => {
  const shown = async (
    addresses: readonly string[] | undefined,
    want: Partial<Parameters<typeof acquire>[0]>,
  ) => {
    const { ports } = new Daemon(["p-00000000000001"]);
    const instanceState = () =>
      addresses === undefined ? Promise.reject(new ServerError("away")) : Promise.resolve({
        addresses: addresses.map((address) => ({ address, scope: "global", family: "inet" })),
      });
    const server = { ...ports.server, instanceState } as unknown as typeof ports.server;
    return (await acquire({ ...WANT, ...want }, { ...ports, server })).lease.addresses;
  };
  assertEquals(await shown(["10.0.0.7"], { addresses: true }), ["10.0.0.7"]);
  assertEquals(await shown(["10.0.0.7"], {}), []);
  // The lease is good, whatever is not known of its instance.
  assertEquals(await shown(undefined, { addresses: true }), []);
});
