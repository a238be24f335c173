import { assertEquals } from "@std/assert";
import {
  shortJson,
  type ShortPart,
  shortParts,
  shortText,
  withShortForm,
} from "../../../lib/plan/output/short_plan.ts";
import { run, send } from "../../../lib/step/build.ts";
import type { InstancePlan, Plan, Step } from "../../../lib/step/step.ts";

const web = { project: "default", name: "web" };

const LOOKS: readonly Step[] = [
  { title: "Wait", effect: { kind: "wait", instance: web, until: ["exec"], timeoutSeconds: 60 } },
];

const STEPS: readonly Step[] = [
  run("Create directory /srv/web", { argv: ["mkdir", "/srv/web"] }, {
    makes: [{ kind: "directory", name: "/srv/web" }],
  }),
  send("Change instance web", { method: "PATCH", path: "/1.0/instances/web" }),
  send("Take a snapshot", { method: "POST", path: "/1.0/instances/web/snapshots" }),
  send("Start instance web", { method: "PUT", path: "/1.0/instances/web/state", body: { action: "start" } }),
  send("Rename instance web", { method: "POST", path: "/1.0/instances/web", body: { name: "w" } }, {
    makes: [{ kind: "instance", project: "default", name: "w" }],
    removes: [{ kind: "instance", ...web }],
  }),
  {
    title: "Apply 2 items",
    effect: {
      kind: "batch",
      instance: web,
      argv: ["sh"],
      marker: "m",
      items: [{ title: "Run\ndate" }, { title: "Write /x" }],
    },
  },
  send("Delete profile x", { method: "DELETE", path: "/1.0/profiles/x" }),
];

function partsOf(plan: Plan): readonly ShortPart[] {
  return shortParts({ plan, random: undefined });
}

function planOf(...each: readonly (readonly Step[])[]): Plan {
  return { first: [], each: each.map((steps): InstancePlan => ({ instance: web, steps })) };
}

Deno.test("shortText() has a line for each change, and none for steps that only read", () => {
  assertEquals(
    shortText(partsOf(planOf([...LOOKS, ...STEPS], LOOKS))),
    `web:
  + Create directory /srv/web
  ~ Change instance web
  + Take a snapshot
  ~ Start instance web
  ~ Rename instance web
  + Run date
  + Write /x
  - Delete profile x
web: nothing to do
4 to add, 3 to change, 1 to remove
`,
  );
});

Deno.test("shortText() names no instance where a plan has none", () => {
  const [step] = STEPS;
  assertEquals(
    shortText(partsOf({ first: [step!], each: [] })),
    "+ Create directory /srv/web\n1 to add, 0 to change, 0 to remove\n",
  );
  assertEquals(shortText(partsOf({ first: [], each: [] })), "No changes\n");
});

Deno.test("shortJson() has a version, the count and the changes of each instance", () => {
  assertEquals(shortJson(partsOf(planOf(STEPS.slice(0, 1)))), {
    version: 1,
    changes: 1,
    instances: [{
      instance: "web",
      project: "default",
      changes: [{ sign: "+", what: "Create directory /srv/web" }],
    }],
  });
});

Deno.test("withShortForm() puts comments behind the first line of a script, and keeps the rest", () => {
  const plan = { plan: planOf(STEPS.slice(6)), random: undefined };
  assertEquals(
    withShortForm("#!/bin/sh\nset -eu\n# more\n", plan),
    "#!/bin/sh\n# web:\n#   - Delete profile x\n# 0 to add, 0 to change, 1 to remove\nset -eu\n# more\n",
  );
});
