import { assert, assertEquals } from "@std/assert";
import { commands } from "../../lib/cli/commands.ts";
import { commandsFor } from "../../lib/cli/one_command.ts";

Deno.test("commandsFor() gives every command of the tree by itself, as it is in the tree", async () => {
  for (const command of commands.commands) {
    // Help needs the whole tree to be about.
    if (command.name === "help") continue;
    const root = await commandsFor([command.name, "--help", "launch"]);
    assertEquals({ ...root, commands: [] }, { ...commands, commands: [] });
    assertEquals(root.commands.length, 1, command.name);
    assert(root.commands[0] === command, command.name);
  }
});

Deno.test("commandsFor() gives the whole tree where no name of a command comes first", async () => {
  for (
    const args of [[], ["help", "launch"], ["-socket", "/x", "launch"], ["lauch"], ["--help"], ["toString"]]
  ) {
    assert(await commandsFor(args) === commands, args.join(" "));
  }
  assert(commands.commands.length > 25);
});
