import { assert, assertEquals } from "@std/assert";
import { allCommands, commandsFor } from "../../lib/cli/commands.ts";

const all = await allCommands();

Deno.test("commandsFor() returns a command alone, under the name that the table has for it", async () => {
  assert(all.commands.length > 25);
  for (const { name, summary } of all.commands) {
    const { commands, ...root } = await commandsFor([name, "--help", "launch"]);
    assertEquals(root, { kind: all.kind, name: all.name, summary: all.summary, sections: [] });
    assertEquals(commands.map((one) => [one.name, one.summary]), [[name, summary]]);
  }
});

Deno.test("commandsFor() returns all commands where a command line begins with no name of one", async () => {
  const names = all.commands.map(({ name }) => name);
  for (const args of [[], ["-socket", "/x", "launch"], ["lauch"], ["--help"], ["toString"]]) {
    const { commands } = await commandsFor(args);
    assertEquals(commands.map(({ name }) => name), names, args.join(" "));
  }
});

Deno.test("no two commands have one name", () => {
  assertEquals(new Set(all.commands.map(({ name }) => name)).size, all.commands.length);
});
