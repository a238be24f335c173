/** The deletion of an instance that is gone. */
import { assertEquals } from "@std/assert";
import { ServerError } from "../../../lib/base/errors.ts";
import { execute } from "../../../lib/run/execute/execute.ts";
import type { Step } from "../../../lib/step/step.ts";
import { memoryServer } from "../../fakes/memory_server.ts";
import { recorder } from "../../fakes/recorder.ts";
import { plan } from "../../support/steps.ts";
import { worldOf } from "../../plan/world_spec.ts";

/** Returns how many plans fail whose request is answered with a status. */
async function failed(removes: Step["removes"], status: number): Promise<number> {
  const request = { method: "DELETE", path: "/1.0/instances/a" } as const;
  const step: Step = {
    title: "Delete a",
    effect: { kind: "send", ...request },
    ...(removes ? { removes } : {}),
  };
  const controls = recorder(memoryServer(worldOf({})), {
    send: () => {
      throw new ServerError("Instance not found", { status });
    },
  });
  const options = { parallel: 1, undoOnFailure: false };
  const { signal } = new AbortController();
  const all = await execute({ first: [], each: [plan("a", step)] }, options, {
    controls,
    report: () => {},
    signal,
  });
  return all.length;
}

Deno.test("execute() takes an instance for deleted that is gone, where that was asked for", async () => {
  const gone = [{ kind: "instance", project: "", name: "a" }] as const;
  assertEquals([await failed(gone, 404), await failed(gone, 403), await failed(undefined, 404)], [0, 1, 1]);
});
