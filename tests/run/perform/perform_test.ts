import { assert, assertEquals } from "@std/assert";
import { CommandError, InterruptedError, ServerError } from "../../../lib/base/errors.ts";
import type { InstanceServer } from "../../../lib/ports/mod.ts";
import type { RunEvent } from "../../../lib/run/events.ts";
import { perform } from "../../../lib/run/perform/perform.ts";
import type { Effect } from "../../../lib/step/step.ts";
import { memoryServer, type MemoryServerOptions } from "../../fakes/memory_server.ts";
import { recorder, type RecorderOptions } from "../../fakes/recorder.ts";
import { textOf } from "../../fakes/run_exec.ts";
import { worldOf } from "../../plan/world_spec.ts";

const REF = { project: "default", name: "a" };

interface Setup extends RecorderOptions {
  readonly server?: MemoryServerOptions;
  readonly answers?: Partial<InstanceServer>;
  readonly signal?: AbortSignal;
}

async function performed(effect: Effect, setup: Setup = {}) {
  const server = { ...memoryServer(worldOf({}), setup.server), ...setup.answers };
  const controls = recorder(server, setup);
  const events: RunEvent[] = [];
  const report = (event: RunEvent) => void events.push(event);
  const error = await perform(effect, { instance: "a", controls, report, signal: setup.signal ?? never() })
    .then(
      () => undefined,
      (thrown) => thrown,
    );
  return { effects: controls.effects, events, error };
}

function never(): AbortSignal {
  return new AbortController().signal;
}

function lines(events: readonly RunEvent[]): string[] {
  return events.flatMap((event) => event.kind === "output" ? [`${event.stream}: ${event.line}`] : []);
}

const RUN: Effect = { kind: "run", argv: ["zfs", "create", "tank/a b"] };
const EXEC: Effect = { kind: "exec", instance: REF, argv: ["ls", "/x"], stdin: "in", env: { A: "b" } };

Deno.test("perform() runs a program of the host and reports every line that it prints", async () => {
  const { effects, events, error } = await performed(RUN, {
    run: () => ({ stdout: "one\n", stderr: "two\n" }),
  });
  assertEquals(error, undefined);
  assertEquals(effects, [RUN]);
  assertEquals(lines(events), ["stdout: one", "stderr: two"]);
});

Deno.test("perform() says which program of the host failed, with its last output", async () => {
  const stderr = Array.from({ length: 30 }, (_, index) => `line ${index}`).join("\n");
  const { error } = await performed(RUN, { run: () => ({ code: 2, stdout: "noise", stderr }) });
  assert(error instanceof CommandError);
  assertEquals(error.message, '"zfs create tank/a b" failed with exit code 2');
  assertEquals([error.code, error.argv], [2, RUN.argv]);
  assertEquals(error.stderr.split("\n"), stderr.split("\n").slice(10));
});

Deno.test("perform() quotes no more than a part of a line that does not end", async () => {
  const { error } = await performed(RUN, { run: () => ({ code: 1, stderr: "x".repeat(100_000) }) });
  assertEquals(error.stderr, `${"x".repeat(1000)}...`);
});

const BUSY: Effect = { kind: "run", argv: ["zfs", "destroy", "tank/x"], busyText: "dataset is busy" };

Deno.test("perform() runs a program again while something is busy, and quotes its last words only", async () => {
  const answers = ["dataset is busy", "dataset is busy", "no such dataset"];
  const { effects, error } = await performed(BUSY, { run: () => ({ code: 1, stderr: answers.shift()! }) });
  assertEquals([effects.length, error.stderr], [3, "no such dataset"]);
  const well = await performed(BUSY, {
    run: () => answers.length++ === 0 ? { code: 1, stderr: "dataset is busy" } : {},
  });
  assertEquals([well.effects.length, well.error], [2, undefined]);
});

Deno.test("perform() runs no program again that fails for another reason, or that was interrupted", async () => {
  assertEquals((await performed(BUSY, { run: () => ({ code: 1, stderr: "no" }) })).effects.length, 1);
  assertEquals(
    (await performed(RUN, { run: () => ({ code: 1, stderr: "dataset is busy" }) })).effects.length,
    1,
  );
  const interrupted = new AbortController();
  const { effects, error } = await performed(BUSY, {
    signal: interrupted.signal,
    run: () => {
      interrupted.abort(new InterruptedError("Interrupted"));
      return { code: 1, stderr: "dataset is busy" };
    },
  });
  assert(error instanceof InterruptedError);
  assertEquals(effects.length, 1);
});

Deno.test("perform() sends a request and reports its progress", async () => {
  const send: Effect = { kind: "send", method: "POST", path: "/1.0/images", body: { a: 1 } };
  const { effects, events } = await performed(send, {
    send: (_request, _signal, onProgress) => onProgress?.("rootfs: 42%"),
  });
  assertEquals(effects, [send]);
  assertEquals(events, [{ kind: "progress", instance: "a", text: "rootfs: 42%" }]);
});

Deno.test("perform() throws the daemon's message for a refused request", async () => {
  const refusal = new ServerError("no", { status: 409 });
  const { error } = await performed({ kind: "send", method: "POST", path: "/1.0/x" }, {
    send: () => {
      throw refusal;
    },
  });
  assert(error === refusal);
});

Deno.test("perform() sends a request again while another operation runs on the instance", async () => {
  const answers = [
    'Instance is busy running a "stop" operation',
    "Failed to create instance update operation: A matching non-reusable operation has now succeeded",
    'Failed to stop device "x": failed to send packet: write unix @->/proc/self/fd/27/forkfile.sock: write: broken pipe',
  ];
  const { effects, error } = await performed({ kind: "send", method: "DELETE", path: "/1.0/instances/a" }, {
    send: () => {
      const words = answers.shift();
      if (words !== undefined) throw new ServerError(`Failed to delete: ${words}`, { status: 400 });
    },
  });
  assertEquals([effects.length, error], [4, undefined]);
});

Deno.test("perform() runs a program in an instance with its input and environment", async () => {
  const { effects, events, error } = await performed(EXEC, {
    exec: (_exec, onLine) => {
      onLine("one", "stdout");
      onLine("two", "stderr");
      return 0;
    },
  });
  assertEquals([error, effects], [undefined, [EXEC]]);
  const passed = events.map((event) => event.kind === "bytes" && `${event.stream}: ${textOf(event.bytes)}`);
  assertEquals(passed, ["stdout: one\n", "stderr: two\n"]);
});

Deno.test("perform() says which program in an instance failed", async () => {
  const { error } = await performed(EXEC, { exec: () => 126 });
  assert(error instanceof CommandError);
  assertEquals([error.message, error.code], ['"ls /x" in instance "a" failed with exit code 126', 126]);
});

Deno.test("perform() writes a file into an instance, and a file of the host", async () => {
  const push: Effect = {
    kind: "push",
    instance: REF,
    path: "/etc/motd",
    content: new Uint8Array([0, 255]),
    mode: 0o600,
    uid: 1,
    gid: 2,
  };
  const write: Effect = { kind: "write", path: "/x", text: "y", mode: 0o644 };
  assertEquals((await performed(push)).effects, [push]);
  assertEquals((await performed(write)).effects, [write]);
});

Deno.test("perform() waits for an instance", async () => {
  const wait: Effect = { kind: "wait", instance: REF, until: ["network"], timeoutSeconds: 0 };
  const { error } = await performed(wait, {
    server: { state: () => ({ status: "Running", addresses: [] }) },
  });
  assertEquals(error.message, 'Instance "a" has no address');
  assertEquals((await performed(wait)).error, undefined);
});

const OWN: Effect = { kind: "own", instance: REF, paths: ["/d/x", "/d/y"], assumed: "1000000:1000000" };

Deno.test("perform() gives directories to whom the daemon maps the instance's root", async () => {
  const { effects } = await performed(OWN, { server: { mappedTo: 231072 } });
  assertEquals(effects, [{ kind: "run", argv: ["chown", "-h", "231072:231072", "--", "/d/x", "/d/y"] }]);
});

Deno.test("perform() leaves the owner of directories that was assumed rightly, or is not known", async () => {
  assertEquals((await performed(OWN, { server: { mappedTo: 1000000 } })).effects, []);
  assertEquals((await performed(OWN)).effects, []);
  assertEquals(
    (await performed(OWN, { answers: { instance: () => Promise.resolve(undefined) } })).effects,
    [],
  );
});

for (
  const [what, more] of [
    ["a privileged container", { expandedConfig: { "security.privileged": "1" } }],
    ["a virtual machine", { type: "virtual-machine" }],
  ] as const
) {
  Deno.test(`perform() gives the directories of ${what} to root`, async () => {
    const info = await memoryServer(worldOf({})).instance(REF);
    const { effects } = await performed(OWN, {
      answers: { instance: () => Promise.resolve({ ...info!, ...more }) },
    });
    assertEquals(effects, [{ kind: "run", argv: ["chown", "-h", "0:0", "--", "/d/x", "/d/y"] }]);
  });
}

/** Stops an instance at a daemon that refuses the first requests; tells what was sent. */
async function stopped(seconds: number, refused: number, setup: Setup = {}) {
  const sent: unknown[] = [];
  const { error } = await performed({ kind: "stop", instance: REF, seconds }, {
    send: ({ method, path, body }) => {
      sent.push([method, path, body]);
      if (sent.length <= refused) throw new ServerError(`refused ${sent.length}`);
    },
    ...setup,
  });
  return { sent, message: error?.message };
}

const CLEAN = ["PUT", "/1.0/instances/a/state", { action: "stop", timeout: 7, force: false }];
const KILL = ["PUT", "/1.0/instances/a/state", { action: "stop", timeout: -1, force: true }];
const STOPPED: Setup = { server: { state: () => ({ status: "Stopped", addresses: [] }) } };

Deno.test("perform() stops an instance cleanly, kills it where that fails, and kills it at once without time", async () => {
  assertEquals(await stopped(7, 0), { sent: [CLEAN], message: undefined });
  assertEquals(await stopped(7, 1), { sent: [CLEAN, KILL], message: undefined });
  assertEquals(await stopped(0, 0), { sent: [KILL], message: undefined });
  assertEquals(await stopped(7, 2), { sent: [CLEAN, KILL], message: "refused 2" });
});

Deno.test("perform() kills no instance that has stopped or, being ephemeral, is gone", async () => {
  assertEquals(await stopped(7, 1, STOPPED), { sent: [CLEAN], message: undefined });
  assertEquals(await stopped(7, 1, { server: { state: () => undefined } }), {
    sent: [CLEAN],
    message: undefined,
  });
});

Deno.test("perform() asks again for a state that the daemon cannot tell while processes end", async () => {
  const refusals = (count: number, status: string): Setup => {
    let asked = 0;
    return {
      answers: {
        instanceState: () => {
          const refused = asked++ < count;
          if (refused) throw new ServerError("Invalid PID '-1'", { status: 500 });
          return Promise.resolve({ status, addresses: [] });
        },
      },
    };
  };
  assertEquals(await stopped(7, 1, refusals(2, "Stopped")), { sent: [CLEAN], message: undefined });
  assertEquals(await stopped(7, 1, refusals(2, "Running")), { sent: [CLEAN, KILL], message: undefined });
  // The error of the request says more than the error of the question.
  assertEquals(await stopped(0, 1, refusals(1000, "Running")), { sent: [KILL], message: "refused 1" });
});

Deno.test("perform() does not call an instance stopped that was never there", async () => {
  const { error } = await performed({ kind: "stop", instance: REF, seconds: 7 }, {
    ...{ server: { state: () => undefined } },
    send: () => {
      throw new ServerError("Instance not found", { status: 404 });
    },
  });
  assertEquals(error.message, "Instance not found");
});

for (const thrown of [new ServerError("cancelled"), new InterruptedError("Interrupted")]) {
  Deno.test(`perform() kills nothing after an interruption: ${thrown.name}`, async () => {
    const interrupted = new AbortController();
    let sent = 0;
    const { error } = await performed({ kind: "stop", instance: REF, seconds: 7 }, {
      signal: interrupted.signal,
      send: () => {
        sent++;
        interrupted.abort(new InterruptedError("Interrupted"));
        throw thrown;
      },
    });
    assertEquals([sent, error === thrown], [1, true]);
  });
}

for (const [action, words] of [["start", "running"], ["stop", "stopped"], ["freeze", "frozen"]] as const) {
  Deno.test(`perform() takes an instance that is ${words} already for done where it was to ${action}`, async () => {
    const body = { action };
    const effect: Effect = { kind: "send", method: "PUT", path: "/1.0/instances/a/state", body };
    const refused = (message: string) => ({
      send: () => Promise.reject(new ServerError(message, { status: 400 })),
    });
    const { error } = await performed(
      effect,
      refused(`The instance is already ${words} (PUT x, status 400)`),
    );
    assertEquals(error, undefined);
    const other = await performed(
      { ...effect, body: { action: "restart" } },
      refused(`The instance is already ${words}`),
    );
    assertEquals(other.error?.exitCode, 4);
  });
}
