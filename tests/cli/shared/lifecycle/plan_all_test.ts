import { assertEquals } from "@std/assert";
import { withNotes } from "../../../../lib/cli/shared/lifecycle/plan_all.ts";
import type { Target } from "../../../../lib/plan/world.ts";
import { plan, step } from "../../../support/steps.ts";

const create = step("create", {
  effect: { kind: "send", method: "POST", path: "/1.0/instances", body: { name: "new" } },
});
const [a, b] = [{}, {}] as [Target, Target];

Deno.test("withNotes() leaves notes for later only where each plan first creates an instance", async () => {
  const notes = () => Promise.resolve(new Map([[b, "mind"]]));
  const creating = [plan("a", create), plan("b", create, step("stop"))];
  const later = await withNotes(creating, [a, b], notes(), true);
  assertEquals(later.plans.map((one) => one.notes), [undefined, undefined]);
  const told = creating.map(({ instance }) => later.laterNotes?.get(instance));
  assertEquals(await Promise.all(told), [undefined, "mind"]);
  const stopping = [plan("a", create), plan("b", step("stop"), create)];
  for (const [plans, mayBeLater] of [[stopping, true], [creating, false]] as const) {
    const now = await withNotes(plans, [a, b], notes(), mayBeLater);
    assertEquals([now.plans.map((one) => one.notes), now.laterNotes], [[undefined, ["mind"]], undefined]);
  }
});
