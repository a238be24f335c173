import { assertEquals } from "@std/assert";
import { ServerError } from "../../../lib/base/errors.ts";
import { execute } from "../../../lib/run/execute/execute.ts";
import type { Step } from "../../../lib/step/step.ts";
import { memoryServer } from "../../fakes/memory_server.ts";
import { recorder } from "../../fakes/recorder.ts";
import { worldOf } from "../../plan/world_spec.ts";
import { plan } from "../../support/steps.ts";

const INSTANCE = { project: "default", name: "a" };
const COPY = { archive: false, overwrite: false, maxBytes: 1, direction: "out", outside: "/o" } as const;

const PROGRAM: Step = { title: "program", effect: { kind: "exec", instance: INSTANCE, argv: ["x"] } };
const RESULTS: Step[] = ["/r", "/missing"].map((inside) => ({
  title: `copy ${inside}`,
  effect: { kind: "copy", instance: INSTANCE, inside, ...COPY },
  anyway: true,
}));
const LAST: Step = { title: "last", effect: { kind: "stop", instance: INSTANCE, seconds: 0 } };

/** Carries out the steps with a program that ends with a code, or that the daemon does not run at all. */
async function executed(code: number | ServerError, signal = new AbortController().signal) {
  const recorded = recorder(memoryServer(worldOf({})), {
    exec: () => {
      if (typeof code !== "number") throw code;
      return code;
    },
  });
  const copy: typeof recorded.control.copy = async (one, ...rest) => {
    await recorded.control.copy(one, ...rest);
    if (one.inside === "/missing") throw new ServerError("There is no file", { status: 404 });
  };
  const controls = { ...recorded, control: { ...recorded.control, copy } };
  const steps = [PROGRAM, ...RESULTS, LAST];
  const options = { parallel: 1, undoOnFailure: false };
  const whole = { first: [], each: [plan("a", ...steps)] };
  const failures = await execute(whole, options, { controls, report: () => {}, signal });
  return {
    effects: recorded.effects.map(({ kind }) => kind),
    failed: failures.map(({ step, also = [] }) => [step?.title, ...also.map((one) => one.step.title)]),
  };
}

Deno.test("execute() copies results out after a failed program, and reports failures of that", async () => {
  assertEquals(await executed(3), {
    effects: ["exec", "copy", "copy"],
    failed: [["program", "copy /missing"]],
  });
});

Deno.test("execute() takes no results out where no program ran, or after a signal", async () => {
  const refused = new ServerError("Instance is not running", { status: 400 });
  assertEquals(await executed(refused), { effects: ["exec"], failed: [["program"]] });
});

Deno.test("execute() stops at the first result that fails after a program that ended well", async () => {
  assertEquals(await executed(0), { effects: ["exec", "copy", "copy"], failed: [["copy /missing"]] });
});
