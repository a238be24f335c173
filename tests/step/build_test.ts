import { assertEquals } from "@std/assert";
import { run, runEffect, send, sendEffect } from "../../lib/step/build.ts";

const COMMAND = { argv: ["zfs", "destroy", "tank/a"] } as const;
const REQUEST = { method: "PUT", path: "/1.0/instances/a/state", body: { action: "start" } } as const;

Deno.test("run() builds a step with the parts of its effect", () => {
  assertEquals(run("Destroy it", COMMAND), { title: "Destroy it", effect: { kind: "run", ...COMMAND } });
  assertEquals(run("Destroy it", COMMAND, { busyText: "is busy", counts: "files", commits: true }), {
    title: "Destroy it",
    effect: { kind: "run", ...COMMAND, busyText: "is busy", counts: "files" },
    commits: true,
  });
});

Deno.test("send() builds a step with the parts of its effect", () => {
  const undo = runEffect(COMMAND);
  assertEquals(send("Start it", REQUEST), { title: "Start it", effect: { kind: "send", ...REQUEST } });
  assertEquals(send("Start it", REQUEST, { already: "already running", undo }), {
    title: "Start it",
    effect: { kind: "send", ...REQUEST, already: "already running" },
    undo: { kind: "run", ...COMMAND },
  });
  assertEquals(sendEffect(REQUEST, { already: "x" }), { kind: "send", ...REQUEST, already: "x" });
});
