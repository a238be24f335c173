import { assert, assertEquals, assertRejects } from "@std/assert";
import { dial } from "../../../lib/adapters/host/dial.ts";

/** Runs a test with a server that answers each connection with a text, and keeps what it was sent. */
async function withServer(answer: string | undefined, test: (port: number, sent: string[]) => Promise<void>) {
  const sent: string[] = [];
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open: Deno.Conn[] = [];
  const serve = async () => {
    for await (const connection of listener) {
      open.push(connection);
      const buffer = new Uint8Array(4096);
      const count = await connection.read(buffer).catch(() => null);
      sent.push(new TextDecoder().decode(buffer.subarray(0, count ?? 0)));
      if (answer !== undefined) {
        await connection.write(new TextEncoder().encode(answer)).catch(() => {});
        connection.close();
        open.pop();
      }
    }
  };
  const served = serve().catch(() => {});
  try {
    await test((listener.addr as Deno.NetAddr).port, sent);
  } finally {
    listener.close();
    for (const one of open) one.close();
    await served;
  }
}

const never = () => new AbortController().signal;

Deno.test("dial() connects to a port, and asks a server for the status of a path", async () => {
  await withServer("HTTP/1.0 503 Unavailable\r\nA: b\r\n\r\n", async (port, sent) => {
    const address = "127.0.0.1";
    assertEquals(await dial({ address, port }, never()), undefined);
    assertEquals(await dial({ address, port, path: "/a?b=c" }, never()), 503);
    assertEquals(
      sent.at(-1),
      `GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUser-Agent: lxops\r\nAccept: */*\r\nConnection: close\r\n\r\n`,
    );
  });
});

Deno.test("dial() finds no status in other data than an HTTP answer, however long it is", async () => {
  for (const answer of ["SSH-2.0-x\r\n", "", "x".repeat(1_000_000)]) {
    await withServer(answer, async (port) => {
      const asked = dial({ address: "127.0.0.1", port, path: "/" }, never());
      assertEquals(await asked.catch(() => undefined), undefined);
    });
  }
});

Deno.test("dial() fails where nothing listens, and ends when its signal aborts", async () => {
  let closed = 0;
  await withServer("", (port) => Promise.resolve(void (closed = port)));
  await assertRejects(
    () => dial({ address: "127.0.0.1", port: closed }, never()),
    Deno.errors.ConnectionRefused,
  );
  await withServer(undefined, async (port) => {
    const late = new AbortController();
    const asked = dial({ address: "127.0.0.1", port, path: "/" }, late.signal);
    setTimeout(() => late.abort(new Error("late")), 50);
    const start = performance.now();
    await assertRejects(() => asked, Error, "late");
    assert(performance.now() - start < 10_000);
  });
});
