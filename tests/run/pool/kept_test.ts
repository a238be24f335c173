/** What is kept, set back and released twice, at a daemon in memory. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { NoneFreeError, StateError } from "../../../lib/base/errors.ts";
import { acquire } from "../../../lib/run/pool/acquire.ts";
import { release } from "../../../lib/run/pool/release.ts";
import { retire } from "../../../lib/run/pool/remove.ts";
import { Daemon, WANT } from "../../support/pool_daemon.ts";

Deno.test("what was kept stays, whoever tends or takes with an old list, and whatever its keys say", async () => {
  for (const state of ["kept", "leased", "ready", "draining", "warming"]) {
    const daemon = new Daemon(["p-00000000000001"]);
    const { lease } = (await acquire(WANT, daemon.ports)).lease;
    daemon.now += 7_200_000;
    await release({ project: "default", lease, keep: true }, daemon.ports);
    daemon.instances.get("p-00000000000001")!.config["user.lxops.pool.state"] = state;
    await assertRejects(() => acquire(WANT, daemon.ports), NoneFreeError);
    for (const why of ["idle", "expired", "forced"] as const) {
      const act = { project: "default", pool: "p", uuid: "", why } as const;
      assertEquals(
        await retire({ ...act, instance: { project: "default", name: "p-00000000000001" } }, daemon.ports),
        false,
      );
    }
    assertEquals(await daemon.tend(), ["p-00000000000001"], state);
    daemon.instances.delete("p-00000000000001");
    await daemon.tend();
    assertEquals(daemon.leases, []);
  }
});

Deno.test("release() with keep finds an instance that was renamed, and fails where it is gone", async () => {
  const daemon = new Daemon(["p-00000000000001"]);
  const { lease } = (await acquire(WANT, daemon.ports)).lease;
  const found = daemon.instances.get("p-00000000000001")!;
  daemon.instances.delete("p-00000000000001");
  daemon.instances.set("mine", { ...found, name: "mine" });
  await release({ project: "default", lease, keep: true }, daemon.ports);
  assertEquals(found.config["user.lxops.pool.state"], "kept");
  assertEquals(await daemon.tend(), ["mine"]);
  const other = new Daemon(["p-00000000000001"]);
  const held = (await acquire(WANT, other.ports)).lease.lease;
  other.instances.clear();
  await assertRejects(
    () => release({ project: "default", lease: held, keep: true }, other.ports),
    StateError,
  );
});

Deno.test("an instance that is kept while somebody takes from an old list is not handed out", async () => {
  const daemon = new Daemon(["p-00000000000001"]);
  // Meanwhile, between a look at the instance and the lease.
  daemon.before = (method) => {
    if (method === "POST") {
      daemon.instances.get("p-00000000000001")!.config["user.lxops.pool.state"] = "kept";
    }
    return Promise.resolve();
  };
  await assertRejects(() => acquire(WANT, daemon.ports), NoneFreeError);
  assertEquals(daemon.leases, []);
  assertEquals(daemon.instances.get("p-00000000000001")?.config["user.lxops.pool.state"], "kept");
});

Deno.test("tend leaves what was released to whoever has taken it meanwhile", async () => {
  const daemon = new Daemon(["p-00000000000001"]);
  await acquire(WANT, daemon.ports);
  const act = { project: "default", pool: "p", uuid: "", why: "forced", lenient: true } as const;
  assertEquals(
    await retire({ ...act, instance: { project: "default", name: "p-00000000000001" } }, daemon.ports),
    false,
  );
  assertEquals([...daemon.instances.keys()].length, 1);
});

Deno.test("release() sets an instance back, which is handed out again", async () => {
  const daemon = new Daemon(["p-00000000000001"]).reset();
  const { lease } = (await acquire(WANT, daemon.ports)).lease;
  await release({ project: "default", lease, keep: false }, daemon.ports);
  assertEquals((await acquire(WANT, daemon.ports)).lease.instance, "p-00000000000001");
});

Deno.test("release() removes an instance whose user made or remade a snapshot, or set it back by hand", async () => {
  const changes: readonly ((daemon: Daemon) => void)[] = [
    ({ snapshots }) => void snapshots.push({ name: "own", created_at: "2026-01-02T00:00:00Z" }),
    ({ snapshots }) => void (snapshots[0]!.created_at = "2026-01-02T00:00:00Z"),
    ({ instances }) => void (instances.get("p-00000000000001")!.config["user.lxops.pool.uuid"] = ""),
  ];
  for (const change of changes) {
    const daemon = new Daemon(["p-00000000000001"]).reset();
    const { lease } = (await acquire(WANT, daemon.ports)).lease;
    daemon.snapshots = daemon.snapshots.map((one) => ({ ...one }));
    change(daemon);
    daemon.instances.get("p-00000000000001")!.status = "Stopped";
    await release({ project: "default", lease, keep: false }, daemon.ports);
    assertEquals([...daemon.instances.keys(), ...daemon.leases], []);
  }
});

Deno.test("a second release of a lease leaves the instance to its next user, whenever it comes", async () => {
  // Before the request with this number, the same lease is released completely, and the instance taken again.
  let taken = 0;
  for (let at = 0; at < 6; at++) {
    const daemon = new Daemon(["p-00000000000001"]).reset();
    const { lease } = (await acquire(WANT, daemon.ports)).lease;
    const again = async () => {
      await release({ project: "default", lease, keep: false }, daemon.ports);
      await acquire({ ...WANT, owner: "next" }, daemon.ports);
    };
    let requests = 0;
    let isTaken = false;
    daemon.before = async () => {
      if (requests++ !== at) return;
      daemon.before = () => Promise.resolve();
      isTaken = await again().then(() => true, () => false);
    };
    await release({ project: "default", lease, keep: false }, daemon.ports).catch(() => {});
    if (!isTaken) continue;
    taken++;
    const { config } = daemon.instances.get("p-00000000000001")!;
    assert(["ready", "leased"].includes(config["user.lxops.pool.state"] ?? ""), `request ${at}`);
    assertEquals(daemon.leases.length, 1, `request ${at}`);
  }
  assert(taken > 0);
});
