import { assertEquals } from "@std/assert";
import { combine } from "../../../lib/plan/output/merge_plans.ts";
import type { Step } from "../../../lib/step/step.ts";
import { plan, step } from "../../support/steps.ts";

function create(dataset: string, ...options: readonly string[]): Step {
  const undo = { kind: "run", argv: ["zfs", "destroy", dataset] } as const;
  const argv = ["zfs", "create", ...options, dataset] as const;
  return {
    title: `create ${dataset}`,
    effect: { kind: "run", argv },
    makes: [{ kind: "dataset", name: dataset }],
    undo,
  };
}

function parents(dataset: string): Step {
  const argv = ["zfs", "create", "-p", dataset] as const;
  return {
    title: `parents ${dataset}`,
    effect: { kind: "run", argv },
    makes: [{ kind: "dataset", name: dataset }],
  };
}

function destroy(path: string): Step {
  return step(`destroy ${path}`, { removes: [{ kind: "dataset", name: path }] });
}

function titles(steps: readonly Step[]): string[] {
  return steps.map(({ title }) => title);
}

Deno.test("combine() does not change the plan of one instance", () => {
  const alone = plan("a", create("tank/a"), create("tank/a"));
  assertEquals(combine([alone]), { first: [], each: [alone] });
});

Deno.test("combine() makes a dataset that several instances need once, before all of them", () => {
  const { first, each } = combine([
    plan("a", create("tank/x"), step("a1")),
    plan("b", create("tank/x"), step("b1")),
  ]);
  assertEquals(titles(first), ["create tank/x"]);
  assertEquals(each.map(({ steps }) => titles(steps)), [["a1"], ["b1"]]);
  assertEquals(each.map(({ notes }) => notes), [undefined, undefined]);
});

Deno.test("combine() makes datasets after those that they lie in", () => {
  const { first } = combine([
    plan("a", parents("tank/x/y"), create("tank/x/y/z"), parents("tank/x")),
    plan("b", parents("tank/x"), create("tank/x/y/z"), parents("tank/x/y")),
  ]);
  assertEquals(titles(first), ["parents tank/x", "parents tank/x/y", "create tank/x/y/z"]);
});

Deno.test("combine() makes a dataset as the configuration says that it belongs to", () => {
  const { first, each } = combine([
    plan("a", parents("tank/x"), create("tank/x/a")),
    plan("b", create("tank/x", "-o", "compression=on")),
  ]);
  assertEquals(first, [create("tank/x", "-o", "compression=on")]);
  assertEquals(each.map(({ steps, notes }) => [titles(steps), notes]), [[["create tank/x/a"], undefined], [
    [],
    undefined,
  ]]);
});

Deno.test("combine() tells whose properties do not count", () => {
  const { first, each } = combine([
    plan("a", create("tank/x", "-o", "a=1")),
    { ...plan("b", create("tank/x", "-o", "a=2")), notes: ["mind"] },
  ]);
  assertEquals(first, [create("tank/x", "-o", "a=1")]);
  assertEquals(each.map(({ notes }) => notes), [
    undefined,
    ["mind", "Dataset tank/x is created as the configuration of another instance says"],
  ]);
});

Deno.test("combine() destroys a filesystem of several instances once", () => {
  const { each } = combine([
    plan("a", step("a1"), destroy("tank/x")),
    plan("b", step("b1"), destroy("tank/x")),
  ]);
  assertEquals(each.map(({ steps }) => titles(steps)), [["a1", "destroy tank/x"], ["b1"]]);
});
