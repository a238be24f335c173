import { assertEquals } from "@std/assert";
import type { InstanceServer } from "../../../lib/ports/mod.ts";
import { perform } from "../../../lib/run/perform/perform.ts";
import type { Effect } from "../../../lib/step/step.ts";
import { memoryServer } from "../../fakes/memory_server.ts";
import { recorder } from "../../fakes/recorder.ts";
import { worldOf } from "../../plan/world_spec.ts";

const REF = { project: "default", name: "a" };

async function performed(effect: Effect, answers: Partial<InstanceServer>) {
  const controls = recorder({ ...memoryServer(worldOf({})), ...answers });
  const signal = new AbortController().signal;
  const error = await perform(effect, { instance: "a", controls, report: () => {}, signal })
    .then(() => undefined, (thrown) => thrown);
  return { effects: controls.effects, error };
}

const IN_WORK: Effect = { kind: "exec", instance: REF, argv: ["make"], cwd: "/work" };

Deno.test("runProgram() runs no program where the directory that it is to start in is not there", async () => {
  const isDirectory = (_: unknown, path: string) => Promise.resolve(path === "/work");
  const running = worldOf({ instances: [{ name: "a" }] }).instances.values().next().value!;
  const instance = () => Promise.resolve({ ...running, status: "Running" });
  const there = await performed(IN_WORK, { isDirectory });
  assertEquals([there.error, there.effects], [undefined, [IN_WORK]]);
  for (const kind of ["exec", "shell"] as const) {
    const { effects, error } = await performed({ ...IN_WORK, kind, cwd: "/wrok" }, { isDirectory, instance });
    assertEquals(effects, []);
    assertEquals([error.message, error.exitCode], ['There is no directory "/wrok" in instance "a"', 7]);
  }
});

Deno.test("runProgram() leaves it to the daemon to say that an instance is not there or does not run", async () => {
  const isDirectory = () => Promise.resolve(false);
  const { effects } = await performed(IN_WORK, { isDirectory, instance: () => Promise.resolve(undefined) });
  assertEquals(effects, [IN_WORK]);
});
