import { assertEquals } from "@std/assert";
import { decide, type Inventory, useOf } from "../../../lib/plan/pool/decide.ts";
import type { LeaseRecord } from "../../../lib/plan/pool/lease.ts";
import { KEPT, RETIRED } from "../../../lib/plan/pool/lease.ts";
import type { Member } from "../../../lib/plan/pool/members.ts";
import type { PoolSpec } from "../../../lib/plan/pool/spec.ts";
import { SPEC } from "../../support/pool_commands.ts";

const NOW = 1_000_000_000;

function one(name: string, more: Partial<Member> = {}): Member {
  return {
    ...{
      name,
      project: "default",
      madeAs: name,
      uuid: `uuid-${name}`,
      readyUuid: `uuid-${name}`,
      state: "ready",
      generation: "new",
    },
    ...{ status: "Running", createdAt: NOW - 60_000, location: "" },
    ...more,
  };
}

function lease(instance: string, expires: number, owner = "me"): LeaseRecord {
  return {
    lease: `${instance}.0`,
    pool: "p",
    instance,
    owner,
    uuid: `uuid-${instance}`,
    snapshots: "",
    expires,
  };
}

const taken = (name: string, expires = NOW + 1, more: Partial<Member> = {}) =>
  one(name, { state: "leased", lease: lease(name, expires), ...more });

function seen(spec: Partial<PoolSpec>, members: readonly Member[], more: Partial<Inventory> = {}): Inventory {
  return {
    spec: { ...SPEC, ...spec },
    generation: "new",
    members,
    leases: new Map(members.flatMap((one) => one.lease ? [[one.madeAs, one.lease] as const] : [])),
    now: NOW,
    ...more,
  };
}

/** Decisions, each with its pool: instances made, finished, removed (with the reason), leases removed. */
const TABLE: readonly (readonly [what: string, Inventory, string])[] = [
  ["an empty pool is filled", seen({ size: 3, max: 6 }, []), "+3"],
  ["a full pool needs nothing", seen({ size: 2, max: 4 }, [one("a"), one("b")]), ""],
  ["one that was taken is replaced", seen({ size: 2, max: 4 }, [one("a"), taken("b")]), "+1"],
  ["no more are made than the pool may have", seen({ size: 2, max: 3 }, [taken("a"), taken("b")]), "+1"],
  ["a pool at its limit waits", seen({ size: 2, max: 2 }, [taken("a"), taken("b")]), ""],
  ["new ones are finished, and count", seen({ size: 2, max: 4 }, [one("a", { state: "warming" })]), "+1 ~a"],
  [
    "a lease that has run out ends",
    seen({ size: 1, max: 2 }, [one("a"), taken("b", NOW)]),
    "-b expired: the lease of me has run out",
  ],
  [
    "a lease without a time that can be read has run out",
    seen({ size: 1, max: 2 }, [one("a"), taken("b", NaN)]),
    "-b expired: the lease of me has run out",
  ],
  [
    "one that was taken is somebody's until the lease ends, and is marked",
    seen({ size: 0, max: 2 }, [one("a", { lease: lease("a", NOW + 1) })]),
    "!a",
  ],
  [
    "a release that was cut off is finished",
    seen({ size: 0, max: 2 }, [taken("a", NOW + 1, { state: "draining" })]),
    "-a forced: it was released",
  ],
  [
    "a removal that was cut off is finished",
    seen({ size: 0, max: 2 }, [one("a", { lease: lease("a", NOW + 1, RETIRED) })]),
    "-a forced: its removal was not finished",
  ],
  [
    "what nobody can give back is left alone: it may be kept, restored or imported",
    seen({ size: 0, max: 2 }, [one("a", { state: "leased" })]),
    "",
  ],
  [
    "what was kept is left alone, and does not count",
    seen({ size: 1, max: 1 }, [one("a", { state: "kept" })]),
    "+1",
  ],
  [
    "one that was renamed is left alone",
    seen({ size: 0, max: 2 }, [one("b", { madeAs: "a" })]),
    "",
  ],
  [
    "what was kept is left alone whatever its keys say",
    seen({ size: 0, max: 1 }, [taken("a", NOW + 1, { lease: lease("a", NOW + 1, KEPT) })]),
    "",
  ],
  [
    "one that was renamed while somebody has it stays",
    seen({ size: 0, max: 2 }, [taken("b", NOW + 1, { madeAs: "a", lease: lease("a", NOW + 1) })]),
    "",
  ],
  [
    "one that has stopped is replaced",
    seen({ size: 1, max: 2 }, [one("a", { status: "Stopped" })]),
    "+1 -a idle: its status is Stopped",
  ],
  [
    "those that wait frozen are to be frozen",
    seen({ size: 2, max: 4, ready: "frozen" }, [one("a", { status: "Frozen" }), one("b")]),
    "+1 -b idle: its status is Running",
  ],
  [
    "one that works by itself is used up when it stops",
    seen({ size: 1, max: 1, mode: "self" }, [one("a", { status: "Stopped" })]),
    "+1 -a idle: it has done its work",
  ],
  [
    "one that was set back by hand is replaced, as it is never handed out",
    seen({ size: 1, max: 2 }, [one("a", { readyUuid: "" })]),
    "+1 -a idle: it was set back by hand, and is not known to be clean",
  ],
  [
    "one that is too old is replaced",
    seen({ size: 1, max: 2, maxAgeSeconds: 59 }, [one("a")]),
    "+1 -a idle: it is older than 59s",
  ],
  [
    "one that never became ready goes",
    seen({ size: 1, max: 2 }, [one("a", { state: "warming", createdAt: NOW - 901_000 })]),
    "+1 -a idle: it was not ready after 15m",
  ],
  [
    "older ones serve until newer ones are ready",
    seen({ size: 2, max: 4 }, [one("a", { generation: "old" }), one("b", { generation: "old" })]),
    "+2",
  ],
  [
    "older ones go when newer ones are ready",
    seen({ size: 2, max: 4 }, [one("a", { generation: "old" }), one("b"), one("c")]),
    "-a idle: the pool's definition, image or profiles have changed",
  ],
  [
    "older ones go first where there is no room for both",
    seen({ size: 1, max: 1 }, [one("a", { generation: "old" })]),
    "-a idle: the pool's definition, image or profiles have changed",
  ],
  [
    "new ones of an older generation are not finished",
    seen({ size: 1, max: 2 }, [one("a", { generation: "old", state: "warming" })]),
    "+1 -a idle: the pool's definition, image or profiles have changed",
  ],
  [
    "what somebody has is drained, not killed",
    seen({ size: 0, max: 2 }, [taken("a", NOW + 1, { generation: "old" })]),
    "",
  ],
  [
    "what is more than the size goes, the newest that is not ready first",
    seen({ size: 1, max: 4 }, [one("a"), one("b", { state: "warming" })]),
    "-b idle: the pool has more than 1 of them",
  ],
  [
    "what works by itself ends by itself, also where it is more or older",
    seen({ size: 1, max: 4, mode: "self" }, [
      one("a"),
      one("b", { generation: "old" }),
      one("c", { state: "warming" }),
    ]),
    "-c idle: the pool has more than 1 of them",
  ],
  [
    "what works by itself is not replaced where there is no room",
    seen({ size: 1, max: 1, mode: "self" }, [one("a", { generation: "old" })]),
    "",
  ],
  [
    "a disabled pool makes none and keeps what it has",
    seen({ size: 3, max: 9, enabled: false }, [one("a")]),
    "",
  ],
  [
    "a disabled pool keeps those of an older generation",
    seen({ size: 1, max: 9, enabled: false }, [one("a", { generation: "old" })]),
    "",
  ],
  [
    "the lease of an instance that is gone is removed",
    seen({ size: 0, max: 1 }, [], { leases: new Map([["a", lease("a", NOW + 1)]]) }),
    "?a",
  ],
  [
    "nothing is removed while something may be out of sight",
    seen({ size: 2, max: 4 }, [one("a", { status: "Error" }), taken("b", 0)], {
      incomplete: 'Cluster member "m2" is Offline',
    }),
    '+2 note: Cluster member "m2" is Offline: nothing is removed from pool "p"',
  ],
  [
    "without the image, what is there stays",
    (({ generation: _generation, ...rest }) => rest)(
      seen({ size: 2, max: 4 }, [one("a", { generation: "old" })]),
    ),
    'note: There is no image "tiny": no instance of pool "p" is made',
  ],
];

for (const [what, inventory, expected] of TABLE) {
  Deno.test(`decide(): ${what}`, () => {
    const { create, warm, retire, mark, forget, notes } = decide(inventory);
    const shown = [
      ...(create > 0 ? [`+${create}`] : []),
      ...warm.map(({ name }) => `~${name}`),
      ...retire.map(({ member, why, reason }) => `-${member.name} ${why}: ${reason}`),
      ...mark.map(({ name }) => `!${name}`),
      ...forget.map((name) => `?${name}`),
      ...notes.map((text) => `note: ${text}`),
    ];
    assertEquals(shown.join(" "), expected);
  });
}

Deno.test("decide() removes no instance twice", () => {
  const members = ["a", "b", "c", "d"].map((name, index) =>
    one(name, { generation: index % 2 ? "old" : "new", state: index > 1 ? "warming" : "ready" })
  );
  const names = decide(seen({ size: 0, max: 1 }, members)).retire.map(({ member }) => member.name);
  assertEquals(names.length, new Set(names).size);
  assertEquals([...names].sort(), ["a", "b", "c", "d"]);
});

Deno.test("useOf() never lets an instance go that somebody has", () => {
  for (const state of ["warming", "ready", "leased"] as const) {
    for (const status of ["Running", "Stopped", "Frozen", "Error"]) {
      for (const generation of ["old", "new"]) {
        const held = one("a", { state, status, generation, lease: lease("a", NOW + 1), createdAt: 0 });
        assertEquals(useOf(held, seen({ size: 0, max: 0, maxAgeSeconds: 1 }, [held])).kind, "leased");
      }
    }
  }
});
