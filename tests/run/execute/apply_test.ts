import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { CommandError, InterruptedError, LxopsError, ServerError } from "../../../lib/base/errors.ts";
import { errorText } from "../../../lib/cli/output/output.ts";
import { apply, failureError } from "../../../lib/run/execute/apply.ts";
import type { RunEvent } from "../../../lib/run/events.ts";
import { startInstance } from "../../../lib/plan/requests/instances.ts";
import type { Plan, Step } from "../../../lib/step/step.ts";
import { SCRIPT } from "../../fakes/memory_app.ts";
import { memoryServer } from "../../fakes/memory_server.ts";
import { noControls, recorder } from "../../fakes/recorder.ts";
import { namesOf, plan, step } from "../../support/steps.ts";
import { worldOf } from "../../plan/world_spec.ts";

const PLAN: Plan = { first: [step("f")], each: [plan("a", step("a1"))] };
const OPTIONS = { parallel: 1, undoOnFailure: false, script: SCRIPT };

Deno.test("apply() prints a plan in a dry run, and asks for nothing that changes the world", async () => {
  const printed: string[] = [];
  const events: RunEvent[] = [];
  const failures = await apply(PLAN, { ...OPTIONS, dryRun: true }, {
    controls: noControls,
    report: (event) => events.push(event),
    print: (text) => printed.push(text),
    signal: AbortSignal.abort(),
  });
  assertEquals([failures, events], [[], []]);
  assertStringIncludes(printed.join(""), "# f\nlxops query -X POST /1.0/f\n");
  assertStringIncludes(printed.join(""), "# instance a\n# a1\nlxops query -X POST /1.0/a1\n");
});

Deno.test("apply() carries out a plan and prints nothing", async () => {
  const controls = recorder(memoryServer(worldOf({})));
  const events: RunEvent[] = [];
  const failures = await apply(PLAN, { ...OPTIONS, dryRun: false }, {
    controls: () => controls,
    report: (event) => events.push(event),
    print: noControls,
    signal: new AbortController().signal,
  });
  assertEquals([failures, namesOf(controls.effects), events.length], [[], ["f", "a1"], 4]);
});

Deno.test("apply() refuses files that lxops may not write before anything changes, in a dry run, too", async () => {
  const write = { kind: "write", path: "/usr/local/lib/x/manifest.json", text: "", mode: 0o600 } as const;
  const checksum = { kind: "checksum", directory: "/usr/local/lib/x", files: [], list: "SUMS" } as const;
  const image = {
    kind: "transfer",
    direction: "export",
    project: "",
    fingerprint: "1",
    file: "/usr/local/lib/i",
  } as const;
  const toStdout = { ...image, file: "-" } as const;
  for (
    const [effect, denied] of [[write, write.path], [checksum, "/usr/local/lib/x/SUMS"], [
      image,
      image.file,
    ]] as const
  ) {
    for (const dryRun of [false, true]) {
      const error = await assertRejects(
        () =>
          apply({ first: [step("f"), { title: "w", effect }], each: [] }, { ...OPTIONS, dryRun }, {
            controls: noControls,
            report: noControls,
            print: noControls,
            signal: new AbortController().signal,
            mayWrite: (path) => !path.startsWith("/usr/local/lib/"),
          }),
        LxopsError,
        `lxops never writes to "${denied}"`,
      );
      assertEquals(error.advice[0], "Nothing was changed.");
    }
  }
  const printed: string[] = [];
  await apply({ first: [{ title: "w", effect: toStdout }], each: [] }, { ...OPTIONS, dryRun: true }, {
    controls: noControls,
    report: noControls,
    print: (text) => printed.push(text),
    signal: new AbortController().signal,
    mayWrite: () => false,
  });
  assertEquals(printed.length, 1);
});

Deno.test("failureError() says where, what failed and why, what was left, and how to continue", () => {
  const error = failureError({
    instance: "a",
    step: step("Start instance a"),
    error: new ServerError("No such network", {
      status: 400,
      request: "PUT /1.0",
      advice: ["Make the network"],
    }),
    done: [
      step("1", { makes: [{ kind: "dataset", name: "tank/a" }] }),
      step("2", {
        makes: [{ kind: "directory", name: "/default/x" }, {
          kind: "profile",
          project: "default",
          name: "a.lxops",
        }],
      }),
      step("3", { makes: [{ kind: "instance", project: "web", name: "a" }] }),
      step("4"),
    ],
  }, ["To go on: x"]);
  assertEquals(
    errorText("lxops", error),
    [
      "lxops: a: Start instance a: No such network",
      "  Make the network",
      "  Left behind: dataset tank/a, directory /default/x, profile a.lxops, instance web/a",
      "  To go on: x",
    ].join("\n"),
  );
  assertEquals(error.exitCode, 4);
});

Deno.test("failureError() says the whole name of a dataset in a pool that is called default", () => {
  const done = [step("1", { makes: [{ kind: "dataset", name: "default/lxops/a" }] })];
  const error = failureError({ instance: "a", step: step("2"), error: new ServerError("no"), done }, []);
  assertEquals(error.advice, ["Left behind: dataset default/lxops/a"]);
});

Deno.test("failureError() lists leftovers, but not objects that later steps removed or renamed", () => {
  const done = [
    step("create", { makes: [{ kind: "instance", project: "default", name: "a-new" }] }),
    step("away", {
      makes: [{ kind: "instance", project: "default", name: "a-old" }],
      removes: [{ kind: "instance", project: "default", name: "a" }],
    }),
    step("in", {
      makes: [{ kind: "instance", project: "default", name: "a" }],
      removes: [{ kind: "instance", project: "default", name: "a-new" }],
    }),
  ];
  const error = failureError({ instance: "a", step: step("x"), error: new ServerError("no"), done }, []);
  assertEquals(error.advice, ["Left behind: instance a-old, instance a"]);
});

Deno.test("failureError() shows the output of the program that failed, harmless to a terminal", () => {
  const cause = new CommandError("exit code 1", { argv: ["x"], code: 1, stderr: "one\n\x1b]0;owned\x07two" });
  const error = failureError({ instance: "a", step: step("Run"), error: cause, done: [] }, []);
  assertEquals(
    errorText("lxops", error),
    "lxops: a: Run: exit code 1\n  | one\n  | \\x1b]0;owned\\x07two",
  );
});

Deno.test("failureError() says of an instance without a step that it was not begun", () => {
  const error = failureError({ instance: "b", error: new InterruptedError("Interrupted"), done: [] }, []);
  assertEquals([error.message, error.exitCode], ["b: not begun: Interrupted", 130]);
  assert(error.cause instanceof InterruptedError);
});

Deno.test("failureError() says where the reason of a failed start is", () => {
  const body = { name: "a", start: true };
  for (
    const effect of [
      { kind: "send", ...startInstance({ project: "web", name: "a" }) },
      { kind: "send", method: "POST", path: "/1.0/instances?project=web", body },
    ] as const
  ) {
    const step: Step = { title: "Start instance a", effect };
    const error = failureError(
      { instance: "a", step, error: new ServerError("exit status 1"), done: [] },
      [],
    );
    assertEquals(error.advice, ["Why: lxops instance logs --project web a lxc.log"]);
  }
});
