import { assert, assertEquals } from "@std/assert";
import { CommandError, TimeoutError } from "../../../lib/base/errors.ts";
import type { RunEvent } from "../../../lib/run/events.ts";
import { perform } from "../../../lib/run/perform/perform.ts";
import type { Batch, Effect } from "../../../lib/step/step.ts";
import { memoryServer } from "../../fakes/memory_server.ts";
import { markerLine, recorder } from "../../fakes/recorder.ts";
import { worldOf } from "../../plan/world_spec.ts";

const BATCH = {
  kind: "batch",
  instance: { project: "web", name: "a" },
  argv: ["/bin/sh", "-s"],
  stdin: "script",
  marker: "m1",
  items: [
    { title: "Install nginx", location: { file: "a.cfg", line: 3, column: 1 } },
    { title: "Run it" },
  ],
} as const satisfies Effect;

/** Carries out the batch in an instance that prints these lines; those that begin with `@` are markers. */
async function performed(
  printed: readonly string[],
  code: number,
  more: Partial<typeof BATCH> & { optional?: true } = {},
) {
  const controls = recorder(memoryServer(worldOf({})), {
    exec: (_exec, onLine) => {
      for (const line of printed) {
        onLine(line.startsWith("@") ? markerLine(BATCH, line.slice(1)) : line, "stdout");
      }
      return code;
    },
  });
  const events: RunEvent[] = [];
  const { signal } = new AbortController();
  const report = (event: RunEvent) => void events.push(event);
  const error = await perform({ ...BATCH, ...more }, { instance: "a", controls, report, signal })
    .then(() => undefined, (thrown) => thrown);
  return { error, events, effects: controls.effects };
}

async function failed(printed: readonly string[], code: number): Promise<[string, string]> {
  const { error } = await performed(printed, code);
  assert(error instanceof CommandError, `it did not fail: ${error}`);
  assertEquals([error.code, error.argv], [code, BATCH.argv]);
  return [error.message, error.stderr];
}

Deno.test("perform() carries out a batch and reports each item", async () => {
  const { error, events, effects } = await performed(
    ["@start 0", "hello", "lxops: user ann exists", "@end 0 0 7.05", "@skip 1"],
    0,
  );
  assertEquals(error, undefined);
  const { instance, argv, stdin } = BATCH;
  assertEquals(effects, [{ kind: "exec", instance, argv, stdin }]);
  assertEquals(events, [
    { kind: "item", instance: "a", title: "Install nginx" },
    { kind: "output", instance: "a", line: "hello", stream: "stdout" },
    { kind: "note", instance: "a", text: "user ann exists" },
    { kind: "item-done", instance: "a", title: "Install nginx", seconds: 7.05, skipped: false },
    { kind: "item-done", instance: "a", title: "Run it", skipped: true },
  ]);
});

Deno.test("perform() names the item of a batch that failed, its place, and the last lines of its output", async () => {
  const noise = Array.from({ length: 30 }, (_, index) => `line ${index}`);
  assertEquals(await failed(["early", "@start 0", ...noise, "@end 0 100 1"], 100), [
    '"Install nginx" (a.cfg:3) failed in instance "a": exit code 100',
    noise.slice(10).join("\n"),
  ]);
});

Deno.test("perform() quotes what the failed item of a batch printed, not those before it", async () => {
  assertEquals(await failed(["@start 0", "one", "@end 0 0 1", "@start 1", "two", "@end 1 3 1"], 3), [
    '"Run it" failed in instance "a": exit code 3',
    "two",
  ]);
});

Deno.test("perform() names the item of a batch in which the script was killed", async () => {
  assertEquals(await failed(["@start 0", "@end 0 0 1", "@start 1", "two"], 137), [
    '"Run it" failed in instance "a": exit code 137',
    "two",
  ]);
});

Deno.test("perform() blames no item of a batch that was done when the script ended after it", async () => {
  assertEquals(await failed(["@start 0", "one", "@end 0 0 1", "Killed"], 137), [
    'The script of the items ended in instance "a" after "Install nginx", 1 of 2: exit code 137',
    "Killed",
  ]);
});

Deno.test("perform() does not believe an exit code of 0 where items of a batch are missing", async () => {
  assertEquals(
    (await failed(["@start 0", "@end 0 0 1"], 0))[0],
    'The script of the items ended in instance "a" after "Install nginx", 1 of 2: exit code 0',
  );
  assertEquals(
    (await failed(["@start 0"], 0))[0],
    '"Install nginx" (a.cfg:3) failed in instance "a": the script ended in the middle of it',
  );
  assertEquals(await failed(["what is this?"], 0), [
    '"/bin/sh -s" failed in instance "a": it ended before its first item',
    "what is this?",
  ]);
});

Deno.test("perform() says of an instance without a shell that there is none", async () => {
  assertEquals(
    (await failed([], 127))[0],
    '"/bin/sh -s" failed in instance "a": there is no such program in it',
  );
});

Deno.test("perform() shows the output of a shell that does not understand the script", async () => {
  assertEquals(await failed(["syntax error"], 2), [
    '"/bin/sh -s" failed in instance "a": exit code 2',
    "syntax error",
  ]);
});

Deno.test("perform() recognizes output that looks like markers", async () => {
  const other = markerLine({ marker: "m2" }, "end 0 0 1");
  for (const line of [other, "end 0 0 1", "@end 1 0 1", "@start 1", "@skip 1", "@end 0", "@end 0 0"]) {
    assertEquals(
      (await failed(["@start 0", line], 0))[0],
      '"Install nginx" (a.cfg:3) failed in instance "a": the script ended in the middle of it',
    );
  }
  // A program in the item may well print the item's own end: what is left to do is then missing.
  const { error } = await performed(["@start 0", "@end 0 0 1", "@end 0 7 1"], 7);
  assertEquals(error.code, 7);
});

Deno.test("perform() passes output of a command on, and quotes its last errors where it fails", async () => {
  const batch = { ...BATCH, items: [BATCH.items[0], { title: "Run it", prints: true }] } as const;
  const encoder = new TextEncoder();
  const { control, ...controls } = recorder(memoryServer(worldOf({})));
  const events: RunEvent[] = [];
  const pipe: typeof control.pipe = (_exec, onBytes) => {
    const out = (text: string) => onBytes(encoder.encode(text), "stdout");
    const err = (text: string) => onBytes(encoder.encode(text), "stderr");
    out(`${markerLine(batch, "skip 0")}\n${markerLine(batch, "start 1")}\n`);
    err(`${markerLine(batch, "start 1")}\n`);
    for (let line = 0; line < 40; line++) out(`line ${line}\n`);
    err("lxops: no note\nwrong");
    out(`half${markerLine(batch, "end 1 3 1")}\nlxops: ended after 1 seconds\n`);
    return Promise.resolve(3);
  };
  const { signal } = new AbortController();
  const report = (event: RunEvent) =>
    void events.push(event.kind === "bytes" ? { ...event, bytes: event.bytes.slice() } : event);
  const run = { instance: "a", controls: { ...controls, control: { ...control, pipe } }, report, signal };
  const error = await perform(batch, run).then(() => undefined, (thrown) => thrown);
  const lines = (error as CommandError).stderr.split("\n");
  assertEquals(lines.slice(0, 2), ["line 23", "line 24"]);
  assertEquals(lines.slice(-4), ["half", "lxops: no note", "wrong", "lxops: ended after 1 seconds"]);
  const printed = (wanted: string) =>
    events.flatMap((event) =>
      event.kind === "bytes" && event.stream === wanted ? [new TextDecoder().decode(event.bytes)] : []
    ).join("");
  assertEquals(printed("stderr"), "lxops: no note\nwrong");
  assertEquals(
    printed("stdout"),
    Array.from({ length: 40 }, (_, line) => `line ${line}\n`).join("") + "half",
  );
  assertEquals(events.filter(({ kind }) => kind === "note"), [
    { kind: "note", instance: "a", text: "ended after 1 seconds" },
  ]);
});

/** Carries out a batch whose shell does this much and hangs. */
async function hung(
  printed: readonly string[],
  limits: Pick<Batch, "beginSeconds" | "itemSeconds"> & Partial<Pick<Batch, "items">>,
) {
  const controls = recorder(memoryServer(worldOf({})), {});
  const pipe: typeof controls.control.pipe = (_exec, onBytes, signal) => {
    for (const line of printed) onBytes(new TextEncoder().encode(`${markerLine(BATCH, line)}\n`), "stdout");
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  };
  return await perform({ ...BATCH, ...limits }, {
    instance: "a",
    controls: { ...controls, control: { ...controls.control, pipe } },
    report: () => {},
    signal: new AbortController().signal,
  }).then(() => undefined, (thrown) => thrown);
}

Deno.test("perform() gives up a batch whose shell hangs before, between or after its items", async () => {
  for (
    const printed of [[], ["start 0", "end 0 0 0.1"], ["start 0", "end 0 0 0.1", "start 1", "end 1 0 0.1"]]
  ) {
    const error = await hung(printed, { beginSeconds: 0.05 });
    assert(error instanceof TimeoutError);
    assertEquals(error.message, 'the shell of instance "a" did not continue its script within 0.05 s');
  }
});

Deno.test("perform() gives up an item of lxops' own that does not end, where no limit is set for all items", async () => {
  const items = [{ ...BATCH.items[0], seconds: 0.05 }, BATCH.items[1]];
  const error = await hung(["start 0"], { beginSeconds: 60, items });
  assert(error instanceof TimeoutError);
  assertEquals(error.message, '"Install nginx" (a.cfg:3) did not end within 0.05 s in instance "a"');
  assertEquals(
    error.advice.at(-1),
    "To give each item more time: --step-timeout SECONDS, where the command has it",
  );
});

Deno.test("perform() continues without the shell of an optional batch, and says so", async () => {
  const { error, events } = await performed(["sh: not found"], 127, { optional: true });
  assertEquals(error, undefined);
  assertEquals(events.at(-1), {
    kind: "note",
    instance: "a",
    text: "The ids of users and groups were not compared, as there is no /bin/sh",
  });
  assert((await performed(["@start 0"], 127, { optional: true })).error instanceof CommandError);
});
