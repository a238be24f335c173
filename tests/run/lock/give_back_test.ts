import { assertEquals, assertRejects } from "@std/assert";
import { ServerError } from "../../../lib/base/errors.ts";
import { Locks } from "../../../lib/run/lock/locks.ts";
import type { LockPorts } from "../../../lib/run/lock/ports.ts";
import { type MemoryLocks, memoryLocks } from "../../fakes/memory_locks.ts";

const WANT = { project: "default", name: "lxops.lock-pool.p", what: 'pool "p"' } as const;

function portsFor(store: MemoryLocks): LockPorts {
  return {
    store,
    self: { run: "boot 1 2 host", user: "me", command: "pool tend", since: "now" },
    client: "incus",
    stateOf: () => Promise.resolve("alive"),
    note: () => {},
    signal: new AbortController().signal,
  };
}

Deno.test("Locks.giveBack() lets others have a lock before the end of the run", async () => {
  const store = memoryLocks();
  const locks = new Locks(() => {});
  await locks.take([WANT], 0, portsFor(store));
  await locks.giveBack([WANT], portsFor(store));
  assertEquals(store.all.size, 0);
  assertEquals(await locks.take([WANT], 0, portsFor(store)), false);
  await locks.release(1000);
  assertEquals(store.all.size, 0);
});

for (const lost of ["create", "remove"]) {
  Deno.test(`Locks take a lock again where the answer to ${lost} was lost`, async () => {
    let away = true;
    const inner = memoryLocks();
    // The daemon has done it, and its answer did not come.
    const store: MemoryLocks = {
      ...inner,
      create: async (place, content) => {
        const made = await inner.create(place, content);
        if (lost === "create" && away) throw new ServerError("connection lost");
        return made;
      },
      remove: async (place) => {
        if (lost === "remove" && away) throw new ServerError("connection lost");
        await inner.remove(place);
      },
    };
    const ended: Error[] = [];
    const locks = new Locks((error) => void ended.push(error), { beatSeconds: 0.02 });
    const round = async () => {
      await locks.take([WANT], 0, portsFor(store));
      await locks.giveBack([WANT], portsFor(store));
    };
    await assertRejects(round, ServerError);
    assertEquals(inner.all.size, 1);
    away = false;
    await locks.take([WANT], 0, portsFor(store));
    // It is its own, and not that of another run which has taken it over.
    await new Promise((resolve) => setTimeout(resolve, 100));
    assertEquals([ended, inner.all.size], [[], 1]);
    await locks.giveBack([WANT], portsFor(store));
    await round();
    await locks.release(1000);
    assertEquals(inner.all.size, 0);
  });
}
