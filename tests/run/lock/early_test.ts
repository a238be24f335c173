import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ServerError, StateError } from "../../../lib/base/errors.ts";
import { memoryLocks } from "../../fakes/memory_locks.ts";
import { A, made, moment, WEB, Z } from "./runs.ts";

Deno.test("a lock that was taken early is kept where it is wanted, and given up where it is not", async () => {
  const store = memoryLocks();
  const { locks, ports } = made(store, 1);
  assertEquals(await locks.takeEarly([WEB, A], ports), true);
  assertEquals(await locks.take([WEB], 0, ports), true);
  assertEquals([...store.all.keys()], [`default ${WEB.name}`]);
  assertEquals(await locks.take([WEB, Z], 0, ports), false);
  assertEquals(store.asked, [
    "create default lxops.lock.a",
    "create default lxops.lock.web",
    "remove default lxops.lock.a",
    "create default lxops.lock.z",
  ]);
  await locks.release(1000);
  assertEquals(store.all.size, 0);
});

Deno.test("no lock is taken early where another run has one of them, and unneeded locks are given up at the end", async () => {
  const store = memoryLocks();
  const [first, second] = [made(store, 1), made(store, 2)];
  await first.locks.takeEarly([WEB], first.ports);
  assertEquals(await second.locks.takeEarly([A, WEB, Z], second.ports), false);
  assertEquals([...store.all.keys()], [`default ${WEB.name}`]);
  const error = await assertRejects(() => second.locks.take([A, WEB], 0, second.ports), StateError);
  assertStringIncludes(error.message, 'another lxops works on instance "web"');
  await first.locks.release(1000);
  assertEquals(store.all.size, 0);
});

Deno.test("a run that waits for a further lock gives up its early locks, and gets all in order", async () => {
  const store = memoryLocks();
  const [first, second] = [made(store, 1), made(store, 2)];
  await first.locks.take([A], 0, first.ports);
  await second.locks.takeEarly([WEB], second.ports);
  const waiting = second.locks.take([A, WEB], 5, second.ports);
  await moment(50);
  assertEquals([...store.all.keys()], [`default ${A.name}`]);
  await first.locks.release(1000);
  assertEquals(await waiting, false);
  assertEquals(store.all.size, 2);
  await second.locks.release(1000);
});

Deno.test("a lock that was asked for early and may not be there is asked for again", async () => {
  let asked = 0;
  const store = memoryLocks({
    before: () => {
      if (++asked === 1) throw new ServerError("broken");
    },
  });
  const { locks, ports } = made(store, 1);
  await assertRejects(() => locks.takeEarly([WEB], ports), ServerError);
  assertEquals(await locks.take([WEB], 0, ports), false);
  assertEquals(store.all.size, 1);
  await locks.release(1000);
  assertEquals(store.all.size, 0);
});
