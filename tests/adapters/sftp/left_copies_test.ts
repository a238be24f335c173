/** Names of copies that are not complete, and what killed ones left. */
import { assert, assertEquals } from "@std/assert";
import { runStates, thisRun } from "../../../lib/adapters/host/runs.ts";
import { randomName } from "../../../lib/adapters/sftp/copying.ts";
import { nameOfRun, placeOf, runOfName } from "../../../lib/adapters/sftp/left_copies.ts";
import { parseRun, type Run } from "../../../lib/ports/runs.ts";

const ME: Run = { host: "h", machine: "m", boot: "b", pid: 7, start: "100", first: "1" };

Deno.test("a name tells its run only to processes of the same system, and for the same target", () => {
  const name = nameOfRun("data", { ...ME, pid: 8, start: "90" });
  assertEquals(runOfName(name, "data", ME), { ...ME, pid: 8, start: "90" });
  assertEquals(runOfName(name, "data2", ME), undefined);
  for (const other of [{ host: "i" }, { machine: "n" }, { boot: "c" }, { first: "2" }]) {
    assertEquals(runOfName(name, "data", { ...ME, ...other }), undefined);
  }
  for (
    const other of [randomName("data"), nameOfRun("data", undefined), "data", `${name}.more`, `x${name}`]
  ) {
    assertEquals(runOfName(other, "data", ME), undefined);
  }
});

Deno.test("a copy removes leftovers of killed copies to the same target, and nothing else", async () => {
  const directory = await Deno.makeTempDir({ prefix: "lxops-copies-" });
  try {
    const me = parseRun(await thisRun() ?? "");
    assert(me);
    const gone = nameOfRun("data", { ...me, pid: me.pid, start: "1" });
    const others = [
      nameOfRun("data", me),
      nameOfRun("other", { ...me, start: "1" }),
      randomName("data"),
      "data",
    ];
    await Deno.mkdir(`${directory}/${gone}/sub`, { recursive: true });
    for (const name of others) await Deno.writeTextFile(`${directory}/${name}`, "");
    // Where users cannot see each other's processes, it would not be known.
    const states: typeof runStates = async (texts, own) =>
      new Map(
        [...await runStates(texts, own)].map(([text, state]) => [text, state === "alive" ? state : "over"]),
      );
    const place = await placeOf(`${directory}/data`, "data", states);
    assertEquals([...Deno.readDirSync(directory)].map(({ name }) => name).sort(), others.sort());
    assert(place.startsWith(`${directory}/.data.lxops-`), place);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
