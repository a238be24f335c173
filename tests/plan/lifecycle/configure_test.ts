import { assertEquals } from "@std/assert";
import { planConfigure } from "../../../lib/plan/lifecycle/configure.ts";
import type { PlanOptions, Target } from "../../../lib/plan/world.ts";
import type { InstancePlan } from "../../../lib/step/step.ts";
import { targetsOf } from "../../support/targets.ts";
import { worldOf } from "../world_spec.ts";

const OPTIONS: PlanOptions = {
  resume: false,
  force: false,
  adopt: false,
  stopSeconds: 5,
  readySeconds: 60,
  pauseSeconds: 0,
  all: false,
};

async function target(): Promise<Target> {
  const [found] = await targetsOf({
    "a.yaml": "image: tiny\nostype: alpine\ncloud-config-files: [a.cfg]\n",
    "a.cfg": "#cloud-config\nruncmd: [one, two, three]\n",
  });
  return found!;
}

/** Plans for an instance whose journal has some of the items. */
async function planned(
  applied: readonly number[],
  options: Partial<PlanOptions> = {},
): Promise<InstancePlan> {
  const one = await target();
  const plan = (journal: string) =>
    planConfigure(one, worldOf({ instances: [{ name: "a" }], journals: { a: journal } }), {
      ...OPTIONS,
      ...options,
    });
  const ids = [...script(plan("")).matchAll(/^lxops_run \d+ ([0-9a-f]{64}) /gm)].map(([, id]) => id!);
  assertEquals(ids.length, 3);
  return plan(applied.map((index) => `${ids[index]} 1790000000 0 - done before\n`).join(""));
}

function script(plan: InstancePlan): string {
  const batch = plan.steps.find(({ effect }) => effect.kind === "batch")?.effect;
  return batch?.kind === "batch" ? batch.stdin! : "";
}

function titles(plan: InstancePlan): readonly string[] {
  const batch = plan.steps.find(({ effect }) => effect.kind === "batch")?.effect;
  return batch?.kind === "batch" ? batch.items.map(({ title }) => title) : [];
}

Deno.test("planConfigure() applies items that the instance's journal lacks, and notes the others", async () => {
  const plan = await planned([0, 2]);
  assertEquals(titles(plan), ["Run two (a.cfg)"]);
  assertEquals(plan.notes, ["2 of 3 items are up to date"]);
});

Deno.test("planConfigure() only tells the address where the journal has everything", async () => {
  const plan = await planned([0, 1, 2]);
  assertEquals([plan.steps.map(({ title }) => title), plan.notes?.length], [["Wait for network"], 1]);
});

Deno.test("planConfigure() applies everything where that is asked for", async () => {
  const plan = await planned([0, 1, 2], { all: true });
  assertEquals([titles(plan).length, plan.notes], [3, undefined]);
});
