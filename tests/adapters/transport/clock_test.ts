/** The daemon's clock, as its answers tell it. */
import { assert, assertEquals } from "@std/assert";
import { timed } from "../../../lib/adapters/transport/clock.ts";
import type { Endpoint } from "../../../lib/adapters/transport/endpoint.ts";
import { fakeDaemon } from "../../fakes/fake_daemon.ts";

const HOUR = 3_600_000;

Deno.test("now() is the time of the daemon, whose machine is hours ahead or behind", async () => {
  for (const hours of [2, -2]) {
    const date = new Date(Date.now() + hours * HOUR).toUTCString();
    await using daemon = await fakeDaemon({
      "GET /1.0/profiles/a": {
        answer: { type: "sync", status_code: 200, metadata: {} },
        headers: { Date: date },
      },
    });
    const { server } = await daemon.connect();
    await server.get("/1.0/profiles/a");
    const off = server.now!() - Date.now() - hours * HOUR;
    assert(Math.abs(off) < 5000, `${off} ms`);
  }
});

Deno.test("now() is that of this machine where the clocks agree to the second, or nothing is known", async () => {
  let local = 1_000_000_900;
  let date: string | undefined;
  const reply = { status: 200, ok: true, body: null, headers: { get: () => date ?? null } };
  const { endpoint, now } = timed(
    { fetch: () => Promise.resolve(reply) } as unknown as Endpoint,
    () => local,
  );
  const ask = async (text: string | undefined) => {
    date = text;
    await endpoint.fetch("/1.0", {});
    return now() - local;
  };
  assertEquals(now() - local, 0);
  assertEquals(await ask(undefined), 0);
  assertEquals(await ask(new Date(1_000_000_000).toUTCString()), 0);
  assertEquals(await ask(new Date(1_000_060_000).toUTCString()), 59_100);
  local += 500;
  assertEquals(now(), 1_000_060_500);
  assertEquals(await ask("no time"), 59_100);
  assertEquals(await ask(new Date(1_000_001_000).toUTCString()), 0);
});
