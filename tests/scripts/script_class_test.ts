import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { SHORT } from "../../scripts/build/code_cache/evaluate.ts";
import { shortenScriptClass } from "../../scripts/build/script_class.ts";
import { run } from "../../scripts/build/run.ts";

const MODULE = `"use strict"; return ((function(){class WASI{${
  " ".repeat(900)
}}return{default:{WASI},WASI}})());`;
const OTHER = `"use strict"; return ((function(){return{other:1}})());`;

const bytes = (text: string) => Uint8Array.from(text, (one) => one.charCodeAt(0));
const text = (from: Uint8Array) => new TextDecoder("latin1").decode(from);

Deno.test("shortenScriptClass() replaces the text of one module, and moves nothing", () => {
  const binary = bytes(`\xff\0${OTHER}${MODULE}${OTHER}\xfe`);
  assert(shortenScriptClass(binary));
  const [, before, after] = text(binary).match(/^(\xff\0.*?\}\)\(\)\);)(.*)$/s)!;
  assertEquals(before, `\xff\0${OTHER}`);
  assertEquals(after!.length, MODULE.length + OTHER.length + 1);
  assert(after!.endsWith(`${OTHER}\xfe`));
  assert(after!.includes(`class WASI{static ${SHORT}=true`));
});

Deno.test("shortenScriptClass() leaves alone a binary whose module is another one", () => {
  for (const other of ["", OTHER, MODULE + MODULE, MODULE.replace("default:", "other:"), MODULE.slice(21)]) {
    const binary = bytes(other);
    assert(!shortenScriptClass(binary));
    assertEquals(text(binary), other);
  }
});

Deno.test("a Deno with the short class evaluates a script from its cache, and loads no other module for it", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const deno = join(directory, "deno");
    const binary = await Deno.readFile(Deno.execPath());
    assert(shortenScriptClass(binary), "the module of this Deno is another one");
    await Deno.writeFile(deno, binary, { mode: 0o755 });
    await Deno.writeTextFile(
      join(directory, "program.js"),
      "(function(module){module.exports={main:()=>7}})",
    );
    const program = join(directory, "program.ts");
    await Deno.writeTextFile(
      program,
      `import { evaluate } from "${new URL("../../scripts/build/code_cache/evaluate.ts", import.meta.url)}";
const { script } = await evaluate(import.meta.dirname, "program");
const { script: cached, program } = await evaluate(import.meta.dirname, "program", script.createCachedData());
console.log(cached.cachedDataRejected, program.main(), script.constructor.name);
`,
    );
    const { stdout, stderr } = await run(deno, ["run", "-q", "--no-check", "--no-config", "-A", program]);
    assertEquals([stdout.trim(), stderr], ["false 7 WASI", ""]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
