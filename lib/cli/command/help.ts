/**
 * Help, rendered from the declarations of commands.
 *
 * @module
 */
import { fill, refill } from "../../base/wrap.ts";
import type { AnyCommand, Flags, GroupCommand, LeafCommand } from "./command.ts";
import { dashed } from "./dashed.ts";
import { flagLines, type FlagSection, flagSections, flagTitle } from "./flag_lines.ts";

/** The topics of `help`. */
export const TOPIC_NAMES = [
  "concepts",
  "tutorial",
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
  "migrate",
  "files",
  "environment",
  "exit-codes",
  "json",
] as const;

/** The name of a topic. */
export type TopicName = typeof TOPIC_NAMES[number];

/** The way in which help is shown. */
export interface HelpOptions {
  /** Columns to wrap at. */
  readonly width?: number | undefined;
  /** Only the most important parts, as for `-h`. */
  readonly isShort?: boolean;
}

/** Long lines are hard to read. */
const WIDEST = 100;
const NARROWEST = 30;

/** Columns for names and flags; the text of longer ones begins on the next line. */
const NAMES = 28;

/** Renders the help of the last command of a path. */
export function helpText(
  path: readonly AnyCommand[],
  globals: Flags,
  { width, isShort = false }: HelpOptions = {},
): string {
  const command = path.at(-1)!;
  const name = path.map((one) => one.name).join(" ");
  const columns = textColumns(width);
  if (command.kind === "command") return leafHelp(name, command, columns, isShort);
  return path.length === 1
    ? rootHelp(name, command, globals, { columns, isShort })
    : groupHelp(name, command, columns, isShort);
}

interface RootOptions {
  readonly columns: number;
  readonly isShort: boolean;
}

function rootHelp(
  name: string,
  root: GroupCommand,
  globals: Flags,
  { columns, isShort }: RootOptions,
): string {
  const { sections = [] } = root;
  return [
    root.summary,
    "",
    `Usage: ${name} COMMAND ...`,
    ...(isShort ? sections.slice(0, 1) : sections).flatMap(({ title, names }) => [
      "",
      `${title}:`,
      ...table(root.commands.filter((one) => names.includes(one.name)).map(rowOf), columns),
    ]),
    ...(isShort ? [] : [
      "",
      "Flags, before or after a command:",
      ...flagRows(globals, columns),
      "",
      "Examples:",
      ...EXAMPLES.map((line) => `  ${line}`),
    ]),
    "",
    ...table([
      [isShort ? `${name} --help` : `${name} COMMAND --help`, isShort ? "All commands" : "Help on a command"],
      [`${name} help TOPIC`, "Help on a topic"],
      ...(isShort ? [] : [[`${name} help tutorial`, "The first container, step by step"] as const]),
    ], columns),
    "",
    fill(`Topics: ${TOPIC_NAMES.join(", ")}`, "  ", columns, ""),
    "",
  ].join("\n");
}

/** Command lines that most users need. */
const EXAMPLES = [
  "lxops init web",
  "lxops up web",
  "lxops ps",
  "lxops shell web",
  "lxops rebuild web",
] as const;

function groupHelp(name: string, group: GroupCommand, columns: number, isShort: boolean): string {
  return [
    ...(group.own ? [leafHelp(name, group.own, columns, isShort)] : [fill(group.summary, "", columns), ""]),
    `${group.own ? "Also" : "Usage"}: ${name} COMMAND ...`,
    "",
    "Commands:",
    ...table(group.commands.map(rowOf), columns),
    "",
    `Help on a command: ${name} COMMAND --help`,
    "",
  ].join("\n");
}

function leafHelp(name: string, command: LeafCommand, columns: number, isShort: boolean): string {
  const operands = command.operands.usage ? ` ${command.operands.usage}` : "";
  const sections = flagSections(command.flags);
  const usage = `Usage: ${name}${sections.length > 0 ? " [FLAGS]" : ""}${operands}`;
  return [
    fill(command.summary, "", columns),
    "",
    fill(usage, " ".repeat(7), columns, ""),
    ...(isShort ? shortFlags(sections, columns) : [
      ...(command.details ? ["", refill(command.details, columns)] : []),
      ...sections.flatMap(({ title, flags }) => ["", `${title}:`, ...flagRows(flags, columns)]),
    ]),
    "",
    ...exampleLines(command.example, columns),
    "",
    ...(isShort ? [`More: ${name} --help`] : [
      fill(`Under the hood: ${command.underTheHood}`, "  ", columns, ""),
      "",
      fill(
        `Exit codes: ${command.exits ? `${command.exits}; ` : ""}see lxops help exit-codes`,
        "  ",
        columns,
        "",
      ),
    ]),
    "",
  ].join("\n");
}

/** Returns the lines of an example, which stays in one line to be copied. */
function exampleLines(example: string, columns: number): readonly string[] {
  const line = `Example: ${example}`;
  return line.length <= columns ? [line] : ["Example:", `  ${example}`];
}

/** Returns the columns of text on a terminal of a width. */
export function textColumns(width = 80): number {
  return Math.min(WIDEST, Math.max(NARROWEST, width)) - 1;
}

/** Own flags of a command that its short help describes. */
const DESCRIBED = 16;

/** Renders the first flags of the command itself, and only the names of all others. */
function shortFlags(sections: readonly FlagSection[], columns: number): readonly string[] {
  const own = sections.find(({ title }) => title === "Flags");
  const first = Object.entries(own?.flags ?? {}).slice(0, DESCRIBED);
  const names = sections.flatMap(({ flags }) => Object.keys(flags)).slice(first.length).map(dashed);
  return [
    ...(first.length > 0 ? ["", "Flags:", ...flagRows(Object.fromEntries(first), columns)] : []),
    ...(names.length > 0
      ? ["", fill(`${own ? "Other flags" : "Flags"}: ${names.join(", ")}`, "  ", columns, "")]
      : []),
  ];
}

function flagRows(flags: Flags, columns: number): readonly string[] {
  return table(flagLines(flags).map((line) => [flagTitle(line), line.help]), columns);
}

function rowOf({ name, summary }: AnyCommand): readonly [string, string] {
  return [name, summary];
}

/** Renders rows of two columns, the second wrapped at words. */
function table(rows: readonly (readonly [string, string])[], columns: number): readonly string[] {
  const widest = Math.max(...rows.map(([first]) => first.length));
  const room = Math.min(widest, NAMES, Math.max(8, Math.floor(columns / 3)));
  const indent = " ".repeat(room + 4);
  return rows.map(([first, second]) =>
    first.length <= room
      ? fill(second, indent, columns, `  ${first.padEnd(room)}  `)
      : `  ${first}\n${fill(second, indent, columns)}`
  );
}
