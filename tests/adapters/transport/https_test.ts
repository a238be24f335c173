import { assertEquals, assertStringIncludes } from "@std/assert";
import { makeClientCertificate } from "../../../lib/adapters/remote/client_certificate.ts";
import { openTls } from "../../../lib/adapters/transport/tls.ts";
import type { KeyPair } from "../../../lib/ports/trust.ts";
import { echo, failure, type Serve, type Server, serverOf, testClient, textOf } from "./client_contract.ts";

async function start(serve: Serve): Promise<Server> {
  const { certificate, key }: KeyPair = await makeClientCertificate("someone", new Date(), "server");
  const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert: certificate, key });
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
  return serverOf(listener, endpoint, serve);
}

testClient("openHttps()", start);

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
