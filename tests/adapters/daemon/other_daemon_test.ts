import { assertEquals, assertStringIncludes } from "@std/assert";
import { otherDaemonInstances } from "../../../lib/adapters/daemon/other_daemon.ts";
import type { Host } from "../../../lib/ports/mod.ts";
import { fakeBackend, fakeDaemon, refused, type Rules } from "../../fakes/fake_daemon.ts";

const INSTANCES = ["c1", "c2", "c3", "c4", "c5"].map((name) => ({
  name,
  project: name === "c3" ? "p" : "default",
  status: name === "c5" ? "Running" : "Stopped",
  type: "container",
}));

function working(description: string, ...paths: readonly string[]) {
  return { description, resources: { instances: paths } };
}

/** Returns the states of the instances of another daemon, its problem, and what it was asked. */
async function statesOf(operations: Rules[string]) {
  await using daemon = await fakeDaemon({
    "GET /1.0/operations": operations,
    "GET /1.0/instances": { metadata: INSTANCES },
  });
  const { otherDaemon } = fakeBackend;
  const host = { env: () => undefined, lstat: () => Promise.resolve({}) } as unknown as Host;
  const backend = { ...fakeBackend, otherDaemon: { ...otherDaemon, sockets: [daemon.socket] } };
  const { instances, problem } = await otherDaemonInstances(backend, host);
  const states = Object.fromEntries(instances.map(({ name, status }) => [name, status]));
  return { states, problem, asked: daemon.asked() };
}

const UNCHANGED = { c1: "Stopped", c2: "Stopped", c3: "Stopped", c4: "Stopped", c5: "Running" };

Deno.test("an instance that another daemon is starting is not a stopped one, whoever has asked for it", async () => {
  const { states, problem, asked } = await statesOf({
    metadata: {
      running: [
        working("Starting instance", "/1.0/instances/c1"),
        working("Restarting instance", "/1.0/instances/c3?project=p", "/1.0/instances/c4?project=q"),
        working("Starting instance", "/1.0/instances/c5"),
        working("Deleting instance", "/1.0/instances/c2"),
        { description: "Cleaning up", resources: null },
        {},
      ],
      success: [working("Starting instance", "/1.0/instances/c2")],
    },
  });
  assertEquals(states, { ...UNCHANGED, c1: "Starting", c3: "Starting" });
  assertEquals(problem, undefined);
  // A start that has ended before the first answer is in the second one.
  assertEquals(asked.map((one) => one.replace(/\?.*/, "")), ["GET /1.0/operations", "GET /1.0/instances"]);
});

Deno.test("a daemon that hides its operations is no reason to fail", async () => {
  for (const reply of [{ metadata: {} }, { metadata: null }, { metadata: { running: 1 } }]) {
    assertEquals((await statesOf(reply)).states, UNCHANGED);
  }
  assertEquals((await statesOf(refused(403, "not yours"))).states, UNCHANGED);
  assertStringIncludes((await statesOf(refused(500, "broken"))).problem ?? "", "broken");
});
