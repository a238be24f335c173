import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { InterruptedError, ServerError, TimeoutError } from "../../../lib/base/errors.ts";
import type { Request } from "../../../lib/ports/mod.ts";
import { fakeDaemon, operation, refused, type Reply, type Rules, started } from "../../fakes/fake_daemon.ts";
import { rejection } from "../../support/rejection.ts";

const request: Request = { method: "POST", path: "/1.0/instances?project=p", body: { name: "c1" } };
const never = new AbortController().signal;

async function sendWith(rules: Rules, signal = never, onProgress?: (text: string) => void): Promise<unknown> {
  await using daemon = await fakeDaemon(rules);
  const { control } = await daemon.connect();
  return await control.send(request, signal, onProgress);
}

const failing = (rules: Rules, signal = never) => rejection(sendWith(rules, signal), ServerError);

Deno.test("send() returns the metadata of an answer and sends its body as JSON", async () => {
  await using daemon = await fakeDaemon({ "POST /1.0/instances": { metadata: { fingerprint: "abc" } } });
  const { control } = await daemon.connect();
  assertEquals(await control.send(request, never), { fingerprint: "abc" });
  assertEquals(daemon.asked(), ["POST /1.0/instances?project=p"]);
  assertEquals(daemon.seen[0]!.body, '{"name":"c1"}');
  assertEquals(daemon.seen[0]!.headers.get("content-type"), "application/json");
});

Deno.test("send() awaits the operation and returns its metadata", async () => {
  const rules = {
    "POST /1.0/instances": started(),
    "GET /1.0/operations/op/wait": operation(200, { metadata: { fingerprint: "abc" } }),
  };
  assertEquals(await sendWith(rules), { fingerprint: "abc" });
});

Deno.test("send() goes on waiting when one wait ends before the operation does", async () => {
  const rules = {
    "POST /1.0/instances": started(),
    "GET /1.0/operations/op/wait": [operation(103), operation(103), operation(200)],
  };
  assertEquals(await sendWith(rules), {});
});

Deno.test("send() goes on waiting when a wait fails though the operation runs", async () => {
  const rules = {
    "POST /1.0/instances": started(),
    "GET /1.0/operations/op/wait": [refused(500, "context deadline exceeded"), operation(200)],
    "GET /1.0/operations/op": operation(103),
  };
  assertEquals(await sendWith(rules), {});
});

const dialects: Readonly<Record<string, Rules>> = {
  "a refusal of the request": { "POST /1.0/instances": refused(400, "Name is taken") },
  "an operation in state Failure": {
    "POST /1.0/instances": started(),
    "GET /1.0/operations/op/wait": operation(400, { err: "Name is taken", metadata: null }),
  },
  "an error of the wait, with the operation still known": {
    "POST /1.0/instances": started(),
    "GET /1.0/operations/op/wait": {
      answer: { type: "error", error_code: 500, error: "Name is taken", metadata: null },
    },
    "GET /1.0/operations/op": operation(400, { err: "Name is taken" }),
  },
  "an error of the wait, with the operation forgotten": {
    "POST /1.0/instances": started(),
    "GET /1.0/operations/op/wait": {
      answer: { type: "error", error_code: 400, error: "Name is taken", metadata: null },
    },
  },
};
for (const [dialect, rules] of Object.entries(dialects)) {
  Deno.test(`send() throws the daemon's words, method, path and status on ${dialect}`, async () => {
    const error = await failing(rules);
    assertEquals(error.message, "Name is taken (POST /1.0/instances?project=p, status 400)");
    assertEquals(error.request, "POST /1.0/instances?project=p");
    assertEquals(error.status, 400);
    assertEquals(error.advice, []);
  });
}

Deno.test("send() reports a cancelled operation that gives no reason", async () => {
  const error = await failing({
    "POST /1.0/instances": started(),
    "GET /1.0/operations/op/wait": operation(401),
  });
  assertStringIncludes(error.message, "The operation was cancelled");
});

const brokenWaits: Readonly<Record<string, Reply>> = {
  "closes the connection": (wire) => wire.close(),
  "sends an empty body": { text: "" },
  "breaks off in the body": async (wire) => {
    await wire.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"type"');
    wire.close();
  },
  "has forgotten the operation": refused(404, "Operation not found"),
};
for (const [what, reply] of Object.entries(brokenWaits)) {
  Deno.test(`send() says that the outcome is unknown when the daemon ${what} during the operation`, async () => {
    const error = await failing({ "POST /1.0/instances": started(), "GET /1.0/operations/op/wait": reply });
    assertEquals(
      error.message,
      "Fake stopped or restarted during POST /1.0/instances?project=p; its outcome is unknown",
    );
    assertEquals(error.request, "POST /1.0/instances?project=p");
    assert(error.advice.some((line) => line.includes("half made")));
  });
}

Deno.test("send() says that it is unknown whether a request was carried out whose answer never came", async () => {
  const error = await failing({ "POST /1.0/instances": (wire) => wire.close() });
  assertStringIncludes(error.message, "broke the connection during POST /1.0/instances?project=p");
  assertStringIncludes(error.message, "whether it was carried out is unknown");
  assertEquals(error.status, 0);
});

Deno.test("send() quotes an answer that is not JSON, or not an answer", async () => {
  const text = await failing({ "POST /1.0/instances": { text: "<html>Bad gateway</html>", status: 502 } });
  assertStringIncludes(
    text.message,
    'unexpected answer to POST /1.0/instances?project=p (status 502): "<html>',
  );
  const other = await failing({ "POST /1.0/instances": { answer: { hello: 1 } } });
  assertStringIncludes(other.message, '{\\"hello\\":1}');
  const nowhere = await failing({
    "POST /1.0/instances": { answer: { type: "async", operation: "/etc/passwd", metadata: {} } },
  });
  assertStringIncludes(nowhere.message, "named no operation in its answer");
});

for (const status of [401, 403, 404, 500]) {
  Deno.test(`send() keeps the status of a refusal with ${status}`, async () => {
    const error = await failing({ "POST /1.0/instances": refused(status, "No") });
    assertEquals([error.status, error.exitCode], [status, status === 404 ? 7 : 4]);
    assertEquals(error.advice.length, status === 401 || status === 403 ? 1 : 0);
  });
}

Deno.test("send() tells each new text of progress while the operation runs", async () => {
  const ended = Promise.withResolvers<void>();
  const texts: string[] = [];
  await sendWith(
    {
      "POST /1.0/instances": started(),
      "GET /1.0/operations/op/wait": async (wire) => {
        await ended.promise;
        await wire.reply(200, '{"type":"sync","metadata":{"id":"op","status_code":200}}');
      },
      "GET /1.0/operations/op": [
        operation(103),
        operation(103, { metadata: { download_progress: "rootfs: 10%", progress: { percent: "10" } } }),
        operation(103, { metadata: { download_progress: "rootfs: 10%" } }),
        operation(103, { metadata: { download_progress: "rootfs: 20%" } }),
      ],
    },
    never,
    (text) => {
      texts.push(text);
      if (texts.length === 2) ended.resolve();
    },
  );
  assertEquals(texts, ["rootfs: 10%", "rootfs: 20%"]);
});

Deno.test("send() sends nothing when the signal aborted before", async () => {
  await using daemon = await fakeDaemon({ "POST /1.0/instances": { metadata: {} } });
  const { control } = await daemon.connect();
  const reason = new InterruptedError("Interrupted");
  assertEquals(await rejection(control.send(request, AbortSignal.abort(reason)), InterruptedError), reason);
  assertEquals(daemon.seen, []);
});

Deno.test("send() cancels the operation when the signal aborts, and throws an error of the reason's class", async () => {
  const stop = new AbortController();
  const cancelled = Promise.withResolvers<void>();
  await using daemon = await fakeDaemon({
    "POST /1.0/instances": started(),
    "GET /1.0/operations/op/wait": async (wire) => {
      stop.abort(new TimeoutError("Not done in 5 s"));
      await cancelled.promise;
      await wire.reply(200, '{"type":"sync","metadata":{"id":"op","status_code":401,"err":"cancelled"}}');
    },
    "DELETE /1.0/operations/op": async (wire) => {
      cancelled.resolve();
      await wire.reply(200, '{"type":"sync","metadata":{}}');
    },
  });
  const { control } = await daemon.connect();
  const error = await rejection(control.send(request, stop.signal), TimeoutError);
  assertEquals(error.message, "Not done in 5 s");
  assertEquals(error.advice.length, 1);
  assert(daemon.asked().includes("DELETE /1.0/operations/op"));
});

Deno.test("send() says that the operation continues when it cannot be cancelled", async () => {
  const stop = new AbortController();
  const error = await rejection(
    sendWith({
      "POST /1.0/instances": started(),
      "GET /1.0/operations/op/wait": () => {
        stop.abort(new InterruptedError("Interrupted"));
        return new Promise(() => {});
      },
      "DELETE /1.0/operations/op": refused(400, "Cannot be cancelled"),
    }, stop.signal),
    InterruptedError,
  );
  assertEquals(error.advice, ["Fake still creates the instance; that cannot be called back"]);
});

Deno.test("send() waits for the end of an operation that cannot be cancelled, where the caller needs it", async () => {
  const stop = new AbortController();
  const asked = Promise.withResolvers<void>();
  await using daemon = await fakeDaemon({
    "POST /1.0/instances": started(),
    "GET /1.0/operations/op/wait": async (wire) => {
      stop.abort(new InterruptedError("Interrupted"));
      await asked.promise;
      await wire.reply(200, '{"type":"sync","metadata":{"id":"op","status_code":200,"metadata":{"a":1}}}');
    },
    "DELETE /1.0/operations/op": async (wire) => {
      await wire.reply(400, '{"type":"error","error":"Cannot be cancelled","error_code":400}');
      asked.resolve();
    },
  });
  const { control } = await daemon.connect();
  assertEquals(await control.send(request, stop.signal, undefined, 10_000), { a: 1 });
});

Deno.test("send() says that the outcome of an abandoned operation is unknown", async () => {
  const stop = new AbortController();
  await using daemon = await fakeDaemon({
    "POST /1.0/instances": started(),
    "GET /1.0/operations/op/wait": () => {
      stop.abort(new InterruptedError("Interrupted"));
      return new Promise(() => {});
    },
    "DELETE /1.0/operations/op": refused(400, "Cannot be cancelled"),
  });
  const { control } = await daemon.connect();
  const error = await rejection(control.send(request, stop.signal, undefined, 1), InterruptedError);
  assertEquals(error.unsettled, true);
});

Deno.test("send() cancels an operation that it learns of only after the signal aborted", async () => {
  const stop = new AbortController();
  await using daemon = await fakeDaemon({
    "POST /1.0/instances": async (wire) => {
      stop.abort(new InterruptedError("Interrupted"));
      await wire.reply(202, '{"type":"async","operation":"/1.0/operations/op","metadata":{}}');
    },
    "GET /1.0/operations/op/wait": () => new Promise(() => {}),
    "DELETE /1.0/operations/op": { metadata: {} },
  });
  const { control } = await daemon.connect();
  await rejection(control.send(request, stop.signal), InterruptedError);
  assert(daemon.asked().includes("DELETE /1.0/operations/op"));
});

Deno.test("send() does not wait forever for the answer to a request when the signal aborts", async () => {
  const stop = new AbortController();
  const error = await rejection(
    sendWith({
      "POST /1.0/instances": () => {
        stop.abort(new InterruptedError("Interrupted"));
        return new Promise(() => {});
      },
    }, stop.signal),
    InterruptedError,
  );
  assertEquals(error.advice, ["Fake may still carry out POST /1.0/instances?project=p"]);
});
