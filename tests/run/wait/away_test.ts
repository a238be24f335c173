import { assertEquals, assertRejects } from "@std/assert";
import { ServerError } from "../../../lib/base/errors.ts";
import { untilBack, untilReady } from "../../../lib/run/wait/away.ts";

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

Deno.test("untilReady() does not repeat a request whose outcome is unknown", async () => {
  for (const status of [0, 404, 500]) {
    await assertRejects(() => untilReady(failing(status), NEVER, () => {}), ServerError, `status ${status}`);
  }
});

Deno.test("a start is tried again while the daemon's network is not up, and after its connection was lost", async () => {
  const errors = [
    new ServerError('Failed pre-start check for device "eth0": Network "br0" unavailable on this server', {
      status: 400,
    }),
    new ServerError('Failed getting pool: Storage pool "default" unavailable on this server', {
      status: 400,
    }),
    new ServerError("Renaming of running instance not allowed", { status: 500 }),
    new ServerError("gone", { status: 0 }),
  ];
  let told = 0;
  const attempt = () => errors.length > 0 ? Promise.reject(errors.shift()) : Promise.resolve("done");
  assertEquals(await untilBack(attempt, NEVER, () => told++), "done");
  assertEquals(told, 1);
  const other = new ServerError('Network "br0" not found', { status: 400 });
  await assertRejects(
    () => untilBack(() => Promise.reject(other), NEVER, () => {}),
    ServerError,
    "not found",
  );
});
