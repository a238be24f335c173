import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { InterruptedError, ServerError, StateError } from "../../../lib/base/errors.ts";
import { LOCK_TOKEN } from "../../../lib/ports/lock.ts";
import { contentOf, LOCK_BEAT } from "../../../lib/run/lock/holder.ts";
import { takeOverLock } from "../../../lib/run/lock/names.ts";
import { giveUp } from "../../../lib/run/lock/take.ts";
import { type MemoryLocks, memoryLocks } from "../../fakes/memory_locks.ts";
import { A, type Made, made, moment, self, TOKEN, WEB, Z } from "./runs.ts";

Deno.test("a lock costs one request to take and one to give up", async () => {
  const store = memoryLocks();
  const { locks, ports } = made(store, 1);
  await locks.take([WEB], 0, ports);
  await locks.release(1000);
  assertEquals(store.asked, ["create default lxops.lock.web", "remove default lxops.lock.web"]);
});

Deno.test("a lock that the run has is not asked for again, and one of its name at another daemon is", async () => {
  const stores = [memoryLocks(), memoryLocks({ address: "https://far:8443" })] as const;
  const { locks, ports } = made(stores[0], 1);
  await locks.take([WEB], 0, ports);
  await locks.take([WEB, A], 0, ports);
  await locks.take([WEB], 0, { ...ports, store: stores[1] });
  assertEquals(stores.map(({ all }) => all.size), [2, 1]);
  await locks.release(1000);
  assertEquals(stores.map(({ all, asked }) => [all.size, asked.length]), [[0, 4], [0, 2]]);
});

Deno.test("a lock that was deleted by hand and taken by another run stays with that run", async () => {
  const store = memoryLocks();
  const { ports } = made(store, 1);
  const now = { steady: performance.now(), wall: Date.now() };
  const lock = { want: WEB, place: WEB, token: TOKEN, beat: 0 };
  const [own, other] = [contentOf(WEB, self(1), TOKEN), contentOf(WEB, self(2), "f".repeat(32))];
  const age = { steady: now.steady - 3000, wall: now.wall - 3000 };
  store.all.set("default lxops.lock.web", other);
  await giveUp({ ...lock, seen: age }, ports.store);
  assertEquals([...store.all.values()], [other]);
  store.all.set("default lxops.lock.web", own);
  await giveUp({ ...lock, seen: age }, ports.store);
  assertEquals(store.all.size, 0);
});

Deno.test("a second run learns the holder of the lock, and changes nothing of the first", async () => {
  const store = memoryLocks();
  const [first, second] = [made(store, 42), made(store, 43)];
  await first.locks.take([WEB], 0, first.ports);
  const before = new Map(store.all);
  const error = await assertRejects(() => second.locks.take([WEB], 0, second.ports), StateError);
  assertEquals(error.exitCode, 11);
  assertStringIncludes(
    error.message,
    'another lxops works on instance "web" (process 42 of this machine, rebuild of anna since',
  );
  assertStringIncludes(error.advice.join("\n"), "ps -fp 42");
  await second.locks.release(1000);
  assertEquals(store.all, before);
  await first.locks.release(1000);
  assertEquals(store.all.size, 0);
});

Deno.test("a command that the holder of the lock has started fails at once, with the reason", async () => {
  const store = memoryLocks();
  const [first, second] = [made(store, 42), made(store, 43)];
  await first.locks.take([WEB], 0, first.ports);
  for (const pid of [42, 41]) {
    const ports = { ...second.ports, isAncestor: (one: number) => Promise.resolve(one === pid) };
    const seconds = pid === 42 ? 600 : 0;
    const error = await assertRejects(() => second.locks.take([WEB], seconds, ports), StateError);
    const advice = error.advice.join("\n");
    assertEquals([error.exitCode, advice.includes("has started this command"), advice.includes("--lock")], [
      11,
      pid === 42,
      pid !== 42,
    ]);
  }
  await second.locks.release(1000);
  await first.locks.release(1000);
});

Deno.test("of twenty runs at once exactly one gets a lock, and each of them in turn where they wait", async () => {
  for (const seconds of [0, 20]) {
    const store = memoryLocks({ before: () => moment(Math.random() * 3) });
    let holders = 0;
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, async (_, at) => {
        const { locks, ports } = made(store, at + 1);
        try {
          await locks.take([A, WEB, Z], seconds, ports);
        } catch (error) {
          await locks.release(1000);
          assert(error instanceof StateError && error.kind === "locked", String(error));
          return false;
        }
        assertEquals(++holders, 1);
        await moment(seconds === 0 ? 800 : 5);
        holders--;
        await locks.release(1000);
        return true;
      }),
    );
    assertEquals(outcomes.filter((won) => won).length, seconds === 0 ? 1 : 20);
    assertEquals(store.all.size, 0);
  }
});

Deno.test("of twenty runs that meet the lock of one that has ended, exactly one takes it over", async () => {
  for (let round = 0; round < 10; round++) {
    const store = memoryLocks({ before: () => moment(Math.random() * 3) });
    store.all.set("default lxops.lock.web", contentOf(WEB, self(99), TOKEN));
    const runs = Array.from({ length: 20 }, (_, at) => made(store, at + 1, { 99: "over" }));
    const won = await Promise.all(
      runs.map(({ locks, ports }) => locks.take([WEB], 0, ports).then(() => true, () => false)),
    );
    assertEquals(won.filter((one) => one).length, 1);
    assertEquals([...store.all.keys()], ["default lxops.lock.web"]);
    await Promise.all(runs.map(({ locks }) => locks.release(1000)));
    assertEquals(store.all.size, 0);
  }
});

Deno.test("a run that is late with taking over leaves the lock of the one that was faster", async () => {
  const marker = takeOverLock(WEB, TOKEN);
  let fast: Made | undefined;
  const store: MemoryLocks = memoryLocks({
    // The slow one has seen the dead holder, and has not yet said that it takes over.
    async before(request) {
      if (request !== `create default ${marker.name}` || fast) return;
      fast = made(store, 2, { 99: "over" });
      await fast.locks.take([WEB], 0, fast.ports);
    },
  });
  store.all.set("default lxops.lock.web", contentOf(WEB, self(99), TOKEN));
  const slow = made(store, 1, { 99: "over" });
  await assertRejects(() => slow.locks.take([WEB], 0, slow.ports), StateError, "process 2 of this machine");
  assertEquals([...store.all.keys()], ["default lxops.lock.web"]);
  await fast!.locks.release(1000);
  await slow.locks.release(1000);
});

Deno.test("a run that ended while it took a lock over is taken over itself, and leaves nothing", async () => {
  const store = memoryLocks();
  const other = "f".repeat(32);
  store.all.set("default lxops.lock.web", contentOf(WEB, self(99), TOKEN, other));
  store.all.set(`default ${takeOverLock(WEB, TOKEN).name}`, contentOf(WEB, self(98), "e".repeat(32)));
  store.all.set(`default ${takeOverLock(WEB, other).name}`, contentOf(WEB, self(97), "d".repeat(32)));
  const { locks, ports } = made(store, 1, { 97: "over", 98: "over", 99: "over" });
  await locks.take([WEB], 0, ports);
  assertEquals([...store.all.keys()], ["default lxops.lock.web"]);
  await locks.release(1000);
  assertEquals(store.all.size, 0);
});

Deno.test("a holder on another machine keeps its lock by signs of life, and loses it without", async () => {
  const store = memoryLocks();
  const [far, here] = [made(store, 42), made(store, 43, { 42: "elsewhere" })];
  await far.locks.take([WEB], 0, far.ports);
  const error = await assertRejects(() => here.locks.take([WEB], 0.6, here.ports), StateError);
  assertStringIncludes(error.message, 'process 42 of machine "web1"');
  assertStringIncludes(error.advice.join("\n"), "--lock-timeout 75");
  assertEquals(here.notes.length, 1);
  assert(Number(store.all.get("default lxops.lock.web")!.config[LOCK_BEAT]) > 5);
  assertEquals(far.lost, []);
  await far.locks.release(1000);
  // One that gives no sign of life any more.
  store.all.set("default lxops.lock.web", contentOf(WEB, self(42), TOKEN));
  await assertRejects(() => here.locks.take([WEB], 0, here.ports), StateError);
  const start = performance.now();
  await here.locks.take([WEB], 5, here.ports);
  const took = performance.now() - start;
  assert(took >= 200 && took < 5000, `${took} ms`);
  await here.locks.release(1000);
});

Deno.test("a run whose lock was taken over ends with an error, and leaves the new holder's lock alone", async () => {
  const store = memoryLocks();
  const { locks, ports, lost } = made(store, 1);
  await locks.take([WEB], 0, ports);
  const taken = contentOf(WEB, self(2), TOKEN);
  store.all.set("default lxops.lock.web", taken);
  await moment(150);
  assertEquals(lost.map(({ message }) => message), [
    'Another lxops has taken over the lock of instance "web"',
  ]);
  await locks.release(1000);
  assertEquals(store.all.get("default lxops.lock.web"), taken);
});

Deno.test("a lock that was deleted by hand is made again", async () => {
  const store = memoryLocks();
  const { locks, ports, lost } = made(store, 1);
  await locks.take([WEB], 0, ports);
  const token = store.all.get("default lxops.lock.web")!.config[LOCK_TOKEN];
  store.all.clear();
  await moment(150);
  assertEquals(store.all.get("default lxops.lock.web")!.config[LOCK_TOKEN], token);
  await locks.release(1000);
  assertEquals([lost, store.all.size], [[], 0]);
});

Deno.test("a user who may create no profiles gets the hint --no-lock, and one without the default project locks in its own", async () => {
  const denied = (request: string) => {
    if (request.includes(" default ")) throw new ServerError("not authorized", { status: 403 });
  };
  const store = memoryLocks({ before: denied });
  const { locks, ports, notes } = made(store, 1);
  const error = await assertRejects(() => locks.take([WEB], 0, ports), ServerError);
  assertStringIncludes(error.advice.join("\n"), "--no-lock");
  await locks.take([{ ...A, otherwise: "web" }], 0, ports);
  assertEquals([...store.all.keys()], ["web lxops.lock.a"]);
  await locks.release(1000);
  assertEquals([store.all.size, notes], [0, []]);
});

Deno.test("a user whose locks could not be given up has none, and makes no more profiles", async () => {
  const denied = (request: string) => {
    if (!/^(create|read) /.test(request)) throw new ServerError("no permission", { status: 403 });
  };
  const store = memoryLocks({ before: denied, address: "https://far:8443" });
  const want = { ...WEB, project: "web" };
  const [first, second] = [made(store, 1), made(store, 2)];
  const refused = await assertRejects(() => first.locks.take([want], 0, first.ports), ServerError);
  assertStringIncludes(refused.message, "Cannot lock: this user may not create and delete profiles");
  assertStringIncludes(refused.advice.join("\n"), 'Profile "lxops.lock.web" stays');
  assertStringIncludes(refused.advice.join("\n"), "--no-lock");
  await first.locks.release(1000);
  assertEquals(first.notes, []);
  // The next one, once the first has ended, cannot take it over.
  const over = { ...second.ports, stateOf: () => Promise.resolve("over" as const) };
  const again = await assertRejects(() => second.locks.take([want], 0, over), ServerError);
  assertStringIncludes(again.advice.join("\n"), "--no-lock");
  await second.locks.release(1000);
  assertEquals([[...store.all.keys()], second.notes], [["web lxops.lock.web"], []]);
});

Deno.test("a profile that is no lock is left alone", async () => {
  const store = memoryLocks();
  const own = { description: "mine", config: { "user.a": "b" } };
  store.all.set("default lxops.lock.web", own);
  const { locks, ports } = made(store, 1);
  await assertRejects(() => locks.take([WEB], 0, ports), StateError, "is not a lock of lxops");
  await locks.release(1000);
  assertEquals(store.all.get("default lxops.lock.web"), own);
});

Deno.test("a signal ends the wait for a lock", async () => {
  const store = memoryLocks();
  const [first, second] = [made(store, 1), made(store, 2)];
  await first.locks.take([WEB], 0, first.ports);
  const interrupted = new AbortController();
  const waiting = second.locks.take([A, WEB], 60, { ...second.ports, signal: interrupted.signal });
  setTimeout(() => interrupted.abort(new InterruptedError("Interrupted")), 50);
  const start = performance.now();
  await assertRejects(() => waiting, InterruptedError);
  assert(performance.now() - start < 5000);
  await first.locks.release(1000);
  assertEquals(store.all.size, 0);
});

Deno.test("the end of a run waits for a lock that is being taken, but not for a daemon that hangs", async () => {
  const store = memoryLocks({ before: () => moment(100) });
  const { locks, ports } = made(store, 1);
  const taking = locks.take([WEB], 0, ports);
  await moment(10);
  await locks.release(1000);
  await taking;
  assertEquals(store.all.size, 0);
  await assertRejects(() => locks.take([WEB], 0, ports), InterruptedError);
  await assertRejects(() => locks.takeEarly([WEB], ports), InterruptedError);
  assertEquals(store.all.size, 0, "a run that is over takes no more locks");
  const hanging = memoryLocks({ before: () => new Promise(() => {}) });
  const second = made(hanging, 2);
  second.locks.take([WEB], 0, second.ports);
  await moment(10);
  const start = performance.now();
  await second.locks.release(100);
  assert(performance.now() - start < 5000);
  assertStringIncludes(second.notes.join(), "could not be given up");
});
