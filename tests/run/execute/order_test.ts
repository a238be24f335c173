import { assertEquals } from "@std/assert";
import { execute } from "../../../lib/run/execute/execute.ts";
import type { Controls } from "../../../lib/run/perform/perform.ts";
import type { Earlier, InstancePlan } from "../../../lib/step/step.ts";
import { StateError } from "../../../lib/base/errors.ts";
import { send } from "../../../lib/step/build.ts";

/** A plan of one request that names its instance. */
function planOf(
  name: string,
  after: readonly string[] = [],
  { required = true, until = "ended" }: Partial<Pick<Earlier, "required" | "until">> = {},
): InstancePlan {
  return {
    instance: { project: "default", name },
    steps: [send(`Start ${name}`, { method: "PUT", path: `/1.0/${name}`, body: {} })],
    ...(after.length > 0
      ? { after: after.map((one) => ({ project: "default", name: one, required, until })) }
      : {}),
  };
}

/** A plan that starts an instance, and then sends one request that names it. */
function startingPlan(name: string): InstancePlan {
  const plan = planOf(name);
  const request = { method: "PUT", path: `/1.0/instances/${name}/state`, body: { action: "start" } } as const;
  return { ...plan, steps: [send(`Start instance ${name}`, request), ...plan.steps] };
}

/** Carries plans out, where "slowdb" ends after another one; returns the order in which requests began and ended, and the failures. */
async function carriedOut(
  plans: readonly InstancePlan[],
  { fails = "", parallel = 8, until }: {
    readonly fails?: string;
    readonly parallel?: number;
    readonly until?: string;
  } = {},
) {
  const log: string[] = [];
  const gate = Promise.withResolvers<void>();
  if (until === undefined) gate.resolve();
  const control = {
    send: async ({ path }: { readonly path: string }) => {
      const name = path.slice("/1.0/".length);
      log.push(`+${name}`);
      if (name === "slowdb") await gate.promise;
      if (name === fails) throw new StateError("it fails");
      log.push(`-${name}`);
      if (name === until) gate.resolve();
    },
  };
  const failures = await execute(
    { first: [], each: plans },
    { parallel, undoOnFailure: false },
    {
      controls: { control } as unknown as Controls,
      report: () => {},
      signal: new AbortController().signal,
    },
  );
  return { log, failures: failures.map(({ instance, error }) => `${instance}: ${error.message}`) };
}

Deno.test("an instance waits for those that come first, and for no others", async () => {
  const { log, failures } = await carriedOut([
    planOf("slowdb"),
    planOf("cache"),
    planOf("web", ["slowdb"]),
    planOf("shop", ["cache"]),
  ], { until: "shop" });
  assertEquals(failures, []);
  assertEquals(log, ["+slowdb", "+cache", "-cache", "+shop", "-shop", "-slowdb", "+web", "-web"]);
});

Deno.test("a chain is carried out with one worker", async () => {
  const { log } = await carriedOut([planOf("a"), planOf("b", ["a"]), planOf("c", ["b"])], { parallel: 1 });
  assertEquals(log, ["+a", "-a", "+b", "-b", "+c", "-c"]);
});

Deno.test("an instance whose dependency fails is not begun, unless it does without", async () => {
  const plans = [planOf("slowdb"), planOf("web", ["slowdb"]), planOf("front", ["web"])];
  const { log, failures } = await carriedOut(plans, { fails: "slowdb" });
  assertEquals(log, ["+slowdb"]);
  assertEquals(failures, [
    "slowdb: it fails",
    'web: It comes after instance "slowdb", which failed',
    'front: It comes after instance "web", which failed',
  ]);
  const optional = await carriedOut([planOf("slowdb"), planOf("web", ["slowdb"], { required: false })], {
    fails: "slowdb",
  });
  assertEquals(optional.log, ["+slowdb", "+web", "-web"]);
});

Deno.test("an instance that comes after none of the plans does not wait", async () => {
  assertEquals((await carriedOut([planOf("web", ["elsewhere"])])).log, ["+web", "-web"]);
});

Deno.test("an instance that waits for a start does not wait for later steps", async () => {
  const until = "started" as const;
  const { log, failures } = await carriedOut(
    [startingPlan("slowdb"), planOf("web", ["slowdb"], { until }), planOf("shop", ["web"], { until })],
    { until: "shop" },
  );
  assertEquals(failures, []);
  assertEquals(log.slice(0, 3), ["+instances/slowdb/state", "-instances/slowdb/state", "+slowdb"]);
  assertEquals(log.slice(-2), ["-shop", "-slowdb"]);
});

Deno.test("an instance that waits for a start begins even if a later step fails, but not if the start fails", async () => {
  const plans = [startingPlan("db"), planOf("web", ["db"], { until: "started" })];
  const early = await carriedOut(plans, { fails: "instances/db/state" });
  assertEquals(early.failures, ["db: it fails", 'web: It comes after instance "db", which failed']);
  const late = await carriedOut(plans, { fails: "db" });
  assertEquals([late.failures, late.log.includes("-web")], [["db: it fails"], true]);
});
