import { assertEquals } from "@std/assert";
import type { InstanceServer } from "../../../lib/ports/mod.ts";
import { perform, type Report } from "../../../lib/run/perform/perform.ts";
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

Deno.test("runProgram() ends a part of lxops whose shell prints without end, and passes little of it on", async () => {
  const ended = async (bounded: boolean) => {
    const recorded = recorder(memoryServer(worldOf({})));
    let shown = 0;
    const pipe: typeof recorded.control.pipe = (_exec, onBytes, signal) => {
      for (let count = 0; count < 1024 && !signal.aborted; count++) onBytes(new Uint8Array(1024), "stdout");
      return signal.aborted ? Promise.reject(signal.reason) : Promise.resolve(0);
    };
    const controls = { ...recorded, control: { ...recorded.control, pipe } };
    const report: Report = (event) => void (event.kind === "bytes" && (shown += event.bytes.length));
    const effect = {
      kind: "exec",
      instance: REF,
      argv: ["/bin/sh", "-s"],
      ...(bounded ? { bounded } : {}),
    } as Effect;
    const error = await perform(effect, {
      instance: "a",
      controls,
      report,
      signal: new AbortController().signal,
    }).then(() => undefined, (thrown) => thrown.message);
    return { error, shown };
  };
  assertEquals(await ended(true), {
    error: '"/bin/sh" in instance "a" was ended, as it printed more than 256 KiB',
    shown: 256 * 1024,
  });
  assertEquals(await ended(false), { error: undefined, shown: 1024 * 1024 });
});

Deno.test("runProgram() keeps secret variables off the command line of the daemon where the input is free", async () => {
  const exec = {
    kind: "exec",
    instance: REF,
    argv: ["make"],
    env: { KEY: "it's a secret\nb", "no name": "1", UID: "7" },
  } as const;
  const hidden = await performed({ ...exec, hidesEnv: true }, {});
  assertEquals(hidden.effects, [{
    kind: "exec",
    instance: REF,
    argv: ["/bin/sh", "-c", 'eval "$(cat)" && exec "$@" </dev/null', "sh", "make"],
    stdin: "export KEY='it'\\''s a secret\nb'\n",
    env: { "no name": "1", UID: "7" },
  }]);
  assertEquals((await performed(exec, {})).effects, [exec]);
  assertEquals((await performed({ ...exec, hidesEnv: true, inherits: true }, {})).effects, [
    { ...exec, inherits: true },
  ]);
});
