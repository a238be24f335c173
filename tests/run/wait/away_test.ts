import { assertEquals, assertRejects } from "@std/assert";
import { ServerError } from "../../../lib/base/errors.ts";
import { untilReady } from "../../../lib/run/wait/away.ts";

const NEVER = new AbortController().signal;

/** Returns what fails with each status in turn, and then answers. */
function failing(...statuses: readonly number[]) {
  const left = [...statuses];
  return () => {
    const status = left.shift();
    if (status === undefined) return Promise.resolve("done");
    return Promise.reject(new ServerError(`status ${status}`, { status }));
  };
}

Deno.test("untilReady() tries again while the daemon says that it is not ready, and tells it once", async () => {
  let told = 0;
  await untilReady(failing(503, 503), NEVER, () => told++);
  assertEquals(told, 1);
});

Deno.test("untilReady() leaves a request alone of which nobody knows whether it was carried out", async () => {
  for (const status of [0, 404, 500]) {
    await assertRejects(() => untilReady(failing(status), NEVER, () => {}), ServerError, `status ${status}`);
  }
});
