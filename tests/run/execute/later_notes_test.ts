import { assertEquals } from "@std/assert";
import { InterruptedError } from "../../../lib/base/errors.ts";
import type { RunEvent } from "../../../lib/run/events.ts";
import { apply } from "../../../lib/run/execute/apply.ts";
import { execute, type ExecuteOptions } from "../../../lib/run/execute/execute.ts";
import { memoryServer } from "../../fakes/memory_server.ts";
import { noControls, recorder } from "../../fakes/recorder.ts";
import { plan, step } from "../../support/steps.ts";
import { worldOf } from "../../plan/world_spec.ts";

const one = plan("a", step("1"), step("2"));
const each = { first: [], each: [one] };
const options = { parallel: 1, undoOnFailure: false };

async function executed(
  laterNotes: NonNullable<ExecuteOptions["laterNotes"]>,
  onEvent: (event: RunEvent) => void = () => {},
  signal = new AbortController().signal,
) {
  const said: string[] = [];
  const report = (event: RunEvent) => {
    said.push(
      event.kind === "note"
        ? event.text
        : "step" in event
        ? `${event.kind} ${event.step?.title}`
        : event.kind,
    );
    onEvent(event);
  };
  const controls = recorder(memoryServer(worldOf({})), {});
  return { failures: await execute(each, { ...options, laterNotes }, { controls, report, signal }), said };
}

Deno.test("execute() waits for a later note after the first step of its instance", async () => {
  const note = Promise.withResolvers<string | undefined>();
  const { said } = await executed(new Map([[one.instance, note.promise]]), ({ kind }) => {
    if (kind === "done") setTimeout(() => note.resolve("mind"));
  });
  assertEquals(said, ["start 1", "done 1", "mind", "start 2", "done 2"]);
});

Deno.test("execute() finishes a plan whose later note fails, and waits for none after a signal", async () => {
  const failing = new Map([[one.instance, Promise.reject(new Error("defect"))]]);
  assertEquals((await executed(failing)).failures, []);
  const stop = new AbortController();
  const never = new Map([[one.instance, new Promise<undefined>(() => {})]]);
  const interrupt = () => void setTimeout(() => stop.abort(new InterruptedError("Interrupted")));
  const { failures, said } = await executed(never, interrupt, stop.signal);
  assertEquals([failures[0]?.error.message, said], ["Interrupted", ["start 1", "done 1"]]);
});

Deno.test("apply() shows a later note in a dry run", async () => {
  let text = "";
  await apply(each, {
    ...options,
    dryRun: true,
    script: { program: "lxops", globals: [], sudo: false, showSecrets: false, random: undefined },
    laterNotes: new Map([[one.instance, Promise.resolve("mind")]]),
  }, {
    controls: noControls,
    report: () => {},
    print: (part) => void (text += part),
    signal: new AbortController().signal,
  });
  assertEquals(text.includes("# note: mind\n"), true);
});
