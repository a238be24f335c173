import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { Call, Endpoint } from "../../../lib/adapters/transport/endpoint.ts";
import { bodyText, call } from "../../../lib/adapters/transport/http.ts";
import { openSocket } from "../../../lib/adapters/transport/unix_socket.ts";
import { LxopsError, ServerError } from "../../../lib/base/errors.ts";
import { rejection } from "../../support/rejection.ts";
import { fakeBackend } from "../../fakes/fake_daemon.ts";
import { Wire } from "../../fakes/wire.ts";

/** A server that does with each connection what a test says, and a client of it. */
interface Server extends AsyncDisposable {
  readonly endpoint: Endpoint;
  /** The number of connections that were opened. */
  connections(): number;
}

type Serve = (wire: Wire, connection: number) => Promise<void>;

async function start(serve: Serve): Promise<Server> {
  const directory = await Deno.makeTempDir({ prefix: "lxops-unix-" });
  const path = `${directory}/socket`;
  const listener = Deno.listen({ transport: "unix", path });
  const wires: Wire[] = [];
  const serving: Promise<void>[] = [];
  const accepting = (async () => {
    for await (const connection of listener) {
      const wire = new Wire(connection);
      wires.push(wire);
      serving.push(serve(wire, wires.length).catch(() => {}).finally(() => wire.close()));
    }
  })();
  const endpoint = openSocket(fakeBackend, path, ["advice"]);
  return {
    endpoint,
    connections: () => wires.length,
    async [Symbol.asyncDispose]() {
      endpoint.close();
      listener.close();
      await accepting;
      for (const wire of wires) wire.close();
      await Promise.all(serving);
      await Deno.remove(directory, { recursive: true });
    },
  };
}

/** Answers every request of a connection with its method, path and body. */
async function echo(wire: Wire): Promise<void> {
  for (let head = await wire.readHead(); head; head = await wire.readHead()) {
    const text = `${head.method} ${head.path} ${await wire.readBody(head.headers)}`;
    await wire.write(`HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
  }
}

const answers = (text: string): Serve => async (wire) => {
  await wire.readHead();
  await wire.write(text);
};

async function textOf({ endpoint }: Server, path = "/", request: Partial<Call> = {}): Promise<string> {
  const sent = { method: "GET", path, ...request };
  return await bodyText(endpoint, `${sent.method} ${path}`, await call(endpoint, sent), sent.signal);
}

const failure = async (promise: Promise<unknown>): Promise<ServerError> =>
  await assertRejects(() => promise, ServerError) as ServerError;

Deno.test("openSocket() opens one connection for each request, and no other", async () => {
  await using server = await start(echo);
  const paths = Array.from({ length: 20 }, (_, index) => `/${index}`);
  for (const path of paths) assertEquals(await textOf(server, path), `GET ${path} `);
  assertEquals(server.connections(), 20);
  assertEquals(
    await Promise.all(paths.map((path) => textOf(server, path))),
    paths.map((path) => `GET ${path} `),
  );
  assertEquals(server.connections(), 40);
});

Deno.test("openSocket() uses the socket whatever NO_PROXY and HTTP_PROXY name", async () => {
  const names = ["NO_PROXY", "no_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY"];
  const before = names.map((name) => [name, Deno.env.get(name)] as const);
  try {
    for (const list of ["*,127.0.0.1,localhost", "*", "127.0.0.0/8,0.0.0.0/0", "::/0,100::/8,100::1"]) {
      for (const name of names) Deno.env.set(name, /no_/i.test(name) ? list : "http://127.0.0.1:9");
      await using server = await start(echo);
      assertEquals(await textOf(server, "/1.0"), "GET /1.0 ", list);
      assertEquals(Deno.env.get("NO_PROXY"), list, "programs that lxops starts see it");
    }
  } finally {
    for (const [name, value] of before) {
      value === undefined ? Deno.env.delete(name) : Deno.env.set(name, value);
    }
  }
});

Deno.test("openSocket() follows no redirect", async () => {
  await using server = await start(
    answers("HTTP/1.1 301 Moved\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"),
  );
  const response = await call(server.endpoint, { method: "GET", path: "/" });
  await response.body?.cancel();
  assertEquals([response.status, server.connections()], [301, 1]);
});

Deno.test("openSocket() sends text, bytes and streams", async () => {
  await using server = await start(async (wire) => {
    const head = await wire.readHead();
    const encoding = head!.headers.get("transfer-encoding");
    const text = encoding ?? `${head!.method} ${await wire.readBody(head!.headers)}`;
    await wire.write(`HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
    await wire.readHead();
  });
  assertEquals(await textOf(server, "/", { method: "POST", body: "body" }), "POST body");
  assertEquals(await textOf(server, "/", { method: "PUT", body: new Uint8Array([65]) }), "PUT A");
  assertEquals(await textOf(server, "/", { method: "DELETE" }), "DELETE ");
  const stream = new Response("streamed").body!;
  assertEquals(await textOf(server, "/", { method: "POST", body: stream }), "chunked");
});

Deno.test("openSocket() reads bodies in chunks, with a length, and up to the end", async () => {
  const cases: Record<string, string> = {
    "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nTrailer: x\r\n\r\n":
      "hello world",
    "transfer-encoding: chunked\r\n\r\n0\r\n\r\n": "",
    "Content-Length: 5\r\n\r\nhello": "hello",
    "\r\nto the end": "to the end",
  };
  for (const [answer, text] of Object.entries(cases)) {
    await using server = await start(answers(`HTTP/1.1 200 OK\r\n${answer}`));
    assertEquals(await textOf(server), text);
  }
});

Deno.test("openSocket() gives status and headers, and passes over what comes before the answer", async () => {
  await using server = await start(
    answers(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\nX-Incus-Type: file\r\nContent-Length: 0\r\n\r\n",
    ),
  );
  const response = await call(server.endpoint, { method: "GET", path: "/" });
  assertEquals([response.status, response.ok, response.headers.get("x-incus-type")], [404, false, "file"]);
  assertEquals(await bodyText(server.endpoint, "GET /", response), "");
});

Deno.test("openSocket() reports what is not HTTP, and what ends in the middle", async () => {
  const cases: readonly string[] = [
    "SSH-2.0-OpenSSH\r\n\r\n",
    "",
    "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
    "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
  ];
  for (const answer of cases) {
    await using server = await start(answers(answer));
    const { message } = await failure(textOf(server));
    assertStringIncludes(message, `Fake at "${server.endpoint.address}" broke the connection during GET / (`);
    const change = await failure(textOf(server, "/", { method: "POST", body: "{}" }));
    assertStringIncludes(change.message, "whether it was carried out is unknown");
    assertEquals(server.connections(), 2, "nothing is sent twice");
  }
});

Deno.test("openSocket() says where nothing listens", async () => {
  const endpoint = openSocket(fakeBackend, "/nonexistent/socket", ["advice"]);
  const { message, advice } = await failure(call(endpoint, { method: "GET", path: "/" }));
  assertEquals(message, 'Cannot reach Fake at "/nonexistent/socket": No such file or directory');
  assertEquals(advice, ["advice"]);
  endpoint.close();
});

Deno.test("openSocket() rejects with the signal's reason, before, at and after the head of the answer", async () => {
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

Deno.test("openSocket() gets the answer of a daemon that refuses a body without reading it", async () => {
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

Deno.test("openSocket() fails with the error of a body that it sends, also while the daemon reads nothing", async () => {
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
