import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { checkedScript, withCommands } from "../../scripts/build/code_cache/entries.ts";
import { evaluate, SCRIPTS } from "../../scripts/build/code_cache/evaluate.ts";
import { run } from "../../scripts/build/run.ts";

const ROOT = new URL("../../", import.meta.url);

Deno.test("the commands of a warm-up end as they should, so that the code cache has what they run", async () => {
  for (const backend of ["incus", "lxd"]) {
    const program = `
import { runAll } from "${ROOT}scripts/build/code_cache/warm_up.ts";
import { main } from "${ROOT}main.ts";
import { backend } from "${ROOT}backends/${backend}.ts";
console.log(JSON.stringify(await runAll({ main, backend })));
Deno.exit(0);
`;
    const file = await Deno.makeTempFile({ suffix: ".ts" });
    try {
      await Deno.writeTextFile(file, program);
      const { stdout, stderr } = await run(
        Deno.execPath(),
        ["run", "-q", "-A", "--no-check", "--config", join(ROOT.pathname, "deno.json"), file],
        { env: { HOME: "/warm", INCUS_SOCKET: "/warm/socket", LXD_SOCKET: "/warm/socket" } },
      );
      assertEquals([stdout.trim(), stderr], ["[]", ""], backend);
    } finally {
      await Deno.remove(file);
    }
  }
});

Deno.test("a program is evaluated from a code cache as it is without, and where the cache is of another", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const text =
      "module.exports={main:(backend,args)=>args.map((one)=>[backend.id,one,this]),backend:{id:1}}";
    await Deno.writeTextFile(join(directory, "program.js"), checkedScript(text));
    const first = await evaluate(directory, "program");
    const wanted = [[1, "a", undefined]];
    const { main, backend } = first.program;
    assertEquals(main(backend, ["a"]) as unknown, wanted);
    const cache = first.script.createCachedData();
    const cached = await evaluate(directory, "program", cache);
    assertEquals(cached.script.cachedDataRejected, false);
    assertEquals(cached.program.main(cached.program.backend, ["a"]) as unknown, wanted);
    await Deno.writeTextFile(join(directory, "program.js"), checkedScript(`${text};`));
    const other = await evaluate(directory, "program", cache);
    assertEquals(other.script.cachedDataRejected, true);
    assertEquals(other.program.main(other.program.backend, ["a"]) as unknown, wanted);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("checkedScript() leaves imports of node to its caller, and refuses others", async () => {
  const script = checkedScript('exports.path=()=>import("node:path")');
  const exports: { path?: () => unknown } = {};
  (0, eval)(script)({ exports }, exports, (name: string) => Promise.resolve(name));
  assertEquals(await exports.path?.(), "node:path");
  assertThrows(() => checkedScript('import("./part1.js")'), Error, "imports more than modules of node");
});

Deno.test("the table of a script's commands has these commands, and no other", async () => {
  const table = await Deno.readTextFile(new URL("lib/cli/commands.ts", ROOT));
  for (const [script, commands] of Object.entries(SCRIPTS)) {
    const names = [...withCommands(table, commands).matchAll(/import\("\.\/commands\/.*\)\)\.(\w+)/g)];
    assertEquals(names.map(([, name]) => name).sort(), [...commands].sort(), script);
  }
  assertThrows(() => withCommands(table, ["launch", "lunch"]), Error, "has only launch");
});
