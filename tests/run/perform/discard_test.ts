import { assertEquals } from "@std/assert";
import { ServerError } from "../../../lib/base/errors.ts";
import type { InstanceInfo, InstanceServer } from "../../../lib/ports/mod.ts";
import { perform, type Report } from "../../../lib/run/perform/perform.ts";
import { memoryServer } from "../../fakes/memory_server.ts";
import { recorder } from "../../fakes/recorder.ts";
import { worldOf } from "../../plan/world_spec.ts";

const REF = { project: "default", name: "r" };

/** Discards an instance that a daemon shows in these states, one after the other. */
async function discarded(
  states: readonly (string | undefined)[],
  mark = "r x",
  answer?: () => never,
  runs?: true,
) {
  const world = worldOf({ instances: [{ name: "r", config: { "user.lxops.run": mark } }] });
  const [info] = [...world.instances.values()] as [InstanceInfo];
  const left = [...states];
  const instance: InstanceServer["instance"] = () => {
    const status = left.shift();
    return Promise.resolve(status === undefined ? undefined : { ...info, status });
  };
  const controls = recorder({ ...memoryServer(world), instance }, answer ? { send: answer } : {});
  const effect = { kind: "discard", instance: REF, mark: "r x", ...(runs ? { runs } : {}) } as const;
  await perform(effect, { instance: "r", controls, report: () => {}, signal: new AbortController().signal });
  return controls.effects.map((one) => one.kind === "send" ? one.method : one.kind);
}

Deno.test("perform() kills a throw-away instance, which its daemon then deletes", async () => {
  assertEquals(await discarded(["Running", undefined]), ["stop"]);
});

Deno.test("perform() deletes a throw-away instance that was never started", async () => {
  assertEquals(await discarded(["Stopped", undefined]), ["DELETE"]);
});

Deno.test("perform() continues until a throw-away instance is deleted, whatever its daemon refuses meanwhile", async () => {
  const refuse = () => {
    throw new ServerError("The instance is already stopped", { status: 400, request: "PUT" });
  };
  assertEquals(await discarded(["Running", "Stopped", undefined], "r x", refuse), ["stop", "DELETE"]);
});

Deno.test("perform() leaves an instance alone that another run has made since", async () => {
  assertEquals(await discarded(["Running"], "another"), []);
});

Deno.test("perform() kills an instance that was just seen to run without another look", async () => {
  // Every look would find another user's instance.
  assertEquals(await discarded(["Running"], "another", undefined, true), ["stop"]);
});

Deno.test("perform() leaves the daemon alone with an instance that does not go within a time limit", async () => {
  const world = worldOf({ instances: [{ name: "r", config: { "user.lxops.run": "r x" } }] });
  const controls = recorder(memoryServer(world), { send: () => new Promise<never>(() => {}) });
  const notes: string[] = [];
  const report: Report = (event) => void (event.kind === "note" && notes.push(event.text));
  const effect = { kind: "discard", instance: REF, mark: "r x", runs: true, seconds: 0.05 } as const;
  await perform(effect, { instance: "r", controls, report, signal: new AbortController().signal });
  assertEquals(controls.effects.length, 1);
  assertEquals(notes, [
    "the daemon still removes it after 0.05 s; to make sure that it goes: lxops run --sweep",
  ]);
});

Deno.test("perform() looks at an instance that could not be stopped", async () => {
  const refuse = () => {
    throw new ServerError("Instance not found", { status: 404, request: "PUT" });
  };
  assertEquals(await discarded(["Running"], "another", refuse, true), ["stop"]);
});

Deno.test("perform() leaves an instance that a failed copy has kept meanwhile", async () => {
  const config = { "user.lxops.run": "r x", "user.lxops.run.kept": "copy-out" };
  const controls = recorder(memoryServer(worldOf({ instances: [{ name: "r", config }] })));
  const effect = { kind: "discard", instance: REF, mark: "r x", spares: true } as const;
  await perform(effect, { instance: "r", controls, report: () => {}, signal: new AbortController().signal });
  assertEquals(controls.effects, []);
});
