import { assertEquals } from "@std/assert";
import { ServerError, TimeoutError } from "../../../lib/base/errors.ts";
import { askInstance } from "../../../lib/run/wait/agent.ts";
import { rejection } from "../../support/rejection.ts";

const VM = { name: "v", type: "virtual-machine" };

/** Returns a request that fails a number of times with the daemon's message before it succeeds. */
function failing(times: number, words: string): { ask: () => Promise<string>; asked: () => number } {
  let asked = 0;
  const ask = () =>
    asked++ < times ? Promise.reject(new ServerError(words, { status: 500 })) : Promise.resolve("yes");
  return { ask, asked: () => asked };
}

for (const words of ["VM agent isn't currently running", "LXD VM agent isn't currently running"]) {
  Deno.test(`askInstance() asks a virtual machine again while the daemon says "${words}"`, async () => {
    const { ask, asked } = failing(2, `Failed to connect: ${words} (GET /1.0, status 500)`);
    assertEquals([await askInstance(VM, ask), asked()], ["yes", 3]);
  });

  Deno.test(`askInstance() gives up in time, with the words "${words}"`, async () => {
    const { ask } = failing(Infinity, words);
    const error = await rejection(askInstance(VM, ask, 0.01), TimeoutError);
    assertEquals(error.message, `The agent of virtual machine "v" does not answer after 0.01 s: ${words}`);
  });
}

Deno.test("askInstance() asks once where the failure is another one, or the instance a container", async () => {
  for (
    const [info, words] of [
      [VM, "Instance is not running"],
      [{ ...VM, type: "container" }, "VM agent isn't currently running"],
    ] as const
  ) {
    const { ask, asked } = failing(1, words);
    await rejection(askInstance(info, ask), ServerError);
    assertEquals(asked(), 1);
  }
});

Deno.test("askInstance() ends with its signal", async () => {
  const { ask } = failing(Infinity, "VM agent isn't currently running");
  const stop = new AbortController();
  const asking = askInstance(VM, ask, 60, stop.signal);
  stop.abort(new ServerError("stopped"));
  assertEquals((await rejection(asking, ServerError)).message, "stopped");
});
