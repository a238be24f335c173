import { assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { checkFile } from "../../scripts/lint/files.ts";
import { parseReport } from "../../scripts/lint.ts";

function rules(path: string, text: string): string[] {
  return checkFile(path, text).map(({ line, rule }) => `${line}: ${rule}`);
}

Deno.test("checkFile() finds a module that is longer than 300 lines", () => {
  assertEquals(rules("lib/x.ts", "a;\n".repeat(300)), []);
  assertEquals(rules("lib/x.ts", "a;\n".repeat(301)), ["301: file-length"]);
  assertEquals(rules("tests/x_test.ts", "a;\n".repeat(301)), ["301: file-length"]);
  assertEquals(rules("README.md", "a\n".repeat(301)), []);
});

Deno.test("checkFile() finds characters that are not ASCII, also control characters", () => {
  assertEquals(rules("lib/x.ts", 'const a = "\u00e9";'), ["1: ascii"]);
  assertEquals(rules("scripts/test", "#!/bin/sh\necho \u2713\n"), ["2: ascii"]);
  assertEquals(rules("lib/x.ts", 'const a = "\u001b[0m";'), ["1: ascii"]);
  assertEquals(rules("lib/x.ts", 'const a = "\\u00e9";\t'), []);
  assertStringIncludes(checkFile("lib/x.ts", "\u2026")[0]?.message ?? "", "U+2026");
});

Deno.test("checkFile() skips the texts of other authors", () => {
  assertEquals(rules("tests/config/corpus/a.ts", "\u00e9"), []);
});

Deno.test("checkFile() finds a file name that is not in snake_case", () => {
  assertEquals(rules("lib/plan/hostCommands.ts", ""), ["1: file-name"]);
  assertEquals(rules("lib/plan/host-commands.ts", ""), ["1: file-name"]);
  assertEquals(rules("lib/plan/host_commands.ts", ""), []);
  assertEquals(rules("lib/base/std.d.ts", ""), []);
});

Deno.test("checkFile() finds rules that are ignored", () => {
  const ignore = "deno-lint-ignore";
  assertEquals(rules("lib/x.ts", `// ${ignore}-file\n`), ["1: ignore"]);
  assertEquals(rules("lib/x.ts", `a;\n// ${ignore} lxops/pure\n`), ["2: ignore"]);
  assertEquals(rules("tests/x_test.ts", `// ${ignore} no-explicit-any\n`), []);
});

Deno.test("parseReport() reads what deno lint prints as JSON", () => {
  const json = JSON.stringify({
    diagnostics: [
      {
        filename: "lib/a.ts",
        range: { start: { line: 3 } },
        message: "Wrong",
        code: "lxops/pure",
        hint: null,
      },
      {
        filename: "lib/b.ts",
        range: { start: { line: 4 } },
        message: "Bad",
        code: "no-var",
        hint: "Use const",
      },
    ],
    errors: [{ file_path: "lib/c.ts", message: "Expected ;\n  at c.ts" }],
  });
  assertEquals(parseReport(json), [
    { file: "lib/a.ts", line: 3, rule: "lxops/pure", message: "Wrong" },
    { file: "lib/b.ts", line: 4, rule: "no-var", message: "Bad (Use const)" },
    { file: "lib/c.ts", line: 1, rule: "parse", message: "Expected ;" },
  ]);
});

Deno.test("scripts/lint.ts prints a finding a line and exits 1", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const bad = join(directory, "Bad-Name.ts");
    const good = join(directory, "good.ts");
    await Deno.writeTextFile(bad, "export const a = 1;\nvar b = 2;\nexport const c = b;\n");
    await Deno.writeTextFile(good, "export const a = 1;\n");
    const script = fromFileUrl(new URL("../../scripts/lint.ts", import.meta.url));
    const lint = (...args: string[]) =>
      new Deno.Command(Deno.execPath(), { args: ["run", "-q", "-A", script, ...args] }).output();
    const failed = await lint(bad);
    const lines = new TextDecoder().decode(failed.stdout).trimEnd().split("\n");
    assertEquals(failed.code, 1);
    assertEquals(lines.map((line) => line.split(": ", 2).join(": ")), [
      `${bad}:1: file-name`,
      `${bad}:2: no-var`,
    ]);
    assertEquals((await lint(good)).code, 0);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
