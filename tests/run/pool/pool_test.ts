/** Pools at a daemon in memory: takers at the same time, and a kill between any two requests. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { NoneFreeError, ServerError, StateError } from "../../../lib/base/errors.ts";
import { decide } from "../../../lib/plan/pool/decide.ts";
import { leasesOf, membersOf } from "../../../lib/plan/pool/members.ts";
import type { InstanceControl, InstanceServer, Request } from "../../../lib/ports/mod.ts";
import { acquire } from "../../../lib/run/pool/acquire.ts";
import { type PoolPorts, readInstances } from "../../../lib/run/pool/ports.ts";
import { release, renew } from "../../../lib/run/pool/release.ts";
import { forget, retire } from "../../../lib/run/pool/remove.ts";
import { DEFINITION, member, SPEC } from "../../support/pool_commands.ts";

type Config = Record<string, string>;

/** A daemon in memory, whose instances start and stop at once. */
class Daemon {
  readonly profiles = new Map<string, { config: Config }>([[DEFINITION.name, {
    config: { ...DEFINITION.config },
  }]]);
  readonly instances = new Map<string, { name: string; status: string; config: Config }>();
  now = 1_000_000;
  /** The number of requests that are carried out; the one after them is the last, and its answer is lost. */
  left = Infinity;

  constructor(names: readonly string[]) {
    for (const name of names) this.instances.set(name, member(name, "ready", "Running"));
  }

  get ports(): PoolPorts {
    const server = {
      address: "/memory",
      get: async (path: string) => await this.#read(path),
      instance: async ({ name }: { name: string }) => {
        await pause();
        return this.instances.get(name);
      },
      server: () => Promise.resolve({ extensions: new Set<string>() }),
    } as unknown as InstanceServer;
    const control = {
      send: async (request: Request) => await this.#send(request),
      exec: () => Promise.resolve(0),
    } as unknown as InstanceControl;
    const signal = new AbortController().signal;
    return { server, control, signal, now: () => this.now, random: () => crypto.randomUUID() };
  }

  async #read(path: string): Promise<unknown> {
    await pause();
    const { pathname, searchParams } = new URL(path, "http://memory");
    const [, , kind, name = ""] = pathname.split("/");
    if (kind === "profiles") return this.profiles.get(name);
    if (searchParams.has("filter")) {
      return [...this.instances.values()].map((one) => ({ ...one, config: { ...one.config } }));
    }
    return undefined;
  }

  async #send({ method, path, body }: Request): Promise<void> {
    await pause();
    if (this.left < 0) throw new ServerError("killed");
    this.left--;
    this.#change(method, path, (body ?? {}) as Record<string, unknown>);
    if (this.left < 0) throw new ServerError("killed");
    await pause();
  }

  #change(method: string, path: string, body: Record<string, unknown>): void {
    const [, , kind, name = "", below] = path.split("/");
    const all: Map<string, { config: Config; status?: string }> = kind === "profiles"
      ? this.profiles
      : this.instances;
    if (method === "POST") {
      const made = String(body["name"]);
      if (all.has(made)) throw new ServerError("The profile already exists", { status: 500 });
      if (kind === "profiles") this.profiles.set(made, { config: body["config"] as Config });
      return;
    }
    const found = all.get(name);
    if (!found) throw new ServerError("not found", { status: 404 });
    if (method === "DELETE" || below === "state" && body["action"] === "stop") all.delete(name);
    else if (method === "PUT" && kind === "profiles") found.config = body["config"] as Config;
    else if (method === "PATCH") Object.assign(found.config, body["config"]);
  }

  /** Does what tending would do, and returns the names of instances that are ready afterwards. */
  async tend(): Promise<readonly string[]> {
    this.left = Infinity;
    const ref = { project: "default", pool: "p" };
    for (let rounds = 0; rounds < 5; rounds++) {
      const profiles = [...this.profiles].map(([name, { config }]) => ({ name, config }));
      const leases = leasesOf("p", profiles);
      const members = membersOf("p", await readInstances(ref, this.ports), leases);
      const spec = { ...SPEC, size: 9, max: 9 };
      const { retire: going, forget: gone } = decide({
        spec,
        members,
        leases,
        now: this.now,
        generation: "1",
      });
      for (const { member: { name, uuid }, why } of going) {
        const instance = { project: "default", name };
        await retire({ ...ref, instance, uuid, why, lenient: true }, this.ports);
      }
      for (const name of gone) await forget({ instance: { project: "default", name } }, this.ports);
    }
    return [...this.instances.keys()];
  }

  get leases(): readonly string[] {
    return [...this.profiles.keys()].filter((name) => name.startsWith("lxops-lease-"));
  }
}

async function pause(): Promise<void> {
  for (let turns = Math.floor(Math.random() * 4); turns > 0; turns--) await Promise.resolve();
}

const WANT = { project: "default", pool: "p", owner: "me", refill: false } as const;

Deno.test("acquire() hands each instance out once, however many ask at the same time", async () => {
  for (let round = 0; round < 50; round++) {
    const daemon = new Daemon(Array.from({ length: 8 }, (_, index) => `p-${index}`));
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
    const daemon = new Daemon(["p-1", "p-2"]);
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
      const daemon = new Daemon(["p-1"]);
      const lease = act === "release" ? (await acquire(WANT, daemon.ports)).lease.lease : "";
      daemon.left = left;
      const instance = { project: "default", name: "p-1" };
      const done = act === "release"
        ? release({ project: "default", lease, keep: false }, daemon.ports)
        : retire({ project: "default", pool: "p", instance, uuid: "uuid-p-1", why: "idle" }, daemon.ports);
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
    const daemon = new Daemon(["p-1"]);
    const instance = { project: "default", name: "p-1" };
    const [taken, removed] = await Promise.all([
      acquire(WANT, daemon.ports).then(() => true, () => false),
      retire({ project: "default", pool: "p", instance, uuid: "uuid-p-1", why: "idle" }, daemon.ports),
    ]);
    assert(taken !== removed, `taken: ${taken}, removed: ${removed}`);
    assertEquals(daemon.instances.has("p-1"), taken);
    ends.add(taken ? "taken" : "removed");
  }
  assertEquals(ends.size, 2);
});

Deno.test("retire() of a lease that has run out, and its renewal at the same time: one of both sees the other", async () => {
  for (let round = 0; round < 300; round++) {
    const daemon = new Daemon(["p-1"]);
    const { lease } = (await acquire(WANT, daemon.ports)).lease;
    const instance = { project: "default", name: "p-1" };
    const early = daemon.ports;
    // Clocks differ: that of the tender is an hour ahead of that of the owner.
    const late = { ...daemon.ports, now: () => daemon.now + 3_600_001 };
    const [renewed] = await Promise.all([
      renew({ project: "default", lease, seconds: 86_400 }, early).then(() => true, () => false),
      retire({ project: "default", pool: "p", instance, uuid: "uuid-p-1", why: "expired" }, late),
    ]);
    if (renewed) assertEquals(daemon.instances.get("p-1")?.config["user.lxops.pool.state"], "leased");
  }
});

Deno.test("leases are renewed and released although their pool has no definition, or one that cannot be read", async () => {
  for (const text of [undefined, "{}"]) {
    const daemon = new Daemon(["p-1"]);
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
  const daemon = new Daemon(["p-1"]);
  const instance = { project: "default", name: "p-1" };
  const act = { project: "default", pool: "p", instance, uuid: "another", why: "forced" } as const;
  assertEquals(await retire(act, daemon.ports), false);
  assertEquals(await retire({ ...act, pool: "q", uuid: "uuid-p-1" }, daemon.ports), false);
  assertEquals([...daemon.instances.keys()], ["p-1"]);
});

Deno.test("what was kept stays, whoever tends or takes with an old list, and whatever its keys say", async () => {
  for (const state of ["kept", "leased", "ready", "draining", "warming"]) {
    const daemon = new Daemon(["p-1"]);
    const { lease } = (await acquire(WANT, daemon.ports)).lease;
    daemon.now += 7_200_000;
    await release({ project: "default", lease, keep: true }, daemon.ports);
    daemon.instances.get("p-1")!.config["user.lxops.pool.state"] = state;
    await assertRejects(() => acquire(WANT, daemon.ports), NoneFreeError);
    for (const why of ["idle", "expired", "forced"] as const) {
      const act = { project: "default", pool: "p", uuid: "", why } as const;
      assertEquals(
        await retire({ ...act, instance: { project: "default", name: "p-1" } }, daemon.ports),
        false,
      );
    }
    assertEquals(await daemon.tend(), ["p-1"], state);
    daemon.instances.delete("p-1");
    await daemon.tend();
    assertEquals(daemon.leases, []);
  }
});

Deno.test("release() with keep finds an instance that was renamed, and fails where it is gone", async () => {
  const daemon = new Daemon(["p-1"]);
  const { lease } = (await acquire(WANT, daemon.ports)).lease;
  const found = daemon.instances.get("p-1")!;
  daemon.instances.delete("p-1");
  daemon.instances.set("mine", { ...found, name: "mine" });
  await release({ project: "default", lease, keep: true }, daemon.ports);
  assertEquals(found.config["user.lxops.pool.state"], "kept");
  assertEquals(await daemon.tend(), ["mine"]);
  const other = new Daemon(["p-1"]);
  const held = (await acquire(WANT, other.ports)).lease.lease;
  other.instances.clear();
  await assertRejects(
    () => release({ project: "default", lease: held, keep: true }, other.ports),
    StateError,
  );
});

Deno.test("an instance that is kept while somebody takes from an old list is not handed out", async () => {
  const daemon = new Daemon(["p-1"]);
  const { ports } = daemon;
  let isOld = true;
  const get = async (path: string) => {
    const found = await ports.server.get(path);
    if (path.includes("filter") && isOld) {
      isOld = false;
      // Meanwhile, between list and lease.
      daemon.instances.get("p-1")!.config["user.lxops.pool.state"] = "kept";
    }
    return found;
  };
  const slow = { ...ports, server: { ...ports.server, get } };
  await assertRejects(() => acquire(WANT, slow), NoneFreeError);
  assertEquals(daemon.leases, []);
  assertEquals(daemon.instances.get("p-1")?.config["user.lxops.pool.state"], "kept");
});

Deno.test("tend leaves what was released to whoever has taken it meanwhile", async () => {
  const daemon = new Daemon(["p-1"]);
  await acquire(WANT, daemon.ports);
  const act = { project: "default", pool: "p", uuid: "", why: "forced", lenient: true } as const;
  assertEquals(await retire({ ...act, instance: { project: "default", name: "p-1" } }, daemon.ports), false);
  assertEquals(daemon.instances.get("p-1")?.config["user.lxops.pool.state"], "leased");
});
