import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../../lib/base/errors.ts";
import { acquireStep, makeUp } from "../../../../lib/cli/actions/pool/acquire.ts";
import type { PoolPlace } from "../../../../lib/cli/actions/pool/place.ts";
import { KEPT, RETIRED } from "../../../../lib/plan/pool/lease.ts";

const PLACE = { app: {}, ref: { project: "default", pool: "p" } } as PoolPlace;

Deno.test("acquireStep() refuses owners that lxops itself uses, and no others", () => {
  for (const owner of [KEPT, RETIRED, "lxops:x"]) {
    assertThrows(() => acquireStep(PLACE, { owner, lease: "" }), UsageError, "lxops itself");
  }
  const { effect } = acquireStep(PLACE, { owner: "lxops run", lease: "" });
  assertEquals(effect.kind === "pool" && effect.act === "acquire" && effect.owner, "lxops run");
});

Deno.test("acquireStep() asks for addresses where they are printed", () => {
  const asked = [true, false].map((json) => {
    const { effect } = acquireStep(PLACE, { owner: "me", lease: "", json });
    return effect.kind === "pool" && effect.act === "acquire" && effect.addresses;
  });
  assertEquals(asked, [true, undefined]);
});

Deno.test("makeUp() ends in time where the daemon does not answer", async () => {
  let asked = 0;
  const signal = new AbortController().signal;
  const app = { signal, lock: () => new Promise(() => asked++) } as unknown as PoolPlace["app"];
  const instance = { project: "default", name: "p-1" };
  const refill = { act: "refill", ...PLACE.ref, instance } as const;
  await makeUp({ app, ref: PLACE.ref }, { refill }, 20);
  assertEquals(asked, 1);
});
