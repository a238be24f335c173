import { assertEquals } from "@std/assert";
import type { App } from "../../../../lib/cli/command/app.ts";
import { settled } from "../../../../lib/cli/shared/lifecycle/settled.ts";
import type { PlanOptions, Target } from "../../../../lib/plan/world.ts";
import type { InstanceServer } from "../../../../lib/ports/mod.ts";

Deno.test("a command that replaces data waits for operations of the daemon, and asks again after them", async () => {
  const starting = { class: "task", status_code: 103, resources: { instances: ["/1.0/instances/a"] } };
  const answers = [{ running: [starting] }, {}];
  const server = { get: () => Promise.resolve(answers.shift()) } as unknown as InstanceServer;
  const asked = {} as InstanceServer;
  const app = {
    server: () => Promise.resolve(server),
    signal: new AbortController().signal,
  } as unknown as App;
  const targets = [{ instance: { name: "a", project: "", filesystems: [] } }] as unknown as readonly Target[];
  const options = { resume: false, readySeconds: 5 } as PlanOptions;
  assertEquals(await settled(asked, targets, { options }, app) === asked, true);
  assertEquals(answers.length, 2);
  assertEquals(await settled(asked, targets, { options, settles: true }, app) === server, true);
  assertEquals(answers.length, 0);
});
