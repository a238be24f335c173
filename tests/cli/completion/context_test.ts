/** Tests of the words that may follow at the cursor, according to the table of commands. */
import { assert, assertEquals } from "@std/assert";
import type { AnyCommand, LeafCommand } from "../../../lib/cli/command/command.ts";
import { globalFlags } from "../../../lib/cli/command/flags.ts";
import { allCommands } from "../../../lib/cli/commands.ts";
import { contextOf, wordsOf } from "../../../lib/cli/completion/context.ts";
import { FLAGS, OPERANDS, OPERANDS_OF, VALUES } from "../../../lib/cli/completion/vocabulary.ts";

const root = await allCommands();

function leaves(
  command: AnyCommand,
  path: readonly string[] = [],
): readonly (readonly [string, LeafCommand])[] {
  if (command.kind === "command") return [[path.join(" "), command]];
  const own = command.own ? [[path.join(" "), command.own] as const] : [];
  return [...own, ...command.commands.flatMap((one) => leaves(one, [...path, one.name]))];
}

const ALL = leaves(root);
const PLACES = [0, 1, 2, 3];

Deno.test("every operand of every command is in the vocabulary of completion", () => {
  const unknown = ALL.flatMap(([name, { operands }]) =>
    PLACES.flatMap((at) => wordsOf(operands.usage, at)).filter((word) => !Object.hasOwn(OPERANDS, word))
      .map((word) => `${name}: ${word}`)
  );
  assertEquals([...new Set(unknown)], [], "add the words to lib/cli/completion/vocabulary.ts");
});

Deno.test("every value of every flag is in the vocabulary of completion", () => {
  const flags = ALL.flatMap(([name, { flags }]) =>
    Object.entries({ ...flags, ...globalFlags }).map((one) => [name, ...one] as const)
  );
  const unknown = flags.filter(([, , flag]) => flag.kind !== "boolean" && !Object.hasOwn(VALUES, flag.value));
  assertEquals(
    unknown.map(([name, flag]) => `${name} -${flag}`),
    [],
    "add the values to lib/cli/completion/vocabulary.ts",
  );
});

Deno.test("the exceptions of the vocabulary name commands, words and flags that exist", () => {
  for (const [name, words] of Object.entries(OPERANDS_OF)) {
    const command = ALL.find(([one]) => one === name)?.[1];
    assert(command, `there is no command "${name}"`);
    const known = PLACES.flatMap((at) => wordsOf(command.operands.usage, at));
    for (const word of Object.keys(words)) assert(known.includes(word), `${name} has no operand ${word}`);
  }
  const flags = ALL.flatMap(([name, command]) =>
    Object.keys({ ...command.flags, ...globalFlags }).flatMap((flag) => [flag, `${name} ${flag}`])
  );
  for (const flag of Object.keys(FLAGS)) assert(flags.includes(flag), `there is no flag "${flag}"`);
});

Deno.test("wordsOf() gives the words that can stand at each place of a usage", () => {
  const all = (usage: string) => PLACES.map((at) => wordsOf(usage, at).join(" "));
  assertEquals(all("FILE..."), ["FILE", "FILE", "FILE", "FILE"]);
  assertEquals(all("[list] FILE..."), ["list FILE", "FILE", "FILE", "FILE"]);
  assertEquals(all("[[REMOTE:]NAME|FILE|DIR...]"), Array(4).fill("NAME FILE DIR"));
  assertEquals(all("FILE [ROOTFS] [REMOTE:]"), ["FILE", "ROOTFS REMOTE", "REMOTE", ""]);
  assertEquals(all("FILE|DIRECTORY... [KEY=VALUE...]").slice(0, 2), [
    "FILE DIRECTORY",
    "FILE DIRECTORY KEY=VALUE",
  ]);
  assertEquals(all("[REMOTE:]NAME:PATH TARGET | SOURCE [REMOTE:]NAME:PATH"), [
    "NAME:PATH SOURCE",
    "TARGET NAME:PATH",
    "",
    "",
  ]);
});

/** The commands, flags and kinds at the end of a line. */
function at(line: string) {
  const words = line.split(" ");
  const { commands, flags, kinds, prefix } = contextOf(root, {
    before: words.slice(0, -1),
    text: words.at(-1)!,
    after: [],
  });
  return { commands: commands.map(({ name }) => name), flags: flags.map(({ text }) => text), kinds, prefix };
}

Deno.test("contextOf() tells commands, flags of each command, and what a value is", () => {
  assert(at("").commands.includes("launch"));
  assertEquals(at("image alias ").commands, ["list", "create", "delete", "rename"]);
  assertEquals(at("--socket /x image alias ").commands, at("image alias ").commands);
  assertEquals(at("launch ").kinds, ["config", "directory"]);
  assertEquals(at("rebuild ").kinds, ["config", "directory", "instance"]);
  assertEquals(at("stop ").kinds, ["instance", "config", "directory"]);
  assertEquals(at("create ").kinds, ["image"]);
  assertEquals(at("create --profile ").kinds, ["profile"]);
  assertEquals(at("create --profile=").kinds, ["profile"]);
  assertEquals(at("create --profile=").prefix, "--profile=");
  assertEquals(at("create -profile x tiny ").kinds, []);
  assertEquals(at("rollback -s ").kinds, ["snapshot"]);
  assertEquals(at("remote remove ").kinds, ["remote"]);
  assertEquals(at("image alias delete ").kinds, ["alias"]);
  assertEquals(at("property get ").kinds, ["property"]);
  assertEquals(at("launch -P ").kinds, ["property="]);
  assert(at("launch --").flags.includes("--dry-run"));
  assert(at("launch -").flags.includes("-P"));
  assert(at("launch -d").flags.includes("-dry-run"), "one dash, as in Go");
  assert(!at("launch --dry-run --").flags.includes("--dry-run"), "a flag is offered once");
  assert(at("launch -P a=b -").flags.includes("-P"), "a list can be given again");
});

Deno.test("contextOf() offers nothing to the program that a command runs", () => {
  assertEquals(at("exec web -- ls "), { commands: [], flags: [], kinds: [], prefix: "" });
  assertEquals(at("exec web -- ls --").flags, []);
});
