import { assertEquals } from "@std/assert";
import { findStrays } from "../../../lib/run/targets/strays.ts";
import type { RunState } from "../../../lib/ports/mod.ts";
import { worldOf } from "../../plan/world_spec.ts";

const NOW = new Date("2026-01-02T00:00:00Z");

/** Finds strays among instances of a project with these marks. */
async function strays(
  marks: Readonly<Record<string, Readonly<Record<string, string>>>>,
  olderSeconds?: number,
  project = "default",
) {
  const instances = Object.entries(marks).map(([name, config]) => ({
    name,
    project,
    config,
    createdAt: "2026-01-01T00:00:00Z",
  }));
  const states: Readonly<Record<string, RunState>> = { ended: "over", "goes on": "alive" };
  const host = {
    runStates: (texts: readonly string[]) =>
      Promise.resolve(new Map(texts.flatMap((text) => states[text] ? [[text, states[text]] as const] : []))),
  };
  const infos = [...worldOf({ instances }).instances.values()];
  const found = await findStrays(infos, host, { now: NOW, ...(olderSeconds ? { olderSeconds } : {}) });
  return found.map(({ name }) => name).sort();
}

Deno.test("findStrays() finds instances of runs that have ended, and no copies of them", async () => {
  assertEquals(
    await strays({
      a: { "user.lxops.run": "a ended" },
      b: { "user.lxops.run": "b goes on" },
      copy: { "user.lxops.run": "a ended" },
      kept: { "user.lxops.run": "kept ended", "user.lxops.run.kept": "on-failure" },
      mine: {},
    }),
    ["a"],
  );
});

Deno.test("findStrays() takes no copy in another project for the instance of a run", async () => {
  const marks = {
    a: { "user.lxops.run": "a ended" },
    b: { "user.lxops.run": "p2/b ended" },
    c: { "user.lxops.run": "p3/c ended" },
  };
  assertEquals([await strays(marks, undefined, "p2"), await strays(marks)], [["b"], ["a"]]);
});

Deno.test("findStrays() finds those of other machines only by their age", async () => {
  const marks = { a: { "user.lxops.run": "a elsewhere" } };
  assertEquals([await strays(marks), await strays(marks, 3600), await strays(marks, 9e6)], [[], ["a"], []]);
});

Deno.test("findStrays() finds instances of jobs once their time is over, however old others may be", async () => {
  const job = (name: string, until: string) => ({
    "user.lxops.run": `${name} gitlab-1`,
    "user.lxops.run.until": until,
  });
  const marks = { a: job("a", "2026-01-01T23:50:00.000Z"), b: job("b", "2026-01-02T00:10:00.000Z") };
  assertEquals([await strays(marks), await strays(marks, 1)], [["a"], ["a"]]);
});
