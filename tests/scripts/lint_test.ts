import { assertEquals, assertStringIncludes } from "@std/assert";
import plugin from "../../scripts/lint/plugin.ts";
import { SAMPLES } from "./lint_samples.ts";

/** Gives `line: rule` of each finding in a file that stands at a path. */
function findings(path: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, path, source).map(({ id, range }) =>
    `${source.slice(0, range[0]).split("\n").length}: ${id.replace("lxops/", "")}`
  );
}

for (const { rule, path, bad, good } of SAMPLES) {
  Deno.test(`${rule} finds the errors in ${path}`, () => {
    for (const sample of bad) {
      const rules = findings(path, sample).map((each) => each.split(": ")[1]);
      assertEquals([...new Set(rules)], [rule], sample);
    }
  });

  Deno.test(`${rule} finds no error in ${path}`, () => {
    for (const sample of good) assertEquals(findings(path, sample), [], sample);
  });
}

Deno.test("a finding is at the line that breaks the rule", () => {
  assertEquals(findings("lib/run/x.ts", "/** One. */\nexport const a = 1;\nlet b = 2;\n"), [
    "3: module-state",
  ]);
});

Deno.test("apply() may ask for the dry run", () => {
  assertEquals(
    findings("lib/run/execute/apply.ts", "const f = (dryRun: boolean) => { if (dryRun) return; };"),
    [],
  );
});

Deno.test("entry points and scripts may exit and print, adapters may reach out", () => {
  assertEquals(
    findings("backends/incus.ts", "if (import.meta.main) Deno.exit(await main(backend, Deno.args));"),
    [],
  );
  assertEquals(findings("scripts/x.ts", 'const f = () => { console.log("a"); Deno.exit(1); };'), []);
  assertEquals(
    findings("lib/adapters/x.ts", "const f = () => new Deno.Command(fetch(new WebSocket(a)));"),
    [],
  );
});

Deno.test("every rule of the plugin has a bad sample", () => {
  const covered = new Set(SAMPLES.map(({ rule }) => rule));
  assertEquals(Object.keys(plugin.rules).filter((rule) => !covered.has(rule)), []);
});

Deno.test("a message says what to do", () => {
  const [finding] = Deno.lint.runPlugin(plugin, "lib/run/x.ts", "let a = 1;");
  assertStringIncludes(finding?.message ?? "", "pass the value on");
});
