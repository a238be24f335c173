/**
 * Requests to a daemon behind HTTPS, by `node:https` over connections whose certificate was checked.
 *
 * @module
 */
import type { Agent, RequestOptions } from "node:https";
import type { ClientRequest, IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Reply, Stream } from "./endpoint.ts";
import { readerOf, type Wire, wireOf } from "./tls_stream.ts";

/** A client of one daemon. */
export interface HttpsClient {
  fetch(path: string, init: RequestInit): Promise<Reply>;
  close(): void;
}

/** Opens a client that sends its requests over connections of `dial`. */
export async function openHttps(url: string, dial: () => Promise<Stream>): Promise<HttpsClient> {
  const [{ Agent, request }, { hostname, port }] = [await import("node:https"), new URL(url)];
  const wires = new WeakMap<Duplex, Wire>();
  const connect = async (): Promise<Duplex> => {
    const wire = await wireOf(await dial());
    const socket = asSocket(wire.duplex);
    wires.set(socket, wire);
    return socket;
  };
  // Deno sends a request again where a connection that was used before is closed. So only reads share connections.
  const reads = dialingAgent(new Agent({ keepAlive: true }), connect);
  const single = dialingAgent(new Agent({ keepAlive: false }), connect);
  return {
    fetch(path, { method = "GET", headers, body, signal }) {
      const { promise, resolve, reject } = Promise.withResolvers<Reply>();
      const options: RequestOptions = {
        host: hostname.replace(/^\[|\]$/g, ""),
        port: port || 443,
        path,
        method,
        headers: headers as Record<string, string>,
        agent: method === "GET" ? reads : single,
        ...(signal ? { signal } : {}),
      };
      const outgoing = request(
        options,
        (incoming) => resolve(replyOf(incoming, wires.get(incoming.socket)!)),
      );
      outgoing.on("error", (error) => reject(plainError(error)));
      // No request asks for another protocol. Node neither answers nor fails where a server changes to one.
      outgoing.on("upgrade", (_answer, socket) => {
        socket.destroy();
        reject(new Error("the server changed to another protocol"));
      });
      send(outgoing, body).catch((error) => outgoing.destroy(error));
      return promise;
    },
    close: () => [reads, single].forEach((agent) => agent.destroy()),
  };
}

/** Makes an agent open its connections by `connect`. */
function dialingAgent(agent: Agent, connect: () => Promise<Duplex>): Agent {
  const createConnection = (_options: unknown, done: (error: Error | null, socket?: Duplex) => void) => {
    connect().then((socket) => done(null, socket), done);
  };
  return Object.assign(agent, { createConnection });
}

/** Adds the methods that an agent calls on sockets; they do nothing here. */
function asSocket(duplex: Duplex): Duplex {
  const ignore = () => duplex;
  return Object.assign(duplex, { setKeepAlive: ignore, setTimeout: ignore, ref: ignore, unref: ignore });
}

async function send(outgoing: ClientRequest, body: BodyInit | null | undefined): Promise<void> {
  if (!(body instanceof ReadableStream)) {
    outgoing.end(body ?? undefined);
    return;
  }
  const closed = new Promise<void>((resolve) => outgoing.once("close", resolve));
  for await (const chunk of body) {
    if (outgoing.destroyed) return;
    await Promise.race([closed, new Promise<void>((resolve) => outgoing.write(chunk, () => resolve()))]);
  }
  outgoing.end();
}

function replyOf(incoming: IncomingMessage, wire: Wire): Reply {
  const status = incoming.statusCode ?? 0;
  const next = readerOf(incoming, wire);
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const bytes = await next().catch((error) => {
        throw plainError(error);
      });
      if (bytes === undefined) controller.close();
      else controller.enqueue(new Uint8Array(bytes));
    },
    cancel: () => void incoming.destroy(),
  }, { highWaterMark: 0 });
  return {
    status,
    ok: status >= 200 && status < 300,
    headers: { get: (name) => incoming.headers[name.toLowerCase()]?.toString() ?? null },
    body,
  };
}

/** Renames Node's errors: "socket hang up" before the answer, and "aborted" in the middle of it. */
function plainError(error: Error): Error {
  const isCutOff = error.message === "socket hang up" || error.message === "aborted";
  return isCutOff ? new Error("connection closed before message completed") : error;
}
