import { assertEquals, assertStringIncludes } from "@std/assert";
import { Http1Pool } from "../../../lib/adapters/transport/http1_pool.ts";
import { rejection } from "../../support/rejection.ts";
import { Wire } from "../../fakes/wire.ts";

/** A server that does as it is told with each connection, and a pool of connections to it. */
interface Server extends AsyncDisposable {
  readonly pool: Http1Pool;
  /** How many connections were opened. */
  connections(): number;
}

type Serve = (wire: Wire, connection: number) => Promise<void>;

async function start(serve: Serve, silenceMs?: number): Promise<Server> {
  const directory = await Deno.makeTempDir({ prefix: "lxops-http1-" });
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
  const pool = new Http1Pool(() => Deno.connect({ transport: "unix", path }), silenceMs);
  return {
    pool,
    connections: () => wires.length,
    async [Symbol.asyncDispose]() {
      pool.close();
      listener.close();
      await accepting;
      for (const wire of wires) wire.close();
      await Promise.all(serving);
      await Deno.remove(directory, { recursive: true });
    },
  };
}

/** Answers every request of a connection with its path, and what its body was. */
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

const failure = (promise: Promise<unknown>) => rejection(promise, Error);

const textOf = async (server: Server, path = "/", init: RequestInit = {}) =>
  await (await server.pool.fetch(path, init)).text();

Deno.test("Http1Pool sends one request after the other over one connection", async () => {
  await using server = await start(echo);
  assertEquals(await textOf(server, "/a"), "GET /a ");
  assertEquals(await textOf(server, "/b", { method: "POST", body: "body" }), "POST /b body");
  assertEquals(await textOf(server, "/c", { method: "PUT", body: new Uint8Array([65]) }), "PUT /c A");
  assertEquals(await textOf(server, "/d", { method: "DELETE" }), "DELETE /d ");
  assertEquals(server.connections(), 1);
});

Deno.test("Http1Pool opens a connection for each of several requests at once, and no other", async () => {
  await using server = await start(echo);
  const paths = ["/1", "/2", "/3", "/4"];
  assertEquals(
    await Promise.all(paths.map((path) => textOf(server, path))),
    paths.map((path) => `GET ${path} `),
  );
  assertEquals(
    await Promise.all(paths.map((path) => textOf(server, path))),
    paths.map((path) => `GET ${path} `),
  );
  assertEquals(server.connections(), 4);
});

Deno.test("Http1Pool ends a connection that nobody needs", async () => {
  const ended = Promise.withResolvers<void>();
  await using server = await start(async (wire) => {
    await echo(wire);
    ended.resolve();
  });
  assertEquals(await textOf(server, "/a"), "GET /a ");
  await ended.promise;
  assertEquals(await textOf(server, "/b"), "GET /b ");
  assertEquals(server.connections(), 2);
});

Deno.test("Http1Pool asks again over a new connection where an idle one was ended", async () => {
  await using server = await start(async (wire, connection) => {
    await wire.readHead();
    await wire.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
    if (connection === 1) await wire.readHead();
  });
  assertEquals(await textOf(server), "x");
  assertEquals(await textOf(server), "x");
  assertEquals(server.connections(), 2);
});

Deno.test("Http1Pool does not send a change again", async () => {
  await using server = await start(async (wire) => {
    await wire.readHead();
    await wire.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
    await wire.readHead();
  });
  assertEquals(await textOf(server), "x");
  const error = await failure(textOf(server, "/", { method: "POST", body: "{}" }));
  assertEquals(error.message, "connection closed before message completed");
  assertEquals(server.connections(), 1);
});

Deno.test("Http1Pool reads bodies in chunks, with a length, and to the end", async () => {
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

Deno.test("Http1Pool gives status and headers, and passes over what comes before the answer", async () => {
  await using server = await start(
    answers(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\nX-Incus-Type: file\r\nContent-Length: 0\r\n\r\n",
    ),
  );
  const response = await server.pool.fetch("/", {});
  assertEquals([response.status, response.headers.get("x-incus-type"), await response.text()], [
    404,
    "file",
    "",
  ]);
});

Deno.test("Http1Pool reads ten megabytes that come in pieces", async () => {
  const piece = new Uint8Array(10_000).fill(120);
  await using server = await start(async (wire) => {
    await wire.readHead();
    await wire.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (let i = 0; i < 1000; i++) {
      await wire.write("2710\r\n");
      await wire.write(piece);
      await wire.write("\r\n");
    }
    await wire.write("0\r\n\r\n");
  });
  const bytes = await new Response((await server.pool.fetch("/", {})).body).bytes();
  assertEquals([bytes.length, bytes.every((byte) => byte === 120)], [10_000_000, true]);
});

Deno.test("Http1Pool sends a stream in chunks", async () => {
  await using server = await start(async (wire) => {
    const head = await wire.readHead();
    const text = head?.headers.get("transfer-encoding") ?? "";
    await wire.write(`HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
    await wire.readHead();
  });
  const body = new Response("streamed").body!;
  assertEquals(await textOf(server, "/", { method: "POST", body }), "chunked");
});

Deno.test("Http1Pool refuses what is not HTTP, or ends in the middle", async () => {
  const cases: Record<string, string> = {
    "SSH-2.0-OpenSSH\r\n\r\n": "not an answer of HTTP",
    "": "connection closed before message completed",
    "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf": "connection closed before message completed",
    "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n": "is not the length of an answer",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n": "is not the size of a chunk",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel":
      "connection closed before message completed",
  };
  for (const [answer, message] of Object.entries(cases)) {
    await using server = await start(answers(answer));
    assertStringIncludes((await failure(textOf(server))).message, message);
  }
  await using server = await start(answers(`HTTP/1.1 200 OK\r\n${"X-Long: y\r\n".repeat(7000)}`));
  assertStringIncludes((await failure(textOf(server))).message, "too long");
});

Deno.test("Http1Pool rejects with the signal's reason, before, at and after the head of the answer", async () => {
  const never = new Promise<void>(() => {});
  const reason = new Error("enough");
  await using server = await start(async (wire) => {
    const head = await wire.readHead();
    if (head?.path === "/body") await wire.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    controller?.abort(reason);
    await Promise.race([never, wire.readHead()]);
  });
  let controller: AbortController | undefined;
  assertEquals(await failure(textOf(server, "/", { signal: AbortSignal.abort(reason) })), reason);
  controller = new AbortController();
  assertEquals(await failure(textOf(server, "/head", { signal: controller.signal })), reason);
  controller = undefined;
  const late = new AbortController();
  const response = await server.pool.fetch("/body", { signal: late.signal });
  late.abort(reason);
  await failure(response.text());
});

Deno.test("A pool gives up an answer in whose middle the other side falls silent", async () => {
  await using server = await start(async (wire) => {
    await wire.readHead();
    await wire.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
    await wire.readHead();
  }, 200);
  assertEquals((await failure(textOf(server))).message, "nothing came for 0.2 s");
});

Deno.test("A pool waits for the beginning of an answer, and for a reader that is slow", async () => {
  const pause = () => new Promise((resolve) => setTimeout(resolve, 300));
  await using server = await start(async (wire) => {
    await wire.readHead();
    await pause();
    await wire.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
    await wire.write(new Uint8Array(100000));
  }, 100);
  const reply = await server.pool.fetch("/", {});
  let size = 0;
  for await (const chunk of reply.body!) {
    await pause();
    size += chunk.length;
  }
  assertEquals(size, 100000);
});

Deno.test("A pool fails with the reason why a body that it sends cannot be read on", async () => {
  await using server = await start(async (wire) => {
    await wire.readHead();
    await wire.readHead();
  });
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.error(new Error("the source was cut off"));
    },
  });
  assertEquals(
    (await failure(server.pool.fetch("/", { method: "POST", body }))).message,
    "the source was cut off",
  );
});

Deno.test("A pool refuses an answer whose last lines have no end", async () => {
  await using server = await start(async (wire) => {
    await wire.readHead();
    await wire.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n");
    for (;;) await wire.write("X: y\r\n".repeat(100));
  });
  assertEquals((await failure(textOf(server))).message, "the answer has no end");
});
