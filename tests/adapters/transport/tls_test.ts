import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { X509Certificate } from "node:crypto";
import type { KeyPair } from "../../../lib/ports/trust.ts";
import { makeClientCertificate } from "../../../lib/adapters/remote/client_certificate.ts";
import type { Endpoint } from "../../../lib/adapters/transport/endpoint.ts";
import { bodyText, call } from "../../../lib/adapters/transport/http.ts";
import { fetchServerCertificate, openTls } from "../../../lib/adapters/transport/tls.ts";
import { ServerError } from "../../../lib/base/errors.ts";
import { rejection } from "../../support/rejection.ts";

interface Server extends AsyncDisposable {
  readonly url: string;
  /** The first line of each request. */
  readonly asked: string[];
}

/** A server that says "hello" to every request. */
function serve({ certificate, key }: KeyPair): Server {
  const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert: certificate, key });
  const asked: string[] = [];
  const answering = (async () => {
    for (;;) {
      let connection: Deno.TlsConn;
      try {
        connection = await listener.accept();
      } catch (error) {
        if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) return;
        continue;
      }
      await answer(connection, asked).catch(() => {});
    }
  })();
  return {
    url: `https://127.0.0.1:${listener.addr.port}`,
    asked,
    async [Symbol.asyncDispose]() {
      listener.close();
      await answering;
    },
  };
}

async function answer(connection: Deno.TlsConn, asked: string[]): Promise<void> {
  using open = connection;
  const buffer = new Uint8Array(65536);
  const count = await open.read(buffer);
  if (count === null) return;
  asked.push(new TextDecoder().decode(buffer.subarray(0, count)).split("\r\n")[0]!);
  const text = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello";
  await open.write(new TextEncoder().encode(text));
}

async function endpointOf(url: string, server?: string, connectLimitMs = 5000): Promise<Endpoint> {
  const credentials = server === undefined ? {} : { server };
  return await openTls({
    title: "Fake",
    service: "fake",
    remote: "far",
    url,
    credentials,
    advice: ["advice"],
    connectLimitMs,
  });
}

async function failure(endpoint: Endpoint): Promise<ServerError> {
  return await assertRejects(
    () => call(endpoint, { method: "GET", path: "/1.0" }),
    ServerError,
  ) as ServerError;
}

Deno.test("openTls() takes the certificate that was accepted, whatever names are in it", async () => {
  const pair = await makeClientCertificate("someone", new Date(), "server");
  await using server = serve(pair);
  const endpoint = await endpointOf(server.url, pair.certificate);
  const response = await call(endpoint, { method: "GET", path: "/1.0?a=b" });
  assertEquals(await bodyText(endpoint, "GET /1.0", response), "hello");
  endpoint.close();
  assertEquals(server.asked, ["GET /1.0?a=b HTTP/1.1"]);
  const stream = await endpoint.dial();
  await stream.write(new TextEncoder().encode("GET /raw HTTP/1.1\r\n\r\n"));
  const buffer = new Uint8Array(15);
  assert(await stream.read(buffer));
  assertStringIncludes(new TextDecoder().decode(buffer), "HTTP/1.1");
  stream.close();
});

/** A server that sends so many bytes to each client and ends. */
function sender({ certificate, key }: KeyPair, head: string, size: number): Disposable & { url: string } {
  const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert: certificate, key });
  const chunk = new Uint8Array(32768).fill(120);
  const answer = async (connection: Deno.TlsConn) => {
    using open = connection;
    await open.read(new Uint8Array(65536));
    const writer = open.writable.getWriter();
    await writer.write(new TextEncoder().encode(head));
    for (let sent = 0; sent < size; sent += chunk.length) await writer.write(chunk);
    await writer.close().catch(() => {});
  };
  (async () => {
    for await (const connection of listener) answer(connection).catch(() => {});
  })().catch(() => {});
  return {
    url: `https://127.0.0.1:${(listener.addr as Deno.NetAddr).port}`,
    [Symbol.dispose]: () => listener.close(),
  };
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not over within ${ms} ms`)), ms);
  });
  return await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

for (const pauseMs of [0, 1]) {
  Deno.test({
    name: `A stream of TLS ends after 32 MiB whose reader takes ${pauseMs} ms for each piece`,
    // Where the end does not come, what waits for it is left.
    sanitizeOps: false,
    sanitizeResources: false,
    async fn() {
      const pair = await makeClientCertificate("someone", new Date(), "server");
      const size = 32 * 1024 * 1024;
      using server = sender(pair, "", size);
      const stream = await (await endpointOf(server.url, pair.certificate)).dial();
      const readAll = async () => {
        await stream.write(new TextEncoder().encode("hello"));
        const buffer = new Uint8Array(65536);
        let read = 0;
        for (let count = await stream.read(buffer); count !== null; count = await stream.read(buffer)) {
          read += count;
          if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
        }
        return read;
      };
      assertEquals(await within(60_000, readAll()), size);
      stream.close();
    },
  });
}

Deno.test({
  name: "An answer over TLS that is cut off is an error, also where its reader is slow",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const pair = await makeClientCertificate("someone", new Date(), "server");
    const size = 8 * 1024 * 1024;
    using server = sender(pair, `HTTP/1.1 200 OK\r\nContent-Length: ${size + 1}\r\n\r\n`, size);
    const response = await call(await endpointOf(server.url, pair.certificate), { method: "GET", path: "/" });
    let read = 0;
    const readAll = async () => {
      for await (const chunk of response.body!) {
        read += chunk.length;
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    };
    await assertRejects(() => within(60_000, readAll()), Error, "before message completed");
    assertEquals(read, size);
  },
});

Deno.test("openTls() sends nothing to a server with another certificate of the same name", async () => {
  const [wanted, other] = await Promise.all(
    [1, 2].map(() => makeClientCertificate("one", new Date(), "server")),
  );
  await using server = serve(other!);
  const endpoint = await endpointOf(server.url, wanted!.certificate);
  const { message, status } = await failure(endpoint);
  assertEquals(
    [message, status],
    [`The certificate of Fake at "${server.url}" is not the one that was accepted for remote "far"`, 0],
  );
  await assertRejects(() => endpoint.dial(), ServerError, "is not the one that was accepted");
  assertEquals(server.asked, []);
});

Deno.test("openTls() trusts no certificate without an accepted signature", async () => {
  const pair = await makeClientCertificate("someone", new Date(), "server");
  await using server = serve(pair);
  assertStringIncludes(
    (await failure(await endpointOf(server.url))).message,
    "is not one that this machine trusts",
  );
  assertEquals(server.asked, []);
});

Deno.test("openTls() says so where the accepted certificate has expired", async () => {
  const pair = await makeClientCertificate("someone", new Date("2001-01-01T00:00:00Z"), "server");
  await using server = serve(pair);
  const { message } = await failure(await endpointOf(server.url, pair.certificate));
  assertStringIncludes(message, `The certificate of Fake at "${server.url}" is out of date`);
  assertEquals(server.asked, []);
});

Deno.test("openTls() gives up a server that refuses, or does not answer in time", async () => {
  const silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = `https://127.0.0.1:${silent.addr.port}`;
  const late = await failure(await endpointOf(url, undefined, 50));
  assertEquals(late.message, `Cannot reach Fake at "${url}": no answer within 0.05 s`);
  silent.close();
  const refused = await failure(await endpointOf(url));
  assertEquals([refused.message, refused.advice], [`Cannot reach Fake at "${url}": connection refused`, [
    "advice",
  ]]);
});

Deno.test("fetchServerCertificate() shows the certificate without trusting it", async () => {
  const pair = await makeClientCertificate("someone", new Date(), "server");
  await using server = serve(pair);
  const options = {
    title: "Fake",
    service: "fake",
    remote: "far",
    url: server.url,
    credentials: {},
    advice: [],
  };
  const found = await fetchServerCertificate(options);
  assertEquals(found.fingerprint256, new X509Certificate(pair.certificate).fingerprint256);
});

Deno.test("makeClientCertificate() makes a certificate that its own key has signed, for clients", async () => {
  const { certificate, key } = await makeClientCertificate("lxops@here", new Date("2026-01-02T03:04:05Z"));
  const found = new X509Certificate(certificate);
  assertEquals([found.subject, found.issuer], ["CN=lxops@here", "CN=lxops@here"]);
  assertEquals(new Date(found.validFrom).toISOString(), "2026-01-02T03:04:05.000Z");
  assertEquals(new Date(found.validTo).toISOString(), "2036-01-02T03:04:05.000Z");
  assertEquals(found.ca, false);
  assertEquals(found.verify(found.publicKey), true);
  assertStringIncludes(key, "-----BEGIN PRIVATE KEY-----\n");
});

Deno.test("openTls() names the remote whose file of the accepted certificate holds none", async () => {
  const options = { title: "Fake", service: "fake", remote: "far", url: "https://127.0.0.1:1", advice: [] };
  const error = await rejection(openTls({ ...options, credentials: { server: "junk" } }), ServerError);
  assertStringIncludes(error.message, 'accepted certificate of remote "far" holds no certificate');
  assertStringIncludes(error.advice.join("\n"), "lxops remote add far");
});
