/**
 * The contract of both HTTP clients, that of a socket and that of TLS, and servers to try it on.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Call, Endpoint } from "../../../lib/adapters/transport/endpoint.ts";
import { bodyText, call } from "../../../lib/adapters/transport/http.ts";
import { LxopsError, ServerError } from "../../../lib/base/errors.ts";
import { Wire } from "../../fakes/wire.ts";
import { rejection } from "../../support/rejection.ts";

/** A server that does with each connection what a test says, and a client of it. */
export interface Server extends AsyncDisposable {
  readonly endpoint: Endpoint;
  /** The number of connections that were opened. */
  connections(): number;
}

/** Behaviour of a server for one connection. */
export type Serve = (wire: Wire, connection: number) => Promise<void>;

/** Serves the connections of a listener until the server is disposed of. */
export function serverOf(
  listener: Deno.Listener | Deno.TlsListener | Deno.UnixListener,
  endpoint: Endpoint,
  serve: Serve,
): Server {
  const wires: Wire[] = [];
  const serving: Promise<void>[] = [];
  const accepting = (async () => {
    for await (const connection of listener) {
      const wire = new Wire(connection);
      wires.push(wire);
      serving.push(serve(wire, wires.length).catch(() => {}).finally(() => wire.close()));
    }
  })();
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

/** Answers every request of a connection with its method, path and body. */
export async function echo(wire: Wire): Promise<void> {
  for (let head = await wire.readHead(); head; head = await wire.readHead()) {
    const text = `${head.method} ${head.path} ${await wire.readBody(head.headers)}`;
    await wire.write(`HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
  }
}

/** Sends a request and returns the body of its answer. */
export async function textOf(
  { endpoint }: Server,
  path = "/",
  request: Partial<Call> = {},
): Promise<string> {
  const sent = { method: "GET", path, ...request };
  return await bodyText(endpoint, `${sent.method} ${path}`, await call(endpoint, sent), sent.signal);
}

/** Returns the error of a daemon with which a promise rejects. */
export async function failure(promise: Promise<unknown>): Promise<ServerError> {
  return await assertRejects(() => promise, ServerError) as ServerError;
}

/** Declares the tests of what both clients do. */
export function testClient(name: string, start: (serve: Serve) => Promise<Server>): void {
  Deno.test(`${name} follows no redirect`, async () => {
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

  Deno.test(`${name} rejects with the signal's reason, before, at and after the head of the answer`, async () => {
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

  Deno.test(`${name} gets the answer of a daemon that refuses a body without reading it`, async () => {
    await using server = await start(async (wire) => {
      await wire.readHead();
      await wire.write("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
      await new Promise((resolve) => setTimeout(resolve, 50));
    });
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent >= 50) controller.close();
        else controller.enqueue(new Uint8Array(1024 * 1024));
        sent++;
      },
    });
    const response = await call(server.endpoint, { method: "POST", path: "/", body });
    assertEquals([response.status, await bodyText(server.endpoint, "POST /", response)], [413, "no"]);
    assert(sent < 50, "the whole body was read");
  });

  Deno.test(`${name} fails with the error of a body that it sends, also while the daemon reads nothing`, async () => {
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

  Deno.test(`${name} reads and sends bodies in chunks`, async () => {
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
}
