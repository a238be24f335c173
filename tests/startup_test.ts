/** Tests which modules every start loads, also that of `lxops version`; scripts/bench/README.md has figures. */
import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";

const ROOT = new URL("../", import.meta.url);

interface Info {
  readonly modules: readonly {
    readonly specifier: string;
    readonly size?: number;
    readonly dependencies?: readonly {
      readonly isDynamic?: boolean;
      readonly code?: { readonly specifier: string };
    }[];
  }[];
}

/** The modules that are loaded with an entry point, each by the way that leads to it. */
async function loadedWith(entry: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--no-lock", entry],
    cwd: fromFileUrl(ROOT),
    env: { NO_COLOR: "1" },
  }).output();
  const { modules }: Info = JSON.parse(new TextDecoder().decode(stdout));
  const known = new Map(modules.map((one) => [one.specifier, one]));
  const ways = new Map<string, readonly string[]>();
  const visit = (specifier: string, way: readonly string[]) => {
    if (ways.has(specifier)) return;
    const here = [...way, specifier.replace(ROOT.href, "")];
    ways.set(specifier, here);
    for (const { isDynamic, code } of known.get(specifier)?.dependencies ?? []) {
      if (code && !isDynamic) visit(code.specifier, here);
    }
  };
  visit(new URL(entry, ROOT).href, []);
  return ways;
}

for (const entry of ["backends/incus.ts", "backends/lxd.ts"]) {
  Deno.test(`${entry} loads no schema, no YAML and nothing of node before it knows the command`, async () => {
    const ways = await loadedWith(entry);
    assert(ways.size > 20, `only ${ways.size} modules were found`);
    const heavy = [...ways].filter(([specifier]) => /npm:.*(?:zod|yaml)|\/zod|\/yaml|^node:/.test(specifier));
    assertEquals(heavy.map(([, way]) => way.join(" > ")), []);
  });
}
