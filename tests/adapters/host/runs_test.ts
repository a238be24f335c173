import { assertEquals, assertNotEquals } from "@std/assert";
import { readStat, runStates, thisRun } from "../../../lib/adapters/host/runs.ts";
import { parseRun, runText } from "../../../lib/ports/runs.ts";

Deno.test("readStat() reads what a process is, whatever its program is called", () => {
  const rest = `S ${"1 ".repeat(18)}777 0 0`;
  assertEquals(readStat(`42 (a) R 1 (b) ${rest}`), { pid: 42, state: "S", start: "777" });
  assertEquals([readStat(""), readStat("cat: /proc/42/stat: No such file or directory")], [
    undefined,
    undefined,
  ]);
});

Deno.test("runStates() tells runs that go on from those that have ended", async () => {
  const own = await thisRun();
  const me = parseRun(own!)!;
  assertEquals([me.pid, runText(me)], [Deno.pid, own]);
  const over = runText({ ...me, start: "1" });
  const gone = runText({ ...me, pid: 2 ** 22 + 1 });
  const before = runText({ ...me, boot: "another" });
  const elsewhere = runText({ ...me, host: "another" });
  const cloned = runText({ ...me, machine: "another" });
  const states = await runStates([own!, over, gone, before, elsewhere, cloned, "true"]);
  assertEquals(Object.fromEntries(states), {
    [own!]: "alive",
    [over]: "over",
    [gone]: "over",
    [before]: "over",
    [elsewhere]: "elsewhere",
    [cloned]: "elsewhere",
  });
  assertNotEquals(over, own);
});
