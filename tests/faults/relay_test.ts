import { assertEquals, assertRejects } from "@std/assert";
import { connect } from "../../scripts/testbed/rest.ts";
import { Counter, type Point, pointText, type Verdict } from "./points.ts";
import { startRelay } from "./relay.ts";

/** Runs an action with a relay in front of a daemon that counts its requests. */
async function relayed(
  atPoint: (point: Point) => Verdict,
  action: (socket: string) => Promise<void>,
): Promise<{ readonly asked: readonly string[]; readonly points: readonly string[] }> {
  const dir = await Deno.makeTempDir();
  const asked: string[] = [];
  const points: string[] = [];
  const server = Deno.serve({ path: `${dir}/daemon`, onListen: () => {} }, (request) => {
    asked.push(`${request.method} ${new URL(request.url).pathname}`);
    return Response.json({ type: "sync", metadata: "done" });
  });
  const counter = new Counter([["web", "NAME"], ["http://[100::1]", ""]]);
  const relay = startRelay(`${dir}/relay`, `${dir}/daemon`, counter, (point) => {
    points.push(pointText(point));
    return Promise.resolve(atPoint(point));
  });
  try {
    await action(relay.path);
  } finally {
    relay.close();
    await server.shutdown();
    await Deno.remove(dir, { recursive: true });
  }
  return { asked, points };
}

const send = async (socket: string, method: string, path: string) => {
  using rest = connect(socket, 5_000);
  return await rest.send(method, path);
};

Deno.test("a relay stops before and after requests that change something or wait, and passes the others on", async () => {
  const { points } = await relayed(() => "go", async (socket) => {
    assertEquals(await send(socket, "GET", "/1.0/instances"), "done");
    assertEquals(await send(socket, "DELETE", "/1.0/instances/web"), "done");
    assertEquals(await send(socket, "DELETE", "/1.0/instances/web"), "done");
    const operation = "/1.0/operations/0d3f54dc-9a14-4e7b-8a0c-1d2b3c4d5e6f/wait?timeout=30";
    assertEquals(await send(socket, "GET", operation), "done");
  });
  assertEquals(points, [
    "before DELETE /1.0/instances/NAME",
    "after DELETE /1.0/instances/NAME",
    "before DELETE /1.0/instances/NAME (2)",
    "after DELETE /1.0/instances/NAME (2)",
    "before GET /1.0/operations/UUID/wait",
    "after GET /1.0/operations/UUID/wait",
  ]);
});

Deno.test("a relay refuses a request, or drops the answer to a request that was carried out", async () => {
  const refused = await relayed(() => "fail", async (socket) => {
    await assertRejects(() => send(socket, "POST", "/1.0/profiles"), Error, "Fault of a test");
  });
  assertEquals(refused.asked, []);
  const lost = await relayed(({ side }) => side === "after" ? "cut" : "go", async (socket) => {
    await assertRejects(() => send(socket, "POST", "/1.0/profiles"));
  });
  assertEquals(lost.asked, ["POST /1.0/profiles"]);
});
