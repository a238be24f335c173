import { assert, assertEquals, assertMatch } from "@std/assert";
import { ServerError, StateError } from "../../../lib/base/errors.ts";
import type { Peek } from "../../../lib/ports/peek.ts";
import type { Request } from "../../../lib/ports/mod.ts";
import type { RunEvent } from "../../../lib/run/events.ts";
import { perform } from "../../../lib/run/perform/perform.ts";
import type { IdComparison } from "../../../lib/step/step.ts";
import { memoryServer } from "../../fakes/memory_server.ts";
import { recorder, type RecorderOptions } from "../../fakes/recorder.ts";
import { worldOf } from "../../plan/world_spec.ts";

const MADE = "made";
const GUARD = { "linux.kernel_modules": "lxops_spare_do_not_start" };
/** The user's own modules, which the guard replaces. */
const NOTE = {
  "user.lxops.nics": JSON.stringify({ config: { "linux.kernel_modules": "zfs" }, devices: {} }),
};
const COMPARISON: IdComparison = {
  instance: { project: "default", name: "a" },
  made: MADE,
  how: "keep",
  ids: "u:redis:121:122:/:/bin/false\n",
  directories: ["/data"],
};

interface Setup extends RecorderOptions {
  readonly comparison?: Partial<IdComparison>;
  readonly role?: string;
  readonly files?: Readonly<Record<string, Peek | Error>>;
  readonly aborted?: true;
}

async function compared({ comparison, role = "unfinished", files = {}, aborted, ...options }: Setup) {
  const world = worldOf({
    instances: [{
      name: MADE,
      status: "Stopped",
      config: { ...GUARD, ...NOTE, "user.lxops.role": role, "volatile.uuid": "1" },
      devices: { own: { type: "none" } },
    }],
  });
  const accounts: Readonly<Record<string, Peek | Error>> = {
    "/etc/passwd": { text: "redis:x:100:100::/:/bin/false\n" },
    "/etc/group": { text: "" },
    ...files,
  };
  const server = {
    ...memoryServer(world),
    readSmall: (_: unknown, path: string) => {
      const answer = accounts[path]!;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
  const refusing = (request: Request) => {
    if ((request.body as { action?: string }).action === "start") {
      throw new ServerError("missing", { status: 400 });
    }
  };
  const controls = recorder(server, { send: refusing, ...options });
  const events: RunEvent[] = [];
  const signal = aborted ? AbortSignal.abort(new Error("interrupted")) : new AbortController().signal;
  const error = await perform({ kind: "ids", ...COMPARISON, ...comparison }, {
    instance: "a",
    controls,
    report: (event) => events.push(event),
    signal,
  }).then(() => undefined, (thrown) => thrown);
  const notes = events.flatMap((event) => event.kind === "note" ? [event.text] : []);
  const sent = controls.effects.flatMap((effect) => effect.kind === "send" ? [effect] : []);
  return { error, notes, sent, effects: controls.effects };
}

/** A walk through the directories that finds these. */
const finds = (...lines: readonly string[]): Pick<RecorderOptions, "exec"> => ({
  exec: (_exec, onLine) => {
    for (const line of lines) onLine(line, "stdout");
    return 0;
  },
});

Deno.test("different ids are reported while files have them, and the new instance is not changed", async () => {
  const { error, notes, sent } = await compared(finds("u 121"));
  assertEquals(error, undefined);
  assertEquals(notes[0], "user redis has id 121 in the old root filesystem and 100 in the new one");
  assertEquals(notes.at(-1), "  find /data -xdev -user 121 -exec chown -h 100 {} +");
  // A guard refuses too early; a device that is missing takes its place, for this one start.
  assertEquals(sent.map(({ method, path }) => `${method} ${path}`), [
    `PATCH /1.0/instances/${MADE}`,
    `PUT /1.0/instances/${MADE}/state`,
    `PUT /1.0/instances/${MADE}`,
  ]);
  const [before, , after] = sent.map(({ body }) => body as Record<string, Record<string, unknown>>);
  assertEquals(before!["config"], { "linux.kernel_modules": "zfs" });
  assertEquals(Object.keys(before!["devices"]!), ["lxops-refused-start"]);
  assertEquals(after!["config"], {
    ...GUARD,
    ...NOTE,
    "user.lxops.role": "unfinished",
    "volatile.uuid": "1",
  });
  assertEquals(after!["devices"], { own: { type: "none" } });
});

Deno.test("ids that no file has are not told, and all are where that cannot be known", async () => {
  assertEquals((await compared(finds())).notes, []);
  assertEquals((await compared(finds("late"))).notes.length, 4);
  assertEquals((await compared({ exec: () => 127 })).notes.length, 4);
  assertEquals((await compared({ exec: () => Promise.reject(new ServerError("frozen")) })).notes.length, 4);
  assertEquals((await compared(finds("x".repeat(1_000_000)))).notes, []);
});

Deno.test("ids that differ are refused where that is asked for", async () => {
  const { error, notes, sent } = await compared({ comparison: { how: "refuse" }, ...finds("u 121") });
  assert(error instanceof StateError);
  assertMatch(
    error.message,
    /^Instance "a" is not replaced, as .*: user redis has id 121 in the old .* 100 in/,
  );
  assertEquals([notes, sent.length], [[], 3]);
});

Deno.test("files of a new instance that cannot be read are compared by that itself", async () => {
  for (const answer of [{ text: "", strange: "it is a directory" }, new ServerError("no", { status: 500 })]) {
    const { error, notes, sent } = await compared({
      comparison: { how: "refuse" },
      files: { "/etc/passwd": answer },
    });
    assertEquals([error, sent.length], [undefined, 3]);
    assertMatch(
      notes.join("\n"),
      /^The users and groups of "made" cannot be read before it starts, .*/,
    );
  }
});

Deno.test("an instance that is no new one of a rebuild is not started", async () => {
  const { sent, notes } = await compared({ role: "", ...finds("u 121") });
  assertEquals([sent, notes.length], [[], 4]);
});

Deno.test("a new instance that starts against all expectation is killed, and not used", async () => {
  const { error, effects } = await compared({ send: () => {}, ...finds() });
  assert(error instanceof StateError);
  assertEquals(effects.at(-1)?.kind, "stop");
});
