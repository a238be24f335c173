import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ServerError } from "../../../lib/base/errors.ts";
import { forwardCall } from "../../../lib/adapters/daemon/port_forward.ts";
import type { Endpoint } from "../../../lib/adapters/transport/endpoint.ts";
import type { Call } from "../../../lib/ports/dial.ts";

const CALL: Call = { address: "fd00::5", port: 80 };
const OPEN = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: tcp\r\nConnection: Upgrade\r\n\r\n";

interface Forwarded {
  readonly status?: number | undefined;
  readonly error?: unknown;
  /** Data that the daemon received, connection by connection. */
  readonly sent: readonly string[];
}

/** Forwards a call through a daemon that answers with these texts, one for each time that it is sent something. */
async function forwarded(answers: readonly string[], call = CALL, abortMs?: number): Promise<Forwarded> {
  const sent: string[] = [];
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serve = async () => {
    using connection = await listener.accept();
    const buffer = new Uint8Array(4096);
    for (const answer of answers) {
      const count = await connection.read(buffer);
      sent.push(new TextDecoder().decode(buffer.subarray(0, count ?? 0)));
      if (answer !== "") await connection.write(new TextEncoder().encode(answer));
    }
    // The client closes first, so that nothing is lost.
    while (await connection.read(buffer) !== null);
  };
  const served = serve().catch(() => {});
  const endpoint: Endpoint = {
    title: "Fake",
    service: "fake",
    address: "/run/fake",
    fetch: () => Promise.reject(new Error("not asked")),
    dial: () => Deno.connect({ port: (listener.addr as Deno.NetAddr).port }),
    close() {},
    advice: [],
  };
  const signal = abortMs === undefined ? new AbortController().signal : AbortSignal.timeout(abortMs);
  const outcome = await forwardCall(endpoint, { project: "web", name: "a b" }, call, signal).then(
    (status) => ({ status }),
    (error) => ({ error }),
  );
  await served;
  return { ...outcome, sent };
}

Deno.test("forwardCall() asks the daemon for a connection to a port, and for nothing more where only that counts", async () => {
  const { status, error, sent } = await forwarded([OPEN]);
  assertEquals([status, error], [undefined, undefined]);
  const [head, body] = sent.join("").split("\r\n\r\n");
  assertStringIncludes(head!, "POST /1.0/instances/a%20b/port-forward?project=web HTTP/1.1\r\n");
  assertStringIncludes(head!, "\r\nUpgrade: tcp\r\n");
  assertStringIncludes(`${head}\r\n`, `\r\nContent-Length: ${body!.length}\r\n`);
  assertEquals(JSON.parse(body!), { address: "fd00::5", port: 80 });
});

Deno.test("forwardCall() asks the server at the port for the status of a path", async () => {
  const call = { ...CALL, path: "/x" };
  const { status, sent } = await forwarded([OPEN, "HTTP/1.0 503 Unavailable\r\n\r\n"], call);
  assertEquals(status, 503);
  assertStringIncludes(sent[1]!, "GET /x HTTP/1.1\r\nHost: [fd00::5]:80\r\n");
  // A server that speaks first, together with the daemon's answer, is none of HTTP.
  assertEquals((await forwarded([`${OPEN}SSH-2.0-x\r\n`, ""], call)).status, undefined);
});

Deno.test("forwardCall() says why the daemon does not connect", async () => {
  const body = JSON.stringify({ type: "error", error: "connect: connection refused", error_code: 500 });
  const { error } = await forwarded([`HTTP/1.1 500 No\r\nContent-Length: ${body.length}\r\n\r\n${body}`]);
  assert(error instanceof ServerError);
  assertEquals([error.status, error.message.startsWith("connect: connection refused (POST /1.0/")], [
    500,
    true,
  ]);
  assert((await forwarded(["nonsense\r\n\r\n"])).error instanceof ServerError);
});

Deno.test("forwardCall() ends when its signal aborts", async () => {
  const { error } = await forwarded([""], CALL, 20);
  assertEquals((error as Error).name, "TimeoutError");
});
