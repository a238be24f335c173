import { assertEquals } from "@std/assert";
import { ServerError } from "../../../lib/base/errors.ts";
import type { InstanceControl } from "../../../lib/ports/mod.ts";
import type { RunEvent } from "../../../lib/run/events.ts";
import { execute } from "../../../lib/run/execute/execute.ts";
import { batchAfter } from "../../../lib/run/perform/early_exec.ts";
import type { Batch, Step, Wait } from "../../../lib/step/step.ts";
import { memoryServer } from "../../fakes/memory_server.ts";
import { markerLine, recorder } from "../../fakes/recorder.ts";
import { worldOf } from "../../plan/world_spec.ts";

const instance = { project: "default", name: "a" };
const BATCH = {
  kind: "batch",
  instance,
  argv: ["/bin/sh", "-s"],
  stdin: "script",
  marker: "m1",
  items: [{ title: "Run it" }],
} as const satisfies Step["effect"];

function waitStep(more: Partial<Wait> = {}): Step {
  return {
    title: "Wait",
    effect: { kind: "wait", instance, until: ["network"], timeoutSeconds: 0.2, ...more },
  };
}

const batchStep: Step = { title: "Apply", effect: BATCH };

type Pipe = InstanceControl["pipe"];
type OnBytes = Parameters<Pipe>[1];

/** Carries out a wait and a batch; the instance has its address when it was looked at so many times. */
async function executed(looks: number, pipe: (told: string[]) => Pipe, wait = waitStep()) {
  const told: string[] = [];
  let looked = 0;
  const address = { family: "inet", address: "10.0.0.1", scope: "global", interface: "eth0" } as const;
  const server = {
    ...memoryServer(worldOf({})),
    instanceState: () => {
      told.push("look");
      return Promise.resolve({ status: "Running", addresses: ++looked >= looks ? [address] : [] });
    },
  };
  const controls = recorder(server, {});
  const report = (event: RunEvent) => {
    if (event.kind === "start" || event.kind === "done" || event.kind === "failed") {
      told.push(`${event.kind} ${event.step.title}`);
    } else if (event.kind === "output") told.push(event.line);
  };
  const failures = await execute(
    { first: [], each: [{ instance, steps: [wait, batchStep] }] },
    { parallel: 1, undoOnFailure: false },
    {
      controls: { ...controls, control: { ...controls.control, pipe: pipe(told) } },
      report,
      signal: new AbortController().signal,
    },
  );
  return { told, errors: failures.map(({ error }) => error.message) };
}

function finish(onBytes: OnBytes): number {
  for (const line of ["start 0", "end 0 0 0.1"]) {
    onBytes(new TextEncoder().encode(`${markerLine(BATCH as Batch, line)}\n`), "stdout");
  }
  return 0;
}

/** A program that runs when it gets its input, and ends when it is aborted. */
const patient = (told: string[]): Pipe => async (_exec, onBytes, signal, input) => {
  told.push("exec");
  const bytes = new TextEncoder().encode("early\n");
  onBytes(bytes, "stderr");
  // The bytes are the receiver's until it returns only.
  bytes.fill(0);
  const aborted = new Promise<never>((_, reject) =>
    signal.addEventListener("abort", () => {
      told.push("ended");
      reject(signal.reason);
    })
  );
  await Promise.race([input, aborted]);
  told.push("input");
  return finish(onBytes);
};

Deno.test("the program of a batch starts before the network is there, and gets its input after", async () => {
  const { told, errors } = await executed(2, patient);
  assertEquals(errors, []);
  assertEquals(told.filter((one) => one !== "look"), [
    "exec",
    "start Wait",
    "done Wait",
    "start Apply",
    "early",
    "input",
    "done Apply",
  ]);
});

Deno.test("a program that had a head start ends without its input where the network does not come", async () => {
  const { told, errors } = await executed(Infinity, patient);
  assertEquals(errors, ['Instance "a" has no address after 0.2 s']);
  assertEquals([told.includes("ended"), told.includes("input"), told.includes("start Apply")], [
    true,
    false,
    false,
  ]);
});

Deno.test("a program that could not be started early is started when the network is there", async () => {
  let runs = 0;
  const { told, errors } = await executed(2, () => (_exec, onBytes) => {
    runs++;
    if (runs === 1) return Promise.reject(new ServerError("The agent is not running", { status: 400 }));
    return Promise.resolve(finish(onBytes));
  });
  assertEquals(errors, []);
  assertEquals([runs, told.at(-1)], [2, "done Apply"]);
});

Deno.test("a batch has a head start only where nothing but an address is waited for", () => {
  assertEquals(batchAfter(waitStep({ until: ["ipv4", "ipv6"] }), batchStep), BATCH);
  assertEquals(batchAfter(waitStep({ until: ["network", "exec"] }), batchStep), undefined);
  assertEquals(batchAfter(waitStep({ pauseSeconds: 1 }), batchStep), undefined);
  assertEquals(batchAfter(waitStep({ instance: { ...instance, name: "b" } }), batchStep), undefined);
  assertEquals(batchAfter(waitStep(), undefined), undefined);
  assertEquals(batchAfter(batchStep, batchStep), undefined);
});

Deno.test("a shell that prints without end before its script is held to its last 64 KiB", async () => {
  const line = "x".repeat(1000);
  const { told, errors } = await executed(2, (told) => async (exec, onBytes, signal, input) => {
    for (let count = 0; count < 5000; count++) {
      onBytes(new TextEncoder().encode(`${count} ${line}\n`), "stdout");
    }
    return await patient(told)(exec, onBytes, signal, input);
  });
  assertEquals(errors, []);
  const held = told.filter((one) => one.endsWith(line));
  assertEquals([held.length > 50, held.length < 66, held.at(-1)?.startsWith("4999 ")], [true, true, true]);
});
