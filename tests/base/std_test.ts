import { assert, assertEquals } from "@std/assert";

/** Modules of the standard library by name, with the names of the values that their types declare. */
async function declared(): Promise<ReadonlyMap<string, readonly string[]>> {
  const text = await Deno.readTextFile(new URL("../../lib/base/std.d.ts", import.meta.url));
  const modules = [...text.matchAll(/^declare module "([^"]+)" \{\n(.*?)^\}/gms)];
  return new Map(modules.map(([, name = "", body = ""]) => [
    name,
    [...body.matchAll(/^ {2}export (?:async )?(?:function|const|class) (\w+)/gm)].map(([, each = ""]) =>
      each
    ),
  ]));
}

Deno.test("the declared values of the standard library are in its modules", async () => {
  const modules = await declared();
  assert(modules.size > 0);
  for (const [name, values] of modules) {
    const real: Readonly<Record<string, unknown>> = await import(name);
    assert(values.length > 0, name);
    assertEquals([name, values.filter((value) => typeof real[value] !== "function")], [name, []]);
  }
});
