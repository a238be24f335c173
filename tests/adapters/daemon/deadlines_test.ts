import { assertEquals, assertStringIncludes } from "@std/assert";
import { askWithGrace, jsonCall } from "../../../lib/adapters/daemon/operation.ts";
import { openChannel } from "../../../lib/adapters/transport/websocket.ts";
import { ServerError, TimeoutError } from "../../../lib/base/errors.ts";
import type { Request } from "../../../lib/ports/mod.ts";
import { fakeDaemon, refused } from "../../fakes/fake_daemon.ts";
import { rejection } from "../../support/rejection.ts";

const request: Request = { method: "POST", path: "/1.0/instances?project=p", body: { name: "c1" } };
const never = new AbortController().signal;

Deno.test("a daemon that does not answer a change in time, or opens no websocket, is not waited for", async () => {
  const silent = () => new Promise<void>(() => {});
  await using daemon = await fakeDaemon({
    "POST /1.0/instances": silent,
    "GET /1.0/operations/op/websocket": silent,
  });
  const { endpoint } = await daemon.connect();
  const late = await rejection(askWithGrace(endpoint, jsonCall(request), never, 50), TimeoutError);
  assertStringIncludes(late.message, "did not answer POST /1.0/instances?project=p within 0.05 s");
  assertEquals(late.unsettled, true);
  const path = "/1.0/operations/op/websocket?secret=s";
  assertStringIncludes(
    (await rejection(openChannel(endpoint, path, () => {}, 50), TimeoutError)).message,
    "opened no websocket within 0.05 s",
  );
});

Deno.test("a frozen instance is reported as frozen, with the request that thaws it", async () => {
  const { message, advice } = await rejection(
    (async () => {
      await using daemon = await fakeDaemon({
        "POST /1.0/instances/c1/exec": refused(400, "Instance is frozen"),
      });
      const { control } = await daemon.connect();
      await control.exec({ instance: { project: "p", name: "c1" }, argv: ["true"] }, () => {}, never);
    })(),
    ServerError,
  );
  assertStringIncludes(message, "Instance is frozen");
  assertStringIncludes(advice.join("\n"), `'{"action":"unfreeze"}' '/1.0/instances/c1/state?project=p'`);
});
