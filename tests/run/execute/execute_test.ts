import { assert, assertEquals, assertRejects } from "@std/assert";
import { CommandError, InterruptedError, ServerError } from "../../../lib/base/errors.ts";
import type { Address } from "../../../lib/ports/mod.ts";
import type { RunEvent } from "../../../lib/run/events.ts";
import { execute, type ExecuteOptions } from "../../../lib/run/execute/execute.ts";
import type { Plan } from "../../../lib/step/step.ts";
import { memoryServer } from "../../fakes/memory_server.ts";
import { recorder, type RecorderOptions } from "../../fakes/recorder.ts";
import { namesOf, plan, step } from "../../support/steps.ts";
import { worldOf } from "../../plan/world_spec.ts";

interface Setup extends Partial<ExecuteOptions> {
  readonly send?: RecorderOptions["send"];
  readonly run?: RecorderOptions["run"];
  readonly report?: (event: RunEvent) => void;
  readonly signal?: AbortSignal;
  readonly addresses?: readonly Address[];
}

async function executed(what: Plan, setup: Setup = {}) {
  const memory = memoryServer(worldOf({}));
  const { addresses } = setup;
  const instanceState = () => Promise.resolve({ status: "Running", addresses: addresses ?? [] });
  const controls = recorder(addresses ? { ...memory, instanceState } : memory, {
    ...(setup.send ? { send: setup.send } : {}),
    ...(setup.run ? { run: setup.run } : {}),
  });
  const events: RunEvent[] = [];
  const report = (event: RunEvent) => {
    events.push(event);
    setup.report?.(event);
  };
  const options = { parallel: 4, undoOnFailure: false, ...setup };
  const failures = await execute(
    what,
    options,
    { controls, report, signal: setup.signal ?? new AbortController().signal },
  );
  return { failures, events, names: namesOf(controls.effects), effects: controls.effects };
}

function refuse(...names: readonly string[]): NonNullable<RecorderOptions["send"]> {
  return ({ path }) => {
    if (names.includes(path.slice(5))) throw new ServerError(`No ${path}`, { status: 409 });
  };
}

function brief(events: readonly RunEvent[]): string[] {
  return events.map((event) => {
    switch (event.kind) {
      case "start":
      case "done":
      case "failed":
        return `${event.instance || "-"} ${event.kind} ${event.step.title}`;
      case "note":
        return `${event.instance} note ${event.text}`;
      default:
        return `${event.instance} ${event.kind}`;
    }
  });
}

Deno.test("execute() carries out the steps of an instance in order and reports each", async () => {
  const { failures, events, names } = await executed({ first: [], each: [plan("a", step("1"), step("2"))] });
  assertEquals(failures, []);
  assertEquals(names, ["1", "2"]);
  assertEquals(brief(events), ["a start 1", "a done 1", "a start 2", "a done 2"]);
  const seconds = events.flatMap((event) => event.kind === "done" ? [event.seconds] : []);
  assert(seconds.length === 2 && seconds.every((one) => one >= 0 && one < 5));
});

Deno.test("execute() tells the notes of an instance before its steps", async () => {
  const { events } = await executed({ first: [], each: [{ ...plan("a", step("1")), notes: ["mind"] }] });
  assertEquals(brief(events), ["a note mind", "a start 1", "a done 1"]);
});

Deno.test("execute() stops an instance at the first step that fails", async () => {
  const steps = [step("1", { makes: [{ kind: "directory", name: "/x" }] }), step("2"), step("3")];
  const { failures, events, names } = await executed({ first: [], each: [plan("a", ...steps)] }, {
    send: refuse("2"),
  });
  assertEquals(names, ["1", "2"]);
  assertEquals(brief(events), ["a start 1", "a done 1", "a start 2", "a failed 2"]);
  assertEquals(failures.length, 1);
  assertEquals(failures[0]!.instance, "a");
  assertEquals(failures[0]!.step, steps[1]!);
  assertEquals(failures[0]!.error.message, "No /1.0/2");
  assertEquals(failures[0]!.done, [steps[0]!]);
});

Deno.test("execute() continues with the other instances, and reports failures in the order of the plan", async () => {
  const each = ["a", "b", "c"].map((name) => plan(name, step(`${name}1`), step(`${name}2`)));
  const late = Promise.withResolvers<void>();
  const { failures, names } = await executed({ first: [], each }, {
    send: async ({ path }) => {
      if (path === "/1.0/a1") await late.promise;
      if (path === "/1.0/b2") late.resolve();
      if (path === "/1.0/a1" || path === "/1.0/b2") throw new ServerError("no");
    },
  });
  assertEquals(names.toSorted(), ["a1", "b1", "b2", "c1", "c2"]);
  assertEquals(failures.map(({ instance, step }) => `${instance} ${step?.title}`), ["a a1", "b b2"]);
});

Deno.test("execute() finishes the first steps before any instance begins", async () => {
  const { events } = await executed({
    first: [step("f1"), step("f2")],
    each: [plan("a", step("a1")), plan("b", step("b1"))],
  });
  assertEquals(brief(events).slice(0, 4), ["- start f1", "- done f1", "- start f2", "- done f2"]);
  assertEquals(brief(events).length, 8);
});

Deno.test("execute() begins no instance when the first steps fail", async () => {
  const { failures, names } = await executed({
    first: [step("f1"), step("f2")],
    each: [plan("a", step("a1"))],
  }, {
    send: refuse("f2"),
  });
  assertEquals(names, ["f1", "f2"]);
  assertEquals(failures.map(({ instance, step }) => `${instance}|${step?.title}`), ["|f2"]);
});

Deno.test("execute() lists for a failed instance the objects that were made before all instances", async () => {
  const first = [step("f", { makes: [{ kind: "dataset", name: "tank/x" }] })];
  const { failures } = await executed({ first, each: [plan("a", step("a1"))] }, { send: refuse("a1") });
  assertEquals(failures[0]!.done, first);
});

/** Lets everything run that can run now. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

for (const parallel of [1, 3, 50]) {
  Deno.test(`execute() runs instances at a time, not more and not fewer: ${parallel}`, async () => {
    const count = 7;
    const expected = Math.min(parallel, count);
    let [started, running, most] = [0, 0, 0];
    let gate = Promise.withResolvers<void>();
    const each = Array.from({ length: count }, (_, index) => plan(`i${index}`, step(`${index}`)));
    const { failures } = await executed({ first: [], each }, {
      parallel,
      send: async () => {
        started++;
        most = Math.max(most, ++running);
        const { promise, resolve } = gate;
        // All wait until the allowed number is here; with fewer at a time this never ends.
        if (running === expected || started === count) {
          gate = Promise.withResolvers();
          await turn();
          resolve();
        }
        await promise;
        running--;
      },
    });
    assertEquals([failures, started, most], [[], count, expected]);
  });
}

Deno.test("execute() gives the signal to the step that runs, and begins no other after an abort", async () => {
  const interrupted = new AbortController();
  const { failures, events, names } = await executed({
    first: [],
    each: [plan("a", step("a1"), step("a2")), plan("b", step("b1"))],
  }, {
    parallel: 1,
    signal: interrupted.signal,
    send: (_request, signal) => {
      const aborted = new Promise((_, reject) =>
        signal.addEventListener("abort", () => reject(signal.reason))
      );
      interrupted.abort(new InterruptedError("Interrupted"));
      return aborted;
    },
  });
  assertEquals(names, ["a1"]);
  assertEquals(brief(events), ["a start a1", "a failed a1"]);
  assertEquals(failures.map(({ instance, step }) => [instance, step?.title]), [["a", "a1"], [
    "b",
    undefined,
  ]]);
  assert(failures.every(({ error }) => error instanceof InterruptedError));
});

Deno.test("execute() begins no further step when it was interrupted during one that ends well", async () => {
  const interrupted = new AbortController();
  const { failures, events } = await executed({ first: [], each: [plan("a", step("a1"), step("a2"))] }, {
    signal: interrupted.signal,
    send: () => interrupted.abort(new InterruptedError("Interrupted")),
  });
  assertEquals(brief(events), ["a start a1", "a done a1"]);
  assertEquals(failures.map(({ step, error }) => [step?.title, error.exitCode]), [["a2", 130]]);
});

Deno.test("execute() reports no failure when it is interrupted after everything was done", async () => {
  const interrupted = new AbortController();
  const { failures } = await executed({ first: [], each: [plan("a", step("a1")), plan("b")] }, {
    parallel: 1,
    signal: interrupted.signal,
    send: () => interrupted.abort(new InterruptedError("Interrupted")),
  });
  assertEquals(failures, []);
});

Deno.test("execute() gives an abort that has no reason of ours the exit code of an interruption", async () => {
  const { failures } = await executed({ first: [], each: [plan("a", step("a1"))] }, {
    signal: AbortSignal.abort(),
  });
  assertEquals(failures.map(({ error }) => error.exitCode), [130]);
});

Deno.test("execute() turns a defect into a failure, so that the other instances are finished", async () => {
  const each = [plan("a", step("a1")), plan("b", step("b1"), step("b2"))];
  const { failures, names } = await executed({ first: [], each }, {
    send: ({ path }) => {
      if (path === "/1.0/a1") throw new TypeError("undefined is not a function");
    },
  });
  assertEquals(names.includes("b2"), true);
  assertEquals(failures.map(({ instance, error }) => [instance, error.exitCode]), [["a", 1]]);
  assertEquals(
    failures[0]!.error.message,
    "This is a defect of lxops, please report it: TypeError: undefined is not a function",
  );
  assert(failures[0]!.error.advice.some((line) => line.includes("execute_test.ts")));
});

Deno.test("execute() reports the system's message for an error of the machine, which is no defect", async () => {
  const run = { ...step("1"), effect: { kind: "run", argv: ["zfs", "list"] } } as const;
  const { failures } = await executed({ first: [], each: [plan("a", run)] }, {
    run: () => {
      throw Object.assign(new Error("Permission denied (os error 13)"), { code: "EACCES" });
    },
  });
  assertEquals(failures.map(({ error }) => error.message), ["Permission denied (os error 13)"]);
});

Deno.test("execute() finishes a plan when its reports have no reader, and then says so", async () => {
  const names: string[] = [];
  const running = executed({ first: [], each: [plan("a", step("a1"), step("a2")), plan("b", step("b1"))] }, {
    send: ({ path }) => void names.push(path),
    report: () => {
      throw new Error("Broken pipe");
    },
  });
  await assertRejects(() => running, Error, "Broken pipe");
  assertEquals(names.toSorted(), ["/1.0/a1", "/1.0/a2", "/1.0/b1"]);
});

Deno.test("execute() ends a program at once whose output is its purpose and has no reader", async () => {
  const one = { ...step("1"), effect: { kind: "run", argv: ["yes"] } } as const;
  let printed = 0;
  const { failures } = await executed({ first: [], each: [plan("a", one)] }, {
    passOutput: true,
    run: (_argv, onLine) => {
      for (; printed < 1000; printed++) onLine("y", "stdout");
      return {};
    },
    report: (event) => {
      if (event.kind === "output") throw Object.assign(new Error("Broken pipe"), { code: "EPIPE" });
    },
  });
  assertEquals([printed, failures.map(({ error }) => error.message)], [0, ["Broken pipe"]]);
});

Deno.test("execute() takes a step's effect as it is, whatever its kind", async () => {
  const argv = ["zfs", "create", "tank/x"] as const;
  const one = { ...step("1"), effect: { kind: "run", argv } } as const;
  const { effects, failures } = await executed({ first: [one], each: [] }, {
    run: () => ({ code: 2, stderr: "no\n" }),
  });
  assertEquals(effects, [{ kind: "run", argv }]);
  const { error } = failures[0]!;
  assert(error instanceof CommandError);
  assertEquals([error.code, error.stderr], [2, "no"]);
});

Deno.test("execute() finishes a plan where the output of commands has no reader any more", async () => {
  const wait = (name: string) => ({
    title: `Wait for ${name}`,
    effect: { kind: "wait", instance: { project: "default", name }, until: ["network"], timeoutSeconds: 1 },
  } as const);
  for (const [code, fails] of [["EPIPE", false], ["ENOSPC", true]] as const) {
    const told: string[] = [];
    const running = executed({ first: [], each: [plan("a", wait("a"), step("a2"))] }, {
      report: (event) => {
        if (event.kind === "address") throw Object.assign(new Error(code), { code });
        told.push(event.kind);
      },
      addresses: [{ family: "inet", address: "10.0.0.1", scope: "global", interface: "eth0" }],
    });
    await (fails ? assertRejects(() => running, Error, code) : running);
    assertEquals(told, ["start", "done", "start", "done"]);
  }
});
