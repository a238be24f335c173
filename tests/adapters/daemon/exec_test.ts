import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ServerError } from "../../../lib/base/errors.ts";
import { fakeDaemon, operation, refused } from "../../fakes/fake_daemon.ts";
import { BINARY, endStream, execRules, type FakeProgram, PING, PONG, TEXT } from "../../fakes/fake_exec.ts";
import { serverFrame } from "../../fakes/server_frames.ts";
import { exec, runExec, textOf } from "../../fakes/run_exec.ts";
import { rejection } from "../../support/rejection.ts";
import type { Wire } from "../../fakes/wire.ts";

const never = new AbortController().signal;
const exits = (code: number) => operation(200, { metadata: { return: code } });

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
  const outcome = await runExec({
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
  const outcome = await runExec({
    async stdout(wire) {
      await ended.promise;
      // The answer to the wait reaches a client that now must go on reading.
      for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
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
  const outcome = await runExec({
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

Deno.test("exec() loses nothing when the daemon is gone before its pings were answered", async () => {
  const lines = Array.from({ length: 5000 }, (_, index) => `line ${index} of very many lines`);
  const frames = lines.flatMap((line) => [serverFrame(PING, "alive"), serverFrame(BINARY, `${line}\n`)]);
  const outcome = await runExec({
    async stdout(wire) {
      // Less than the socket holds: all of it is sent, and the socket closed, before the client reads.
      await wire.write(new Uint8Array([...frames, serverFrame(TEXT, "")].flatMap((frame) => [...frame])));
      wire.close();
    },
  });
  assertEquals(outcome.lines, lines.map((line) => `stdout: ${line}`));
});

Deno.test("exec() answers pings with their data", async () => {
  const pong = Promise.withResolvers<string>();
  await runExec({
    async stdout(wire) {
      await wire.frame(PING, "keepalive");
      for await (const frame of wire.frames()) {
        if (frame.opcode !== PONG) continue;
        pong.resolve(textOf(frame.payload));
        break;
      }
      await endStream(wire);
    },
  });
  assertEquals(await pong.promise, "keepalive");
});

Deno.test("exec() takes the parts of a message, and no text message, as output", async () => {
  const outcome = await runExec({
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
  const outcome = await runExec({
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
    await runExec({
      onStdin(frame) {
        if (frame.opcode === BINARY) received += textOf(frame.payload);
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

Deno.test("exec() writes all but the last line of its input at once where it has to wait", async () => {
  const [begun, closed, input] = [
    Promise.withResolvers<void>(),
    Promise.withResolvers<void>(),
    Promise.withResolvers<void>(),
  ];
  const received: string[] = [];
  const program: FakeProgram = {
    onStdin(frame) {
      if (frame.opcode === BINARY) received.push(textOf(frame.payload));
      else if (frame.opcode === TEXT && frame.payload.length === 0) closed.resolve();
      begun.resolve();
    },
    async stdout(wire) {
      await closed.promise;
      await endStream(wire);
    },
  };
  await using daemon = await fakeDaemon(execRules(program));
  const { control } = await daemon.connect();
  const running = control.exec({ ...exec, stdin: "one\ntwo\nlast\n" }, () => {}, never, input.promise);
  await begun.promise;
  assertEquals(received, ["one\ntwo\n"]);
  input.resolve();
  assertEquals(await running, 0);
  assertEquals(received, ["one\ntwo\n", "last\n"]);
});

Deno.test("exec() ends with the program when that does not read its stdin", async () => {
  const rules = execRules({ wait: exits(5) });
  const socket = rules["GET /1.0/operations/op/websocket"];
  const outcome = await runExec({ wait: exits(5) }, { stdin: "x".repeat(4_000_000) }, never, {
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
    assertEquals(await runExec(program), { code: 127, lines: ["stderr: prog: Command not found"] });
  });
}

Deno.test("exec() throws the daemon's words when the program was never started", async () => {
  const words = "Timed out waiting for websockets to connect";
  const error = await rejection(runExec({ wait: operation(400, { err: words }) }), ServerError);
  assertEquals(error.message, `${words} (POST /1.0/instances/c1/exec?project=default, status 400)`);
});

Deno.test("exec() throws the daemon's words when it refuses the sockets and fails the operation", async () => {
  const error = await rejection(
    runExec({ wait: operation(400, { err: "Instance is frozen" }) }, {}, never, {
      "GET /1.0/operations/op/websocket": refused(404, "not found"),
    }),
    ServerError,
  );
  assertStringIncludes(error.message, "Instance is frozen");
});

Deno.test("exec() throws where the daemon gives no exit code", async () => {
  const error = await rejection(runExec({ wait: operation(200) }), ServerError);
  assertStringIncludes(error.message, 'no exit code of "prog"');
});

Deno.test("exec() says that the outcome is unknown when the daemon dies", async () => {
  const error = await rejection(
    runExec({
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
