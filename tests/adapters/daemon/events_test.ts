import { assertEquals, assertStringIncludes } from "@std/assert";
import { ServerError } from "../../../lib/base/errors.ts";
import type { ServerEvent } from "../../../lib/ports/mod.ts";
import { fakeDaemon, type Reply } from "../../fakes/fake_daemon.ts";
import { TEXT } from "../../fakes/fake_exec.ts";
import { rejection } from "../../support/rejection.ts";

const event = (number: number) => JSON.stringify({ type: "lifecycle", project: "p", metadata: { number } });

/** Reads events until the end, or until a number of them came. */
async function collect(
  reply: Reply,
  stop: AbortController,
  count = Infinity,
): Promise<readonly ServerEvent[]> {
  await using daemon = await fakeDaemon({ "GET /1.0/events": reply });
  const events: ServerEvent[] = [];
  for await (
    const one of (await daemon.connect()).server.events(["lifecycle", "operation"], "p", stop.signal)
  ) {
    events.push(one);
    if (events.length === count) stop.abort();
  }
  assertEquals(daemon.asked(), ["GET /1.0/events?project=p&type=lifecycle%2Coperation"]);
  return events;
}

Deno.test("events() yields what the daemon sends, and ends when the signal aborts", async () => {
  const events = await collect(
    async (wire) => {
      await wire.upgrade();
      for (const number of [1, 2, 3]) await wire.frame(TEXT, event(number));
      for await (const _ of wire.frames());
    },
    new AbortController(),
    3,
  );
  assertEquals(events.map(({ type, project, metadata }) => [type, project, metadata.number]), [
    ["lifecycle", "p", 1],
    ["lifecycle", "p", 2],
    ["lifecycle", "p", 3],
  ]);
});

Deno.test("events() ends when the signal aborts while nothing happens", async () => {
  const stop = new AbortController();
  const events = await collect(async (wire) => {
    await wire.upgrade();
    stop.abort();
    for await (const _ of wire.frames());
  }, stop);
  assertEquals(events, []);
});

Deno.test("events() closes the socket when the reader has had enough", async () => {
  const closed = Promise.withResolvers<void>();
  await using daemon = await fakeDaemon({
    "GET /1.0/events": async (wire) => {
      await wire.upgrade();
      await wire.frame(TEXT, event(1));
      for await (const _ of wire.frames());
      closed.resolve();
    },
  });
  const { server } = await daemon.connect();
  for await (const _ of server.events(["lifecycle"], "p", new AbortController().signal)) break;
  await closed.promise;
});

const failures: Readonly<Record<string, readonly [Reply, string]>> = {
  "goes away": [async (wire) => {
    await wire.upgrade();
    await wire.frame(TEXT, event(1));
    wire.close();
  }, "stopped sending events"],
  "sends what is no event": [async (wire) => {
    await wire.upgrade();
    await wire.frame(TEXT, "{}");
  }, "unexpected answer to GET /1.0/events"],
  "sends what is no frame": [async (wire) => {
    await wire.upgrade();
    await wire.write("hello");
  }, "events"],
  "refuses": [{
    answer: { type: "error", error_code: 403, error: 'Not \\"you\\"' },
    status: 403,
  }, "status 403"],
};
for (const [what, [reply, words]] of Object.entries(failures)) {
  Deno.test(`events() throws a ServerError when the daemon ${what}`, async () => {
    const error = await rejection(collect(reply, new AbortController()), ServerError);
    assertStringIncludes(error.message, words);
  });
}
