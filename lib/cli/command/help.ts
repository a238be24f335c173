/**
 * Help, rendered from the declarations of commands.
 *
 * @module
 */
import type { AnyCommand, Flag, Flags, GroupCommand, LeafCommand } from "./command.ts";

/** The topics of `help`. */
export const TOPIC_NAMES = [
  "config",
  "directory",
  "filesystem",
  "device",
  "check",
  "port",
  "limits",
  "after",
  "idmap",
  "hooks",
  "secrets",
  "keep",
  "pattern",
  "path",
  "properties",
  "formats",
  "data",
  "cloud-config",
  "daemons",
  "pools",
  "ci",
  "exit-codes",
] as const;

/** The name of a topic. */
export type TopicName = typeof TOPIC_NAMES[number];

/** Renders the help of the last command of a path. */
export function helpText(path: readonly AnyCommand[], globals: Flags): string {
  const command = path.at(-1)!;
  const name = path.map((one) => one.name).join(" ");
  return command.kind === "group"
    ? groupHelp(name, command, path.length === 1 ? globals : {})
    : leafHelp(name, command);
}

function groupHelp(name: string, group: GroupCommand, globals: Flags): string {
  const rows = group.commands.map((command): [string, string] => [command.name, command.summary]);
  return [
    ...(group.own ? [leafHelp(name, group.own)] : [group.summary, ""]),
    `${group.own ? "Also" : "Usage"}: ${name} COMMAND ...`,
    "",
    "Commands:",
    ...table(rows),
    ...flagLines("Options, before or after a command:", globals),
    "",
    `Help of a command: ${name} COMMAND --help`,
    ...(Object.keys(globals).length > 0 ? [`Help on a topic: ${name} help TOPIC`, topics()] : []),
    "",
  ].join("\n");
}

function topics(): string {
  return `Topics: ${TOPIC_NAMES.join(", ")}`;
}

function leafHelp(name: string, command: LeafCommand): string {
  const operands = command.operands.usage ? ` ${command.operands.usage}` : "";
  return [
    command.summary,
    "",
    `Usage: ${name}${Object.keys(command.flags).length > 0 ? " [FLAGS]" : ""}${operands}`,
    ...(command.details ? ["", command.details] : []),
    ...flagLines("Flags:", command.flags),
    "",
    `Example: ${command.example}`,
    "",
    `Under the hood: ${command.underTheHood}`,
    "",
    `Exit codes: ${command.exits ? `${command.exits}; ` : ""}see lxops help exit-codes`,
    "",
  ].join("\n");
}

function flagLines(title: string, flags: Flags): string[] {
  const entries = Object.entries(flags);
  if (entries.length === 0) return [];
  return ["", title, ...table(entries.map(([name, flag]) => [flagName(name, flag), flagHelp(flag)]))];
}

function flagName(name: string, flag: Flag): string {
  const spelled = [name, ...(flag.aliases ?? [])].map((one) => `-${one}`).join(", ");
  return flag.kind === "boolean" ? spelled : `${spelled} ${flag.value}`;
}

function flagHelp(flag: Flag): string {
  const repeated = flag.kind === "list" ? " (repeatable)" : "";
  // Some say themselves what a default comes to.
  const standard = !flag.help.includes("(default") && (flag.kind === "number" || flag.kind === "string") &&
      flag.default !== undefined
    ? ` (default ${flag.default})`
    : "";
  return `${flag.help}${repeated}${standard}`;
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([first]) => first.length));
  return rows.map(([first, second]) => `  ${first.padEnd(width)}  ${second}`);
}
