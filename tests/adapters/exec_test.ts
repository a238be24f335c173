import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { InterruptedError, ServerError, TimeoutError } from "../../lib/errors.ts";
import type { Exec, OnLine } from "../../lib/ports.ts";
import { fakeDaemon, operation, refused, type Rules } from "../fakes/fake_daemon.ts";
import { BINARY, endStream, execRules, type FakeProgram, PING, PONG, TEXT } from "../fakes/fake_exec.ts";
import { rejection } from "../fakes/rejection.ts";
import type { Wire } from "../fakes/wire.ts";

const never = new AbortController().signal;
const exec: Exec = { instance: { project: "default", name: "c1" }, argv: ["prog", "arg"] };
const exits = (code: number) => operation(200, { metadata: { return: code } });
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

interface Outcome {
  readonly code: number;
  readonly lines: readonly string[];
}

async function run(
  program: FakeProgram,
  more: Partial<Exec> = {},
  signal = never,
  rules: Rules = {},
): Promise<Outcome> {
  await using daemon = await fakeDaemon({ ...execRules(program), ...rules });
  const { control } = await daemon.connect();
  const lines: string[] = [];
  const onLine: OnLine = (line, stream) => lines.push(`${stream}: ${line}`);
  const code = await control.exec({ ...exec, ...more }, onLine, signal);
  return { code, lines };
}

Deno.test("exec() asks for a program without a terminal, in the instance's project", async () => {
  await using daemon = await fakeDaemon(execRules({ wait: exits(0) }));
  const { control } = await daemon.connect();
  await control.exec({ ...exec, env: { A: "b" } }, () => {}, never);
  assertEquals(daemon.asked()[0], "POST /1.0/instances/c1/exec?project=default");
  assertEquals(JSON.parse(daemon.seen[0]!.body), {
    command: ["prog", "arg"],
    environment: { A: "b" },
    "wait-for-websocket": true,
    interactive: false,
  });
});

Deno.test("exec() returns the exit code and the lines of both streams, a last one without its end too", async () => {
  const outcome = await run({
    async stdout(wire) {
      await wire.frame(BINARY, "one\ntw");
      await wire.frame(BINARY, "o\nlast");
      await endStream(wire);
    },
    async stderr(wire) {
      await wire.frame(BINARY, "problem\n");
      await endStream(wire);
    },
    wait: exits(7),
  });
  assertEquals(outcome.code, 7);
  assertEquals(outcome.lines.filter((line) => line.startsWith("stdout")), [
    "stdout: one",
    "stdout: two",
    "stdout: last",
  ]);
  assert(outcome.lines.includes("stderr: problem"));
});

Deno.test("exec() delivers output that comes after the operation ended", async () => {
  const ended = Promise.withResolvers<void>();
  const outcome = await run({
    async stdout(wire) {
      await ended.promise;
      // The answer to the wait is on its way to a client that now must go on reading.
      await wire.frame(BINARY, "late\n");
      await endStream(wire);
    },
    async wait(wire) {
      await wire.reply(
        200,
        '{"type":"sync","metadata":{"id":"op","status_code":200,"metadata":{"return":3}}}',
      );
      wire.close();
      ended.resolve();
    },
  });
  assertEquals(outcome, { code: 3, lines: ["stdout: late"] });
});

Deno.test("exec() waits for the operation when the output ended first", async () => {
  const streams = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const end = (index: number) => async (wire: Wire) => {
    await endStream(wire);
    streams[index]!.resolve();
  };
  const outcome = await run({
    stdout: end(0),
    stderr: end(1),
    async wait(wire) {
      await Promise.all(streams.map(({ promise }) => promise));
      await wire.reply(
        200,
        '{"type":"sync","metadata":{"id":"op","status_code":200,"metadata":{"return":4}}}',
      );
    },
  });
  assertEquals(outcome.code, 4);
});

Deno.test("exec() loses nothing when the daemon is gone before a ping was answered", async () => {
  const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index} of many`);
  const outcome = await run({
    async stdout(wire) {
      await wire.frame(PING, "keepalive");
      for (let start = 0; start < lines.length; start += 1000) {
        await wire.frame(BINARY, lines.slice(start, start + 1000).join("\n") + "\n");
        await wire.frame(PING, "keepalive");
      }
      await endStream(wire);
    },
  });
  assertEquals(outcome.lines, lines.map((line) => `stdout: ${line}`));
});

Deno.test("exec() answers pings with what they carry", async () => {
  const pong = Promise.withResolvers<string>();
  await run({
    async stdout(wire) {
      await wire.frame(PING, "keepalive");
      for await (const frame of wire.frames()) {
        if (frame.opcode !== PONG) continue;
        pong.resolve(text(frame.payload));
        break;
      }
      await endStream(wire);
    },
  });
  assertEquals(await pong.promise, "keepalive");
});

Deno.test("exec() takes the parts of a message, and no text message, as output", async () => {
  const outcome = await run({
    async stdout(wire) {
      await wire.frame(BINARY, "on", false);
      await wire.frame(0, "e\n");
      await wire.frame(TEXT, "not output");
      await endStream(wire);
    },
  });
  assertEquals(outcome.lines, ["stdout: one"]);
});

Deno.test("exec() delivers an endless line in pieces", async () => {
  const outcome = await run({
    async stdout(wire) {
      for (let count = 0; count < 40; count++) await wire.frame(BINARY, "x".repeat(32768));
      await endStream(wire);
    },
  });
  const sizes = outcome.lines.map((line) => line.length - "stdout: ".length);
  assertEquals(sizes, Array.from({ length: 20 }, () => 65536));
});

for (
  const [what, stdin] of [["a megabyte", "0123456789abcde\n".repeat(65536)], ["nothing", undefined]] as const
) {
  Deno.test(`exec() writes ${what} to stdin and closes it with an empty text`, async () => {
    const closed = Promise.withResolvers<void>();
    let received = "";
    await run({
      onStdin(frame) {
        if (frame.opcode === BINARY) received += text(frame.payload);
        else if (frame.opcode === TEXT && frame.payload.length === 0) closed.resolve();
      },
      async stdout(wire) {
        await closed.promise;
        await endStream(wire);
      },
    }, stdin === undefined ? {} : { stdin });
    assert(received === (stdin ?? ""), `received ${received.length} characters`);
  });
}

Deno.test("exec() ends with the program when that does not read its stdin", async () => {
  const rules = execRules({ wait: exits(5) });
  const socket = rules["GET /1.0/operations/op/websocket"];
  const outcome = await run({ wait: exits(5) }, { stdin: "x".repeat(4_000_000) }, never, {
    "GET /1.0/operations/op/websocket": async (wire, seen) => {
      if (seen.path.endsWith("secret=in")) return await wire.upgrade();
      if (typeof socket === "function") await socket(wire, seen);
    },
  });
  assertEquals(outcome.code, 5);
});

const missing = { err: "Command not found", metadata: { return: 127 } };
const dialects: Readonly<Record<string, Partial<FakeProgram>>> = {
  "fails the operation": { wait: operation(400, missing) },
  "fails the wait": {
    wait: { answer: { type: "error", error_code: 400, error: "Command not found", metadata: null } },
    get: operation(400, missing),
  },
};
for (const [dialect, program] of Object.entries(dialects)) {
  Deno.test(`exec() returns 127 and the daemon's words on stderr where a missing program ${dialect}`, async () => {
    assertEquals(await run(program), { code: 127, lines: ["stderr: prog: Command not found"] });
  });
}

Deno.test("exec() throws the daemon's words when the program was never started", async () => {
  const words = "Timed out waiting for websockets to connect";
  const error = await rejection(run({ wait: operation(400, { err: words }) }), ServerError);
  assertEquals(error.message, `${words} (POST /1.0/instances/c1/exec?project=default, status 400)`);
});

Deno.test("exec() throws the daemon's words when it refuses the sockets and fails the operation", async () => {
  const error = await rejection(
    run({ wait: operation(400, { err: "Instance is frozen" }) }, {}, never, {
      "GET /1.0/operations/op/websocket": refused(404, "not found"),
    }),
    ServerError,
  );
  assertStringIncludes(error.message, "Instance is frozen");
});

Deno.test("exec() throws where the daemon gives no exit code", async () => {
  const error = await rejection(run({ wait: operation(200) }), ServerError);
  assertStringIncludes(error.message, 'no exit code of "prog"');
});

Deno.test("exec() says that the outcome is unknown when the daemon dies", async () => {
  const error = await rejection(
    run({
      async stdout(wire) {
        await wire.frame(BINARY, "begun\n");
        wire.close();
      },
      wait: (wire) => wire.close(),
    }),
    ServerError,
  );
  assertStringIncludes(error.message, "its outcome is unknown");
});

for (const reason of [new InterruptedError("Interrupted"), new TimeoutError("Not ready in 1 s")]) {
  Deno.test(`exec() kills the program on an abort and throws a ${reason.name}`, async () => {
    const stop = new AbortController();
    const killed = Promise.withResolvers<void>();
    const orders: string[] = [];
    const error = await rejection(
      run(
        {
          async stdout(wire) {
            await wire.frame(BINARY, "working\n");
            stop.abort(reason);
            await killed.promise;
            await endStream(wire);
          },
          onControl(frame) {
            orders.push(text(frame.payload));
            killed.resolve();
          },
          async wait(wire) {
            await killed.promise;
            await wire.reply(
              200,
              '{"type":"sync","metadata":{"id":"op","status_code":200,"metadata":{"return":137}}}',
            );
          },
        },
        {},
        stop.signal,
      ),
      reason.constructor as typeof TimeoutError,
    );
    assertEquals(error.message, reason.message);
    assertEquals(error.advice, ['"prog" in instance "c1" was killed']);
    assertEquals(orders, ['{"command":"signal","signal":9}']);
  });
}

Deno.test("exec() leaves a program that cannot be killed, and says so", async () => {
  const stop = new AbortController();
  const error = await rejection(
    run(
      {
        stdout() {
          stop.abort(new InterruptedError("Interrupted"));
          return new Promise(() => {});
        },
        wait: () => new Promise(() => {}),
      },
      {},
      stop.signal,
    ),
    InterruptedError,
  );
  assertEquals(error.advice, ['"prog" may still be running in instance "c1"']);
});

Deno.test("exec() kills the program and throws what a receiver of lines throws", async () => {
  const killed = Promise.withResolvers<string>();
  await using daemon = await fakeDaemon(execRules({
    async stdout(wire) {
      await wire.frame(BINARY, "one\n");
      await killed.promise;
    },
    onControl: (frame) => killed.resolve(text(frame.payload)),
    wait: () => new Promise(() => {}),
  }));
  const { control } = await daemon.connect();
  const thrown = new RangeError("no such marker");
  const onLine = () => {
    throw thrown;
  };
  assertEquals(await rejection(control.exec(exec, onLine, never), RangeError), thrown);
  assertStringIncludes(await killed.promise, '"signal":9');
});
