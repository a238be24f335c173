import { assertEquals } from "@std/assert";
import { InterruptedError, TimeoutError } from "../../lib/base/errors.ts";
import { fakeDaemon } from "../fakes/fake_daemon.ts";
import { BINARY, endStream, execRules } from "../fakes/fake_exec.ts";
import { exec, runExec, textOf } from "../fakes/run_exec.ts";
import { rejection } from "../support/rejection.ts";

const never = new AbortController().signal;

for (const reason of [new InterruptedError("Interrupted"), new TimeoutError("Not ready in 1 s")]) {
  Deno.test(`exec() tells the program to end on an abort and throws a ${reason.name}`, async () => {
    const stop = new AbortController();
    const killed = Promise.withResolvers<void>();
    const orders: string[] = [];
    const error = await rejection(
      runExec(
        {
          async stdout(wire) {
            await wire.frame(BINARY, "working\n");
            stop.abort(reason);
            await killed.promise;
            await endStream(wire);
          },
          onControl(frame) {
            orders.push(textOf(frame.payload));
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
    assertEquals(orders, ['{"command":"signal","signal":15}']);
  });
}

Deno.test("exec() kills a program that does not end when it gets a signal", async () => {
  const stop = new AbortController();
  const killed = Promise.withResolvers<void>();
  const orders: string[] = [];
  const error = await rejection(
    runExec(
      {
        async stdout(wire) {
          stop.abort(new InterruptedError("Interrupted"));
          await killed.promise;
          await endStream(wire);
        },
        onControl(frame) {
          orders.push(textOf(frame.payload));
          if (orders.length === 2) killed.resolve();
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
    InterruptedError,
  );
  assertEquals(error.advice, ['"prog" in instance "c1" was killed']);
  assertEquals(orders, ['{"command":"signal","signal":15}', '{"command":"signal","signal":9}']);
});

Deno.test("exec() leaves a program that cannot be killed, and says so", async () => {
  const stop = new AbortController();
  const error = await rejection(
    runExec(
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

Deno.test("exec() ends the program and throws what a receiver of lines throws", async () => {
  const killed = Promise.withResolvers<void>();
  const orders: string[] = [];
  await using daemon = await fakeDaemon(execRules({
    async stdout(wire) {
      await wire.frame(BINARY, "one\n");
      await killed.promise;
    },
    onControl: (frame) => {
      orders.push(textOf(frame.payload));
      if (orders.length === 2) killed.resolve();
    },
    wait: () => new Promise(() => {}),
  }));
  const { control } = await daemon.connect();
  const thrown = new RangeError("no such marker");
  const onLine = () => {
    throw thrown;
  };
  assertEquals(await rejection(control.exec(exec, onLine, never), RangeError), thrown);
  await killed.promise;
  assertEquals(orders, ['{"command":"signal","signal":15}', '{"command":"signal","signal":9}']);
});
