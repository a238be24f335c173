/** Command lines that the Go lxops takes, every command with every flag of it: each is to be taken here, too. */
import { assert, assertEquals } from "@std/assert";
import { allCommands } from "../../lib/cli/commands.ts";
import { globalFlags } from "../../lib/cli/command/flags.ts";
import { parseCommandLine } from "../../lib/cli/command/parse.ts";
import { UPSTREAM_EXAMPLES, UPSTREAM_LINES } from "./upstream_lines.ts";

const commands = await allCommands();

const LINES = [...UPSTREAM_EXAMPLES, ...UPSTREAM_LINES];

function exists(path: readonly string[]): boolean {
  let current: typeof commands | undefined = commands;
  return path.every((word) => {
    const next = current?.commands.find(({ name }) => name === word);
    current = next?.kind === "group" ? next : undefined;
    return next !== undefined;
  });
}

/** Command lines that lxops does not have yet; it must accept all others. */
const LATER = ["extract", "copy-filesystems", "shiftids"];

function lacking(path: readonly string[], args: readonly string[]): string {
  if (LATER.includes(args[0]!) && !exists([args[0]!])) return `there is no ${args[0]} yet`;
  const command = commands.commands.find(({ name }) => name === path[0]);
  const hasImage = command?.kind === "command" && "image" in command.flags;
  return args.includes("-image") && !hasImage ? `${path[0]} has no -image yet` : "";
}

function aliasOf(command: unknown, flag: string): string {
  const { flags = {} } = command as { flags?: Record<string, { aliases?: readonly string[] }> };
  return Object.entries(flags).find(([, one]) => one.aliases?.includes(flag))?.[0] ?? flag;
}

/** Go's booleans: they never take the word behind them. */
const BOOLEANS = [
  ...["http", "unix", "t", "trace", "c", "d", "R", "v", "raw", "f", "all", "headers", "r", "clean"],
  ...["image", "dry-run"],
];

/** Reads a line as the Go program does: the commands, then flags, then operands. */
function splitLine(args: readonly string[]): [string[], { flags: [string, string][]; operands: string[] }] {
  const path: string[] = [];
  const flags: [string, string][] = [];
  let at = 0;
  while (at < args.length) {
    const word = args[at]!;
    if (word.startsWith("-") && word !== "-") {
      const [name, value] = word.replace(/^--?/, "").split(/=(.*)/s) as [string, string | undefined];
      const isBoolean = BOOLEANS.includes(name) && !takesValue(path, name);
      flags.push([name, value ?? (isBoolean ? "true" : args[at + 1]!)]);
      at += value !== undefined || isBoolean ? 1 : 2;
    } else if (exists([...path, word])) {
      path.push(word);
      at++;
    } else break;
  }
  return [path, { flags, operands: args.slice(at) }];
}

/** Flags that are a switch with one command and have a value with another. */
function takesValue(path: readonly string[], name: string): boolean {
  const command = path.join(" ");
  switch (name) {
    case "c":
      return ["publish", "copy-filesystems"].includes(command);
    case "d":
      return ["export", "import", "profile export"].includes(command);
    case "f":
      return ["cloudconfig", "instance cloudconfig", "instance number"].includes(command);
    default:
      return false;
  }
}

for (const line of LINES) {
  const words = line.split(" ");
  // What a shell does with `< FILE` is not part of the command line.
  const args = words.slice(0, words.includes("<") ? words.indexOf("<") : undefined);
  const [command, expected] = splitLine(args);
  const reason = lacking(command, args);
  Deno.test({
    name: `parseCommandLine() takes: lxops ${line}${reason && ` [skipped: ${reason}]`}`,
    ignore: reason !== "",
    fn: () => {
      const parsed = parseCommandLine(commands, globalFlags, args);
      assertEquals(parsed.path.slice(1).map(({ name }) => name), command);
      assertEquals([parsed.operands, parsed.help], [expected.operands, false]);
      for (const [flag, value] of expected.flags) {
        const values: Readonly<Record<string, unknown>> = { ...parsed.globals, ...parsed.values };
        const found = values[flag] ?? values[aliasOf(parsed.path.at(-1)!, flag)];
        const texts = Array.isArray(found) ? found : [found];
        assert(texts.some((one) => String(one) === value), `-${flag} is ${found}, not ${value}`);
      }
    },
  });
}
