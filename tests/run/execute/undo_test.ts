import { assertEquals } from "@std/assert";
import { InterruptedError, ServerError } from "../../../lib/base/errors.ts";
import type { RunEvent } from "../../../lib/run/events.ts";
import { execute } from "../../../lib/run/execute/execute.ts";
import type { Plan, Step } from "../../../lib/step/step.ts";
import { memoryServer } from "../../fakes/memory_server.ts";
import { recorder } from "../../fakes/recorder.ts";
import { namesOf, plan, step, undoable } from "../../support/steps.ts";
import { worldOf } from "../../plan/world_spec.ts";

/** Carries out a plan of which some effects fail, and tells what was done and reported after the failure. */
async function undone(
  what: Plan,
  failing: readonly string[],
  signal?: AbortController,
  undoOnFailure = true,
) {
  const controls = recorder(memoryServer(worldOf({})), {
    send: ({ path }) => {
      if (path === "/1.0/interrupt") signal?.abort(new InterruptedError("Interrupted"));
      if (failing.includes(`${path.slice(5)} unsettled`)) throw unsettled();
      if (failing.includes(`${path.slice(5)} lost`)) throw new ServerError("The connection broke");
      if (failing.includes(path.slice(5))) throw new ServerError("refused", { status: 400 });
    },
  });
  const events: RunEvent[] = [];
  const failures = await execute(
    what,
    { parallel: 1, undoOnFailure },
    {
      controls,
      report: (event) => void events.push(event),
      signal: signal?.signal ?? new AbortController().signal,
    },
  );
  const undos = events.flatMap((event) =>
    event.kind === "undo" ? [`${event.instance}: ${event.title}${event.error ? " failed" : ""}`] : []
  );
  return {
    names: namesOf(controls.effects),
    undos,
    errors: events.flatMap((event) => event.kind === "undo" && event.error ? [event.error.message] : []),
    left: failures.map(({ done }) => done.map(({ title }) => title)),
  };
}

/** Returns the message about a request with an unknown outcome. */
function unsettled(): InterruptedError {
  return new InterruptedError("Interrupted", [], { unsettled: true });
}

function alone(...steps: readonly Step[]): Plan {
  return { first: [], each: [plan("a", ...steps)] };
}

Deno.test("one failed restore stops no other restore, but the step is not undone", async () => {
  const [first, ...others] = ["a 1", "a 2", "b 1", "c 1"].map((name) => ({
    ...step(name).effect,
    part: name.slice(0, 1),
  }));
  const parts: Step = { ...step("1"), undo: [first!, ...others, step("last").effect] };
  const { names, undos, left, errors } = await undone(alone(parts, step("2")), ["2", "a 1", "c 1"]);
  assertEquals(names, ["1", "2", "a 1", "b 1", "c 1"]);
  assertEquals([undos, left], [["a: 1 failed"], [["1"]]]);
  assertEquals(errors, ['not put back: "a" (refused); "c" (refused)']);
  assertEquals((await undone(alone(parts, step("2")), ["2"])).names.slice(2), [
    "a 1",
    "a 2",
    "b 1",
    "c 1",
    "last",
  ]);
});

Deno.test("execute() takes back the steps of an instance that failed, last first", async () => {
  const { names, undos, left } = await undone(alone(undoable("1"), undoable("2"), step("3")), ["3"]);
  assertEquals(names, ["1", "2", "3", "undo 2", "undo 1"]);
  assertEquals(undos, ["a: 2", "a: 1"]);
  assertEquals(left, [[]]);
});

Deno.test("execute() undoes nothing without the flag", async () => {
  const { names, left } = await undone(alone(undoable("1"), step("2")), ["2"], undefined, false);
  assertEquals(names, ["1", "2"]);
  assertEquals(left, [["1"]]);
});

Deno.test("execute() undoes the failed step where a part of it may exist", async () => {
  const copy = undoable("2", { partly: true, opens: { kind: "copy", name: "copy" } });
  const { names, undos } = await undone(alone(undoable("1"), copy), ["2"], undefined, false);
  assertEquals([names, undos], [["1", "2", "undo 2"], ["a: 2"]]);
  assertEquals((await undone(alone(undoable("1"), copy), ["2"])).names, ["1", "2", "undo 2", "undo 1"]);
});

Deno.test("execute() takes back a step that would pass for done only where it fails itself", async () => {
  const profile = undoable("2", { partly: "always" });
  const failed = await undone(alone(undoable("1"), profile, step("3")), ["2"], undefined, false);
  assertEquals([failed.names, failed.left], [["1", "2", "undo 2"], [["1"]]]);
  const later = await undone(alone(undoable("1"), profile, step("3")), ["3"], undefined, false);
  assertEquals([later.names, later.left], [["1", "2", "3"], [["1", "2"]]]);
});

Deno.test("execute() ends nothing that a later step has ended, be it one of several", async () => {
  const steps = [
    undoable("1", { opens: { kind: "copy", name: "a" } }),
    undoable("2", { opens: { kind: "copy", name: "b" } }),
    step("3", { closes: [{ kind: "copy", name: "a" }, { kind: "copy", name: "b" }] }),
  ];
  assertEquals((await undone(alone(...steps, step("4")), ["4"], undefined, false)).names, [
    "1",
    "2",
    "3",
    "4",
  ]);
});

Deno.test("execute() does not take back the step that failed itself", async () => {
  const { names } = await undone(alone(undoable("1"), undoable("2")), ["2"]);
  assertEquals(names, ["1", "2", "undo 1"]);
});

Deno.test("execute() passes over steps without a way back, and tells of those that left something", async () => {
  const steps = [
    undoable("1"),
    step("made", { makes: [{ kind: "directory", name: "/x" }] }),
    step("waited"),
    step("last"),
  ];
  const { names, left } = await undone(alone(...steps), ["last"]);
  assertEquals(names.at(-1), "undo 1");
  assertEquals(left, [["made"]]);
});

Deno.test("execute() stops undoing at the first failure: earlier steps are still needed", async () => {
  const steps = [
    undoable("dataset", { makes: [{ kind: "dataset", name: "tank/a" }] }),
    undoable("instance"),
    undoable("start"),
    step("x"),
  ];
  const { names, undos, left } = await undone(alone(...steps), ["x", "undo instance"]);
  assertEquals(names.slice(4), ["undo start", "undo instance"]);
  assertEquals(undos, ["a: start", "a: instance failed"]);
  assertEquals(left, [["dataset", "instance"]]);
});

Deno.test("execute() takes nothing back behind a step that commits", async () => {
  const steps = [undoable("stop"), undoable("rebuild", { commits: true }), undoable("start"), step("x")];
  const { names, left } = await undone(alone(...steps), ["x"]);
  assertEquals(names.slice(4), ["undo start"]);
  assertEquals(left, [["stop", "rebuild"]]);
});

Deno.test("execute() takes back all where the step that would commit fails", async () => {
  const { names } = await undone(alone(undoable("stop"), step("rebuild", { commits: true })), ["rebuild"]);
  assertEquals(names, ["stop", "rebuild", "undo stop"]);
});

Deno.test("execute() undoes the steps of the failed instance, neither those of others nor the first steps", async () => {
  const what: Plan = {
    first: [undoable("f", { makes: [{ kind: "dataset", name: "tank/f" }] })],
    each: [plan("a", undoable("a1"), step("a2")), plan("b", undoable("b1"))],
  };
  const { names, left } = await undone(what, ["a2"]);
  assertEquals(names, ["f", "a1", "a2", "undo a1", "b1"]);
  assertEquals(left, [["f"]]);
});

Deno.test("execute() undoes the first steps when they fail", async () => {
  const what: Plan = { first: [undoable("f1"), undoable("f2")], each: [plan("a", step("a1"))] };
  const { names, undos } = await undone(what, ["f2"]);
  assertEquals(names, ["f1", "f2", "undo f1"]);
  assertEquals(undos, [": f1"]);
});

Deno.test("execute() takes back the steps of an instance that was interrupted", async () => {
  const what = alone(undoable("1"), undoable("interrupt"), step("2"));
  const { names, left } = await undone(what, [], new AbortController());
  assertEquals(names, ["1", "interrupt", "undo interrupt", "undo 1"]);
  assertEquals(left, [[]]);
});

const FREEZE = undoable("freeze", { opens: { kind: "freeze", project: "", name: "a" } });
const UNFREEZE = step("unfreeze", { closes: { kind: "freeze", project: "", name: "a" } });

for (const undoOnFailure of [false, true]) {
  Deno.test(`execute() ends temporary states, undoing or not: ${undoOnFailure}`, async () => {
    const steps = [
      undoable("1", { makes: [{ kind: "directory", name: "/x" }] }),
      FREEZE,
      step("2"),
      step("3"),
      UNFREEZE,
    ];
    const { names, left } = await undone(alone(...steps), ["3"], undefined, undoOnFailure);
    assertEquals(names.slice(4), undoOnFailure ? ["undo freeze", "undo 1"] : ["undo freeze"]);
    assertEquals(left, [undoOnFailure ? [] : ["1", "2"]]);
  });

  Deno.test(`execute() does not end a temporary state twice, undoing or not: ${undoOnFailure}`, async () => {
    const { names } = await undone(
      alone(FREEZE, step("1"), UNFREEZE, step("2")),
      ["2"],
      undefined,
      undoOnFailure,
    );
    assertEquals(names.slice(4), []);
  });

  Deno.test(`execute() ends a temporary state that began again, undoing or not: ${undoOnFailure}`, async () => {
    const steps = [FREEZE, UNFREEZE, { ...FREEZE }, step("1")];
    const { names } = await undone(alone(...steps), ["1"], undefined, undoOnFailure);
    assertEquals(names.slice(4), ["undo freeze"]);
  });
}

Deno.test("execute() ends temporary states also where a step cannot be undone", async () => {
  const { names, left } = await undone(alone(FREEZE, undoable("1"), undoable("2"), step("3")), [
    "3",
    "undo 2",
  ]);
  assertEquals(names.slice(4), ["undo 2", "undo freeze"]);
  assertEquals(left, [["1", "2"]]);
});

Deno.test("execute() ends temporary states also behind a step that commits", async () => {
  const steps = [FREEZE, undoable("1", { commits: true }), step("2")];
  for (const undoOnFailure of [false, true]) {
    const { names, left } = await undone(alone(...steps), ["2"], undefined, undoOnFailure);
    assertEquals([names.slice(3), left], [["undo freeze"], [["1"]]]);
  }
});

Deno.test("execute() tries only once to end a temporary state, and continues with the others", async () => {
  const other = undoable("mount", { opens: { kind: "clone", name: "tank/a" } });
  const { names, left } = await undone(alone(other, FREEZE, step("1")), ["1", "undo freeze"]);
  assertEquals(names.slice(3), ["undo freeze", "undo mount"]);
  assertEquals(left, [["freeze"]]);
});

Deno.test("execute() takes back all or nothing of an instance whose plan says so", async () => {
  const what: Plan = { first: [], each: [{ ...plan("a", undoable("1"), step("2")), atomic: true }] };
  const { names, left } = await undone(what, ["2"], undefined, false);
  assertEquals([names, left], [["1", "2", "undo 1"], [[]]]);
});

Deno.test("execute() takes back a step whose outcome is not known, where it must not last", async () => {
  const pause = [
    undoable("note", { opens: { kind: "stop-note", project: "", name: "a" } }),
    undoable("stop", {
      opens: { kind: "stop", project: "", name: "a" },
      notedBy: { kind: "stop-note", project: "", name: "a" },
    }),
  ];
  const { names, left } = await undone(alone(...pause, step("3")), ["stop unsettled"], undefined, false);
  assertEquals([names, left], [["note", "stop", "undo stop", "undo note"], [[]]]);
  const plain = await undone(alone(undoable("1"), undoable("2")), ["2 unsettled"], undefined, false);
  assertEquals(plain.names, ["1", "2"]);
});

Deno.test("execute() keeps the note of a temporary state that it could not end", async () => {
  const pause = [
    undoable("note", { opens: { kind: "stop-note", project: "", name: "a" } }),
    undoable("stop", {
      opens: { kind: "stop", project: "", name: "a" },
      notedBy: { kind: "stop-note", project: "", name: "a" },
    }),
  ];
  for (const all of [true, false]) {
    for (const outcome of ["stop unsettled", "stop lost"]) {
      const { names, left } = await undone(alone(...pause), [outcome, "undo stop"], undefined, all);
      assertEquals([names, left], [["note", "stop", "undo stop"], [["note", "stop"]]]);
    }
  }
});
