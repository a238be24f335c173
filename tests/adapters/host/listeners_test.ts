import { assert, assertEquals } from "@std/assert";
import { listeners, parseSockets } from "../../../lib/adapters/host/listeners.ts";

const HEAD =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

Deno.test("parseSockets() reads the sockets that listen, of both versions", () => {
  const text = HEAD +
    "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1\n" +
    "   1: 0100007F:1F91 0100007F:1234 01 00000000:00000000 00:00000000 00000000     0        0 1\n" +
    "   2: 00000000000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 1\n" +
    "   3: 0000000000000000FFFF00000200000A:0051 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 1\n";
  assertEquals(parseSockets(text, "tcp", "0A"), [
    { protocol: "tcp", address: "127.0.0.1", port: 8080 },
    { protocol: "tcp", address: "0:0:0:0:0:0:0:1", port: 80 },
    { protocol: "tcp", address: "10.0.0.2", port: 81 },
  ]);
});

Deno.test("listeners() finds a port that this program listens at", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const found = await listeners();
  listener.close();
  assert(found?.some((one) => one.port === port && one.address === "127.0.0.1" && one.protocol === "tcp"));
});
