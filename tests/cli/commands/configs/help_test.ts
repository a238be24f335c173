import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { EXIT } from "../../../../lib/base/errors.ts";
import type { AnyCommand } from "../../../../lib/cli/command/command.ts";
import { globalFlags } from "../../../../lib/cli/command/flags.ts";
import { FIRST_GUIDES } from "../../../../lib/cli/command/first_guides.ts";
import { GUIDES } from "../../../../lib/cli/command/guides.ts";
import { textColumns, TOPIC_NAMES } from "../../../../lib/cli/command/help.ts";
import { wrapLong } from "../../../../lib/base/wrap.ts";
import { parseCommandLine } from "../../../../lib/cli/command/parse.ts";
import { allCommands } from "../../../../lib/cli/commands.ts";
import { resultNamed } from "../../../../lib/cli/results/mod.ts";
import { unwrap } from "../../../../lib/config/schema/structure.ts";
import { settingsSchema } from "../../../../lib/plan/ci/settings_schema.ts";
import { TOPICS } from "../../../../lib/config/describe/reference.ts";
import { look } from "../../../support/file_commands.ts";

const TEXTS: Readonly<Record<string, string>> = { ...FIRST_GUIDES, ...GUIDES };
const GUIDE_NAMES = Object.keys(TEXTS);
const CONFIG_TOPICS = TOPIC_NAMES.filter((name) =>
  name !== "exit-codes" && name !== "ci" && name !== "json" && !GUIDE_NAMES.some((guide) => guide === name)
);

Deno.test("help knows the topics that there are", () => {
  assertEquals([...CONFIG_TOPICS].sort(), Object.keys(TOPICS).sort());
});

Deno.test("help exit-codes has a line for every exit code", async () => {
  const { code, stdout } = await look("help exit-codes", {});
  const codes = [...stdout.matchAll(/^ {2}(\S+) {2,}[A-Za-z]/gm)].map(([, code]) => code!);
  const known = Object.values(EXIT).map(String);
  assertEquals([code, codes.filter((one) => known.includes(one))], [0, known]);
  assertEquals(codes.filter((one) => !known.includes(one)), ["126", "127", "128+N"]);
});

Deno.test("help prints guides, whose command lines are ones of lxops, on 80 columns", async () => {
  for (const name of GUIDE_NAMES) {
    const { stdout } = await look(`help ${name}`, {});
    assertEquals(stdout, TEXTS[name], name);
    assertEquals(stdout.split("\n").filter((line) => line.length > 79), []);
    const lines = [...stdout.matchAll(/^ {2}lxops (.*?)(?: {2,}.*)?$/gm)].map(([, line]) => line!);
    assert(lines.length > 0);
    for (const line of lines) parseCommandLine(await allCommands(), globalFlags, line.split(" "));
  }
});

Deno.test("help prints topics, and the help of commands", async () => {
  for (const name of CONFIG_TOPICS) {
    assertEquals((await look(`help ${name}`, {})).stdout, wrapLong(TOPICS[name]!(), textColumns()), name);
  }
  for (
    const [line, same] of [["help", "--help"], ["help i verify", "i verify --help"], ["help i", "i"]] as const
  ) {
    assertEquals((await look(line, {})).stdout, (await look(same, {})).stdout, line);
  }
});

Deno.test("help json has every command with --json, and the schema of its result", async () => {
  const { code, stdout } = await look("help json", {});
  assertEquals([code, stdout.split("\n").filter((line) => line.length > 79)], [0, []]);
  const without: string[] = [];
  const visit = (command: AnyCommand, path: readonly string[]) => {
    const own = command.kind === "command" ? command : command.own;
    const name = path.join(" ");
    if (own && "json" in own.flags && !resultNamed(name)) without.push(name);
    if (command.kind === "group") { for (const one of command.commands) visit(one, [...path, one.name]); }
  };
  visit(await allCommands(), []);
  assertEquals(without, []);
  const schema = JSON.parse((await look("help json image list", {})).stdout);
  assertEquals([schema.$id, schema.items.properties.size.type], ["urn:lxops:images:1", "integer"]);
  assertEquals((await look("help json images", {})).stdout, JSON.stringify(schema, null, 2) + "\n");
  const wrong = await look("help json imge list", {});
  assertEquals([wrong.code, wrong.stdout], [2, ""]);
  assertStringIncludes(wrong.stderr, 'did you mean "image list"?');
});

Deno.test("help ci has the keys of the administrator's file, and command lines of lxops", async () => {
  const { code, stdout } = await look("help ci", {});
  assertEquals([code, stdout.split("\n").filter((line) => line.length > 79)], [0, []]);
  for (const key of Object.keys(unwrap(settingsSchema).shape!)) assertStringIncludes(stdout, `\n  ${key}  (`);
});

Deno.test("help names an unknown topic", async () => {
  const { code, stdout, stderr } = await look("help filesytem", {});
  assertEquals([code, stdout], [2, ""]);
  assertStringIncludes(
    stderr,
    'lxops: There is no help on "filesytem"; did you mean "filesystem"?\n  Topics: concepts,',
  );
  assertEquals((await look("help i none", {})).code, 2);
  assertEquals((await look("help version more", {})).code, 2);
});
