import { assertEquals, assertNotEquals } from "@std/assert";
import { ancestors, parentOf, readStat, runStates, thisRun } from "../../../lib/adapters/host/runs.ts";
import { parseRun, runText } from "../../../lib/ports/runs.ts";

Deno.test("readStat() reads a process, whatever the name of its program", () => {
  const rest = `S ${"1 ".repeat(18)}777 0 0`;
  assertEquals(readStat(`42 (a) R 1 (b) ${rest}`), { pid: 42, state: "S", start: "777" });
  assertEquals([readStat(""), readStat("cat: /proc/42/stat: No such file or directory")], [
    undefined,
    undefined,
  ]);
});

Deno.test("runStates() distinguishes running runs from those that have ended", async () => {
  const own = await thisRun();
  const me = parseRun(own!)!;
  assertEquals([me.pid, runText(me)], [Deno.pid, own]);
  const over = runText({ ...me, start: "1" });
  const gone = runText({ ...me, pid: 2 ** 22 + 1 });
  const before = runText({ ...me, boot: "another" });
  const elsewhere = runText({ ...me, host: "another" });
  const container = runText({ ...me, pid: 2 ** 22 + 1, first: "1" });
  const older = runText({ host: me.host, machine: me.machine, boot: me.boot, pid: 2 ** 22 + 1, start: "1" });
  const cloned = runText({ ...me, machine: "another" });
  const states = await runStates([own!, over, gone, before, container, older, elsewhere, cloned, "true"]);
  assertEquals(Object.fromEntries(states), {
    [own!]: "alive",
    [over]: "over",
    [gone]: "over",
    [before]: "over",
    [container]: "elsewhere",
    [older]: "over",
    [elsewhere]: "elsewhere",
    [cloned]: "elsewhere",
  });
  assertNotEquals(over, own);
  // Without numbers of their own, machines of one name may be two, and hidden processes may run.
  const nameless = { ...me, machine: "-" };
  const hidden = runText({ host: me.host, machine: me.machine, boot: me.boot, pid: me.pid, start: me.start });
  const restarted = runText({ ...nameless, boot: "another" });
  assertEquals(
    (await runStates([restarted], Promise.resolve(runText(nameless)))).get(restarted),
    "elsewhere",
  );
  assertEquals((await runStates([gone], Promise.resolve(hidden))).get(gone), "elsewhere");
});

Deno.test("ancestors() are the processes that have started this one, whatever they are called", async () => {
  assertEquals([parentOf("42 (a) R 1 (b) S 7 42 42 0"), parentOf("")], [7, 0]);
  const found = await ancestors();
  assertEquals([found.has(Deno.ppid), found.has(Deno.pid)], [true, false]);
});
