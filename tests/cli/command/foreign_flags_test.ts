import { assert, assertEquals } from "@std/assert";
import { allCommands } from "../../../lib/cli/commands.ts";
import type { AnyCommand, Flag, LeafCommand } from "../../../lib/cli/command/command.ts";
import { globalFlags } from "../../../lib/cli/command/flags.ts";
import { FOREIGN, foreignFlag } from "../../../lib/cli/command/foreign_flags.ts";

/** All commands by their words behind the program. */
const LEAVES = new Map<string, LeafCommand>(
  (await allCommands()).commands.flatMap((one) => leavesOf(one, [])).map((
    leaf,
  ) => [leaf.words.join(" "), leaf.command]),
);

function leavesOf(
  command: AnyCommand,
  before: readonly string[],
): { words: string[]; command: LeafCommand }[] {
  const words = [...before, command.name];
  if (command.kind === "command") return [{ words, command }];
  return [
    ...(command.own ? [{ words, command: command.own }] : []),
    ...command.commands.flatMap((one) => leavesOf(one, words)),
  ];
}

function namesOf({ flags }: LeafCommand): readonly string[] {
  return Object.entries<Flag>({ ...globalFlags, ...flags }).flatMap((
    [name, { aliases = [] }],
  ) => [name, ...aliases]);
}

Deno.test("advice about flags of other programs is for commands that there are, and that lack the flag", () => {
  for (const { names, commands } of FOREIGN) {
    for (const command of commands ?? []) {
      const leaf = LEAVES.get(command);
      assert(leaf, command);
      assert(names.some((name) => !namesOf(leaf).includes(name)), `${command} has all of ${names}`);
    }
  }
});

Deno.test("advice about flags of other programs names flags that the command has", () => {
  let count = 0;
  for (const [words, command] of LEAVES) {
    const known = namesOf(command);
    for (const name of FOREIGN.flatMap(({ names }) => names).filter((name) => !known.includes(name))) {
      const { operands: { usage }, flags } = command;
      const [advice = ""] = foreignFlag(name, {
        command: words,
        usage,
        flags: Object.keys({ ...globalFlags, ...flags }),
      });
      // What another command has stands behind the name of that.
      const own = advice.replaceAll(/lxops [a-z -]+/g, "");
      for (const [, flag] of own.matchAll(/(?<=^|\s)--?([a-zA-Z-]+)/g)) {
        count++;
        assert(known.includes(flag!), `lxops ${words} has no ${flag}: ${advice}`);
      }
    }
  }
  assert(count > 100);
});

Deno.test("a flag that no other program has gets no advice", () => {
  assertEquals(foreignFlag("nonsense", { command: "up", usage: "FILE", flags: [] }), []);
});
