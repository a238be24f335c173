/**
 * The help of every command is a golden file below `tests/cli/help`.
 * `UPDATE_GOLDEN=1 deno test -A tests/cli/command/help_test.ts` writes them anew.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { AnyCommand } from "../../../lib/cli/command/command.ts";
import { allCommands } from "../../../lib/cli/commands.ts";
import { globalFlags } from "../../../lib/cli/command/flags.ts";
import { dashed } from "../../../lib/cli/command/dashed.ts";
import { flagLines, flagTitle } from "../../../lib/cli/command/flag_lines.ts";
import { helpText, textColumns, TOPIC_NAMES } from "../../../lib/cli/command/help.ts";
import { topicText } from "../../../lib/cli/actions/configs/help.ts";
import { wrapLong } from "../../../lib/base/wrap.ts";
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
      : flagLines(last.flags).map((line) => `  ${flagTitle(line)}`);
    for (const one of names) assert(text.includes(one), `${name} does not tell of ${one}`);
    if (last.kind === "group") continue;
    for (const [flag, { hidden }] of Object.entries(last.flags)) {
      if (hidden) assert(!text.includes(dashed(flag)), `${name} tells of ${flag}`);
    }
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
    const summary = last.kind === "group" && last.own ? last.own.summary : last.summary;
    assert(text.replaceAll(/\s+/g, " ").startsWith(`${summary} `));
    const plain = text.replaceAll(/\s+/g, " ");
    for (const command of last.kind === "command" ? [last] : last.own ? [last.own] : []) {
      assertMatch(command.underTheHood, DONE);
      const { usage, max } = command.operands;
      assertEquals(usage === "", max === 0, "operands have names, and only those that there are");
      assert(text.includes(`Usage: ${path.map((one) => one.name).join(" ")}`));
      assertMatch(text, new RegExp(`\nExample:(?: |\n  )${RegExp.escape(command.example)}\n`));
      assertMatch(plain, / Exit codes: (?:.*; )?see lxops help exit-codes/);
      for (const line of flagLines(command.flags)) {
        assert(plain.includes(`${flagTitle(line)} ${line.help}`.replaceAll(/\s+/g, " ")), flagTitle(line));
      }
      for (const [flag, declared] of Object.entries(command.flags)) {
        assertMatch(declared.help, /^[A-Za-z].*[^.\s]$/, flag);
        // A flag is written with two dashes, unless it has one letter.
        assert(!/(^|\s)-[a-z]{2}/.test(declared.help), declared.help);
        const help = flagLines({ [flag]: { ...declared, hidden: false } })[0]!.help;
        if ("default" in declared && declared.default !== "") {
          assertMatch(help, /\(default: .+\)$|\(default: .+\)/, flag);
        }
        assert((help.match(/\(default/g)?.length ?? 0) <= 1, flag);
      }
    }
  });
}

Deno.test("helpText() fits terminals of every width, and breaks at words only", () => {
  for (const [name, path] of ALL) {
    const words = helpText(path, globalFlags).split(/\s+/).toSorted();
    for (const width of [40, 60, 80, 100, 300]) {
      const text = helpText(path, globalFlags, { width });
      assertEquals(text.split(/\s+/).toSorted(), words, `${name} at ${width}`);
      if (width < 80) continue;
      const long = text.split("\n").filter((line) => line.length >= width);
      assertEquals(long, [], `${name} at ${width}`);
    }
  }
});

Deno.test("the topics of the help fit a terminal of 80 columns, and no word is lost", async () => {
  for (const topic of TOPIC_NAMES) {
    const text = await topicText(topic, []);
    const shown = wrapLong(text, textColumns());
    assertEquals(shown.split("\n").filter((line) => line.length > 79), [], topic);
    assertEquals(shown.split(/\s+/), text.split(/\s+/), topic);
  }
});

Deno.test("helpText() of -h has the flags of the command, the names of the others, and the way to all", () => {
  for (const [name, path] of ALL) {
    const last = path.at(-1)!;
    const short = helpText(path, globalFlags, { isShort: true });
    assert(short.length <= helpText(path, globalFlags).length, name);
    assert(short.split("\n").length < 50, name);
    if (last.kind === "group") continue;
    assert(short.includes(`\nMore: ${name.replaceAll("_", " ")} --help\n`), name);
    for (const [flag, { hidden }] of Object.entries(last.flags)) {
      if (!hidden) assert(short.includes(dashed(flag)), `${name} -h has no ${flag}`);
    }
  }
});

Deno.test("the help lists every command in one section", () => {
  const listed = (commands.sections ?? []).flatMap(({ names }) => names);
  assertEquals(listed, commands.commands.map(({ name }) => name));
  for (const { title } of commands.sections ?? []) {
    assert(helpText([commands], globalFlags).includes(`\n${title}:\n`));
  }
});

Deno.test("the examples of the help are command lines of lxops", () => {
  const [, text = ""] = helpText([commands], globalFlags).split("\nExamples:\n");
  const lines = text.split("\n\n")[0]!.split("\n").map((line) => line.trim());
  assert(lines.length >= 3);
  for (const line of lines) parseCommandLine(commands, globalFlags, line.split(" ").slice(1));
});

Deno.test("no word that means a command is one itself", async () => {
  const { meaningOf } = await import("../../../lib/cli/command/meanings.ts");
  assertEquals(commands.commands.filter(({ name }) => meaningOf(name) !== ""), []);
});
