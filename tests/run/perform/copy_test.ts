/** Copies of results of a run, whose instance would go. */
import { assertEquals, assertRejects } from "@std/assert";
import { LxopsError, StateError } from "../../../lib/base/errors.ts";
import { missing } from "../../../lib/base/missing.ts";
import { perform } from "../../../lib/run/perform/perform.ts";
import { memoryServer } from "../../fakes/memory_server.ts";
import { recorder } from "../../fakes/recorder.ts";
import { worldOf } from "../../plan/world_spec.ts";

const COPY = {
  kind: "copy",
  direction: "out",
  instance: { project: "default", name: "r" },
  inside: "/out",
  outside: "/tmp/out",
  archive: false,
  overwrite: false,
  maxBytes: 1,
} as const;

/** Performs a copy that fails, and returns the requests before and after it, and the error. */
async function failed(reason: Error, saves: string | null = "r x", isAborted = false) {
  const world = worldOf({ instances: [{ name: "r", config: { "user.lxops.run": "r x" } }] });
  const abort = new AbortController();
  const recorded = recorder(memoryServer(world));
  const copy = () => {
    if (isAborted) abort.abort(reason);
    return Promise.reject(reason);
  };
  const controls = { ...recorded, control: { ...recorded.control, copy } };
  const effect = { ...COPY, ...(saves === null ? {} : { saves }) };
  const run = { instance: "r", controls, report: () => {}, signal: abort.signal };
  const error = await assertRejects(() => perform(effect, run), LxopsError);
  return { error, sent: recorded.effects.flatMap((one) => one.kind === "send" ? [one.body] : []) };
}

const TOO_LARGE = new StateError('"/out" has more than 1 MiB', {
  advice: ["Nothing was changed.", "To copy more, add --max-size MIB"],
});

Deno.test("perform() keeps the instance of a run whose results cannot be copied out, and says how to get them", async () => {
  const { error, sent } = await failed(TOO_LARGE);
  assertEquals(sent, [{ ephemeral: false, config: { "user.lxops.run.kept": "copy-out" } }]);
  assertEquals([error.message, ...error.advice], [
    '"/out" has more than 1 MiB',
    'Instance "r" is kept, as nothing else has the files',
    "To copy them: lxops cp r:/out PATH; larger ones: --max-size MIB",
    "To remove it then: lxops run --discard r",
  ]);
});

Deno.test("perform() keeps no instance where there is no such file, after a signal, or for another run", async () => {
  const none = missing("file", "/out", { where: ' in instance "r"' });
  assertEquals((await failed(none)).sent, []);
  assertEquals((await failed(TOO_LARGE, "r x", true)).sent, []);
  assertEquals((await failed(TOO_LARGE, "r of another run")).sent, []);
  assertEquals((await failed(TOO_LARGE, null)).error.advice, TOO_LARGE.advice);
});
