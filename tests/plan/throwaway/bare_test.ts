import { assertEquals } from "@std/assert";
import { planBare } from "../../../lib/plan/throwaway/bare.ts";
import { STARTS } from "../../../lib/plan/throwaway/lifetime.ts";
import type { RunOptions } from "../../../lib/plan/throwaway/options.ts";
import type { InstancePlan } from "../../../lib/step/step.ts";
import { OPTIONS } from "./options.ts";

const BARE = { project: "default", name: "run-1", image: "tiny", profiles: ["default"], file: "/c/run" };
const DISCARD = { kind: "discard", instance: { project: "default", name: "run-1" } } as const;

function planned(options: Partial<RunOptions> = {}, ...extensions: readonly string[]): InstancePlan {
  return planBare(BARE, { extensions: new Set(extensions) }, { ...OPTIONS, ...options });
}

Deno.test("planBare() makes and starts the instance by one request, where the daemon can", () => {
  const { steps } = planned({}, STARTS);
  assertEquals(steps.map(({ title }) => title), [
    "Create and start instance run-1 from tiny",
    "Run true in run-1",
    "Remove instance run-1",
  ]);
  const [create] = steps;
  assertEquals(create?.effect.kind === "send" && create.effect.body, {
    name: "run-1",
    type: "container",
    source: { type: "image", alias: "tiny" },
    profiles: ["default"],
    config: {
      "user.lxops.config": "/c/run",
      "user.lxops.image": "tiny",
      "user.lxops.run": "run-1 host m b 1 2",
    },
    devices: {},
    description: "",
    ephemeral: true,
    start: true,
  });
  assertEquals(planned().steps.map(({ title }) => title).slice(0, 2), [
    "Create instance run-1 from tiny",
    "Start instance run-1",
  ]);
});

Deno.test("planBare() takes an instance back that was made and did not start", () => {
  const [create] = planned({}, STARTS).steps;
  assertEquals([create?.partly, create?.undo], ["always", { ...DISCARD, mark: "run-1 host m b 1 2" }]);
});

Deno.test("planBare() removes the instance without a look where its program has just ended in it", () => {
  const last = (options: Partial<RunOptions>) => planned(options).steps.at(-1)!;
  assertEquals(last({}).effect, { ...DISCARD, mark: "run-1 host m b 1 2", runs: true });
  const { program: _program, ...lasting } = OPTIONS;
  const { steps } = planBare(BARE, { extensions: new Set() }, lasting);
  assertEquals(steps.at(-1)!.effect, { ...DISCARD, mark: "run-1 host m b 1 2" });
});

Deno.test("planBare() copies results out also where the program failed, and then removes the instance", () => {
  const copy = {
    direction: "out",
    inside: "/r",
    outside: "/o",
    archive: false,
    overwrite: false,
    maxBytes: 1,
  } as const;
  const anyway = ({ steps }: InstancePlan) => steps.filter((one) => one.anyway).map(({ title }) => title);
  const plan = planned({ copies: [copy, { ...copy, direction: "in" }] });
  assertEquals(anyway(plan), ["Copy /r of run-1 to /o", "Remove instance run-1"]);
  // One that may be kept is not removed then.
  assertEquals(anyway(planned({ keep: "on-failure" })), []);
});

Deno.test("planBare() looks whether a failed copy of results has kept the instance before it is removed", () => {
  const out = { inside: "/r", outside: "/o", archive: false, overwrite: false, maxBytes: 1 } as const;
  const kept = { ...DISCARD, mark: "run-1 host m b 1 2", spares: true };
  const { steps } = planned({ copies: [{ direction: "out", ...out }] });
  assertEquals([steps[0]?.undo, steps.at(-1)?.effect], [kept, kept]);
  const saves = (plan: InstancePlan) =>
    plan.steps.flatMap(({ effect }) => effect.kind === "copy" ? [effect.saves] : []);
  assertEquals(saves(planned({ copies: [{ direction: "out", ...out }] })), ["run-1 host m b 1 2"]);
  assertEquals(saves(planned({ copies: [{ direction: "in", ...out }] })), [undefined]);
  assertEquals(saves(planned({ keep: "on-failure", copies: [{ direction: "out", ...out }] })), [undefined]);
});
