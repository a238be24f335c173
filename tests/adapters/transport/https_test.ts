import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { KeyPair } from "../../../lib/ports/trust.ts";
import { makeClientCertificate } from "../../../lib/adapters/remote/client_certificate.ts";
import type { Call, Endpoint } from "../../../lib/adapters/transport/endpoint.ts";
import { bodyText, call } from "../../../lib/adapters/transport/http.ts";
import { openTls } from "../../../lib/adapters/transport/tls.ts";
import { LxopsError, ServerError } from "../../../lib/base/errors.ts";
import { rejection } from "../../support/rejection.ts";
import { Wire } from "../../fakes/wire.ts";

/** A server that does with each connection what a test says, and a client that knows its certificate. */
interface Server extends AsyncDisposable {
  readonly endpoint: Endpoint;
  /** The number of connections that were opened. */
  connections(): number;
}

type Serve = (wire: Wire, connection: number) => Promise<void>;

async function start(serve: Serve): Promise<Server> {
  const { certificate, key }: KeyPair = await makeClientCertificate("someone", new Date(), "server");
  const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert: certificate, key });
  const wires: Wire[] = [];
  const serving: Promise<void>[] = [];
  const accepting = (async () => {
    for await (const connection of listener) {
      const wire = new Wire(connection);
      wires.push(wire);
      serving.push(serve(wire, wires.length).catch(() => {}).finally(() => wire.close()));
    }
  })();
  const url = `https://127.0.0.1:${(listener.addr as Deno.NetAddr).port}`;
  const credentials = { server: certificate };
  const endpoint = await openTls({
    title: "Fake",
    service: "fake",
    remote: "far",
    url,
    credentials,
    advice: [],
  });
  return {
    endpoint,
    connections: () => wires.length,
    async [Symbol.asyncDispose]() {
      endpoint.close();
      listener.close();
      await accepting;
      for (const wire of wires) wire.close();
      await Promise.all(serving);
    },
  };
}

async function echo(wire: Wire): Promise<void> {
  for (let head = await wire.readHead(); head; head = await wire.readHead()) {
    const text = `${head.method} ${head.path} ${await wire.readBody(head.headers)}`;
    await wire.write(`HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
  }
}

async function textOf({ endpoint }: Server, path = "/", request: Partial<Call> = {}): Promise<string> {
  const sent = { method: "GET", path, ...request };
  return await bodyText(endpoint, `${sent.method} ${path}`, await call(endpoint, sent), sent.signal);
}

const failure = async (promise: Promise<unknown>): Promise<ServerError> =>
  await assertRejects(() => promise, ServerError) as ServerError;

Deno.test("openHttps() shares a connection between reads, and gives each change its own", async () => {
  await using server = await start(echo);
  assertEquals(await textOf(server, "/a"), "GET /a ");
  assertEquals(await textOf(server, "/b"), "GET /b ");
  assertEquals(server.connections(), 1);
  assertEquals(await textOf(server, "/c", { method: "POST", body: "body" }), "POST /c body");
  assertEquals(await textOf(server, "/d", { method: "PUT", body: new Uint8Array([65]) }), "PUT /d A");
  assertEquals(await textOf(server, "/e", { method: "DELETE" }), "DELETE /e ");
  assertEquals(server.connections(), 4);
});

Deno.test("openHttps() sends no change a second time where its connection ends", async () => {
  await using server = await start(async (wire) => {
    const head = await wire.readHead();
    if (head?.method !== "GET") return;
    await wire.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
    await wire.readHead();
  });
  assertEquals(await textOf(server), "x");
  const { message } = await failure(textOf(server, "/", { method: "POST", body: "{}" }));
  assertStringIncludes(
    message,
    "(connection closed before message completed); whether it was carried out is",
  );
  assertEquals(server.connections(), 2);
});

Deno.test("openHttps() refuses a server that changes to another protocol", async () => {
  await using server = await start(async (wire) => {
    await wire.readHead();
    await wire.write("HTTP/1.1 101 Changed\r\nUpgrade: other\r\nConnection: Upgrade\r\n\r\nxxxx");
    await wire.readHead();
  });
  const { message } = await failure(textOf(server));
  assertStringIncludes(message, "the server changed to another protocol");
});

Deno.test("openHttps() follows no redirect", async () => {
  await using server = await start(async (wire) => {
    await wire.readHead();
    await wire.write("HTTP/1.1 301 Moved\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");
  });
  const response = await call(server.endpoint, { method: "GET", path: "/" });
  await response.body?.cancel();
  assertEquals([response.status, response.headers.get("location"), server.connections()], [
    301,
    "/elsewhere",
    1,
  ]);
});

Deno.test("openHttps() reads and sends bodies in chunks", async () => {
  await using server = await start(async (wire) => {
    const head = await wire.readHead();
    const text = head!.headers.get("transfer-encoding") ?? "";
    await wire.write(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${text.length}\r\n${text}\r\n`);
    await wire.write("6;a=b\r\n world\r\n0\r\nTrailer: x\r\n\r\n");
    await wire.readHead();
  });
  const body = new Response("streamed").body!;
  assertEquals(await textOf(server, "/", { method: "POST", body }), "chunked world");
});

Deno.test("openHttps() rejects with the signal's reason, before, at and after the head of the answer", async () => {
  const reason = new Error("enough");
  let controller: AbortController | undefined;
  await using server = await start(async (wire) => {
    const head = await wire.readHead();
    if (head?.path === "/body") await wire.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    controller?.abort(reason);
    await wire.readHead();
  });
  const thrown = (promise: Promise<unknown>) => rejection(promise, Error);
  assertEquals(await thrown(textOf(server, "/", { signal: AbortSignal.abort(reason) })), reason);
  controller = new AbortController();
  assertEquals(await thrown(textOf(server, "/head", { signal: controller.signal })), reason);
  controller = undefined;
  const late = new AbortController();
  const response = await call(server.endpoint, { method: "GET", path: "/body", signal: late.signal });
  late.abort(reason);
  assertEquals(await thrown(bodyText(server.endpoint, "GET /body", response, late.signal)), reason);
});

Deno.test("openHttps() gets the answer of a daemon that refuses a body without reading it", async () => {
  await using server = await start(async (wire) => {
    await wire.readHead();
    await wire.write("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
    await new Promise((resolve) => setTimeout(resolve, 50));
  });
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent++ < 20) controller.enqueue(new Uint8Array(1024 * 1024));
      else controller.close();
    },
  });
  const response = await call(server.endpoint, { method: "POST", path: "/", body });
  assertEquals([response.status, await bodyText(server.endpoint, "POST /", response)], [413, "no"]);
  assert(sent > 0);
});

Deno.test("openHttps() fails with the error of a body that it sends, also while the daemon reads nothing", async () => {
  const ended = Promise.withResolvers<void>();
  await using server = await start(async (wire) => {
    await wire.readHead();
    await ended.promise;
  });
  const reason = new LxopsError("The source was cut off");
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (sent++ < 2) controller.enqueue(new Uint8Array(1024));
      else controller.error(reason);
    },
  });
  assertEquals(await rejection(textOf(server, "/", { method: "POST", body }), LxopsError), reason);
  ended.resolve();
});
