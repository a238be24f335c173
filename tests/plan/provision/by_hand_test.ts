/** Hooks that a further run does not run. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { deletedAdvice } from "../../../lib/plan/provision/by_hand.ts";
import { hookSteps } from "../../../lib/plan/provision/hooks.ts";
import type { Target } from "../../../lib/plan/world.ts";

const hook = (run: string, args: readonly string[] = []) => ({ run, args, in: "host" as const, timeout: 60 });

function steps(point: "before-delete" | "after-delete") {
  const hooks = {
    "before-delete": [hook("/c/first.sh")],
    "after-delete": [hook("/c/a.sh"), hook("/c/b.sh", ["two words", "x-hush-y"]), hook("/c/c.sh")],
  };
  const instance = { name: "web", project: "", file: "web.yaml", config: { file: "/c/web.yaml", hooks } };
  const target = { instance, loaded: { origins: new Map() } } as unknown as Target;
  const context = {
    target,
    ref: { project: "", name: "web" },
    program: "lxops-incus",
    scripts: new Map(),
    settings: { TOKEN: "hush" },
    hidden: ["hush"],
  };
  return { target, steps: hookSteps(point, context) };
}

Deno.test("deletedAdvice() names the hook after a deletion that failed, and those after it, without secrets", () => {
  const { target, steps: [, second] } = steps("after-delete");
  const advice = deletedAdvice(second!, target);
  assertEquals(advice.length, 4);
  assertStringIncludes(advice[0]!, "does not run the hook again. To run it by hand, with those after it:");
  assertStringIncludes(advice[1]!, "(cd /c && env LXOPS_HOOK=after-delete LXOPS_NAME=web ");
  assertStringIncludes(advice[1]!, "/c/b.sh 'two words' 'x-***-y')");
  assertStringIncludes(advice[2]!, "/c/c.sh)");
  assertEquals(advice.join("\n").includes("hush"), false);
});

Deno.test("deletedAdvice() has nothing to say about hooks that run again", () => {
  const { target, steps: [first] } = steps("before-delete");
  assertEquals(deletedAdvice(first!, target), []);
});
