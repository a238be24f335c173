/**
 * The help of every command is a golden file below `tests/cli/help`.
 * `UPDATE_GOLDEN=1 deno test -A tests/cli/command/help_test.ts` writes them anew.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { AnyCommand } from "../../../lib/cli/command/command.ts";
import { allCommands } from "../../../lib/cli/commands.ts";
import { globalFlags } from "../../../lib/cli/command/flags.ts";
import { helpText } from "../../../lib/cli/command/help.ts";
import { parseCommandLine } from "../../../lib/cli/command/parse.ts";
import { assertGoldenText } from "../../golden/text.ts";

const commands = await allCommands();

const GOLDEN = new URL("../help/", import.meta.url);

function paths(path: readonly AnyCommand[]): readonly (readonly AnyCommand[])[] {
  const last = path.at(-1)!;
  return [path, ...last.kind === "group" ? last.commands.flatMap((one) => paths([...path, one])) : []];
}

const ALL = new Map(paths([commands]).map((path) => [path.map(({ name }) => name).join("_"), path]));

for (const [name, path] of ALL) {
  Deno.test(`helpText() is the golden one: ${name.replaceAll("_", " ")}`, async () => {
    await assertGoldenText(helpText(path, globalFlags), new URL(`${name}.txt`, GOLDEN));
  });
}

Deno.test("helpText() has no golden file of a command that is gone", () => {
  const files = [...Deno.readDirSync(GOLDEN)].map(({ name }) => name.replace(".txt", ""));
  assertEquals(files.toSorted(), [...ALL.keys()].toSorted());
});

Deno.test("helpText() is plain text in lines that end, and names every flag and command", () => {
  for (const [name, path] of ALL) {
    const text = helpText(path, globalFlags);
    assertMatch(text, /^[\x20-\x7e\n]+\n$/, name);
    assert(!/ \n|\n\n\n/.test(text), `${name} has stray blanks`);
    const last = path.at(-1)!;
    const names = last.kind === "group"
      ? last.commands.map((one) => `  ${one.name} `)
      : Object.keys(last.flags).map((flag) => `  -${flag}`);
    for (const one of names) assert(text.includes(one), `${name} does not tell of ${one}`);
  }
});

Deno.test("every command's example is a command line that it takes", () => {
  for (const [name, path] of ALL) {
    const last = path.at(-1)!;
    if (last.kind === "group") continue;
    const words = last.example.replace(/ [<>|] .*/, "").split(" ");
    assertEquals(words[0], "lxops", name);
    const parsed = parseCommandLine(commands, globalFlags, words.slice(1));
    assertEquals(parsed.path, path, name);
  }
});

/** Requests and programs of a command, or the statement that it needs no daemon. */
const DONE =
  /\b(GET|POST|PUT|PATCH|DELETE|zfs|mkdir|chown|rsync|tar|ssh|cp|exec|request|written|replaced|read)\b|^nothing\b/;

for (const [name, path] of ALL) {
  const last = path.at(-1)!;
  Deno.test(`helpText() says all that is to be said of: ${name.replaceAll("_", " ")}`, () => {
    assertMatch(last.summary, /^[A-Z][^\n]{5,110}[^.\s]$/);
    const text = helpText(path, globalFlags);
    assertEquals(text.split("\n")[0], last.kind === "group" && last.own ? last.own.summary : last.summary);
    for (const command of last.kind === "command" ? [last] : last.own ? [last.own] : []) {
      assertMatch(command.underTheHood, DONE);
      const { usage, max } = command.operands;
      assertEquals(usage === "", max === 0, "operands have names, and only those that there are");
      assert(text.includes(`Usage: ${path.map((one) => one.name).join(" ")}`));
      assert(text.includes(`\nExample: ${command.example}\n`));
      assertMatch(text, /\nExit codes: (?:.*; )?see lxops help exit-codes\n/);
      for (const [flag, declared] of Object.entries(command.flags)) {
        const line = text.split("\n").find((one) => one.match(`^  -${flag}[ ,]`))!;
        assertMatch(declared.help, /^[A-Za-z].*[^.\s]$/, flag);
        const standard = "default" in declared ? String(declared.default) : "";
        if (declared.kind === "number" || standard !== "") {
          assertMatch(line, /\(default .+\)$|\(default: .+\)/, flag);
        }
        assertEquals(line.match(/\(default/g)?.length ?? 0, line.includes("(default") ? 1 : 0, flag);
      }
    }
  });
}
