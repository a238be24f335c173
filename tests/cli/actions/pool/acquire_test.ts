import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../../lib/base/errors.ts";
import { acquireStep } from "../../../../lib/cli/actions/pool/acquire.ts";
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
