/** The order of plans of instances that depend on each other. */
import { assertEquals } from "@std/assert";
import { inOrder } from "../../../lib/plan/everyday/order.ts";
import { refOf } from "../../../lib/plan/world.ts";
import { targetsOf } from "../../support/targets.ts";

const FILES = {
  "web.yaml": "after: [app]\n",
  "db.yaml": "image: x\n",
  "app.yaml": "after: [db]\n",
  "other.yaml": "image: x\n",
};

async function order(direction: "start" | "stop", files: Readonly<Record<string, string>> = FILES) {
  const targets = await targetsOf(files);
  const planned = targets.map((target) => ({
    target,
    plan: { instance: refOf(target.instance), steps: [] },
  }));
  return inOrder(planned, direction).map(({ plan }) => {
    const after = "after" in plan ? plan.after as readonly { name: string }[] : [];
    return [plan.instance.name, ...after.map(({ name }) => name)].join(" < ");
  });
}

Deno.test("instances start after those that they wait for", async () => {
  assertEquals(await order("start"), ["db", "other", "app < db", "web < app"]);
});

Deno.test("instances stop before those that they wait for", async () => {
  assertEquals(await order("stop"), ["web", "app < web", "db < app", "other"]);
});

Deno.test("instances that wait for each other stop in any order", async () => {
  const files = { "a.yaml": "after: [b]\n", "b.yaml": "after: [a]\n" };
  assertEquals(await order("stop", files), ["a", "b"]);
});
