/**
 * Command lines, as the Go lxops takes them. Flags follow Go's package flag: one dash or two, `-k v` or `-k=v`,
 * names of several letters behind one dash. Unlike there, they may stand before and after operands, and those of
 * all commands at every level.
 *
 * `parseArgs` of @std/cli reads `-name x` as four flags of one letter, so every argument would have to be translated
 * before it could read it, and each error message written here all the same.
 *
 * @module
 */
import { UsageError } from "../../base/errors.ts";
import { didYouMean, nearest } from "../../base/suggest.ts";
import { dashed } from "./dashed.ts";
import { foreignFlag } from "./foreign_flags.ts";
import type { AnyCommand, AnyValues, Flag, Flags, GroupCommand, LeafCommand, Operands } from "./command.ts";

/** A command line that was understood. */
export interface Parsed {
  /** The commands from the root to the one that is meant. */
  readonly path: readonly AnyCommand[];
  readonly globals: AnyValues;
  readonly values: AnyValues;
  readonly operands: readonly string[];
  /** Help of the command was asked for, or it is a group. */
  readonly help: boolean;
  /** It was asked for by `-h`, which prints less. */
  readonly isShort: boolean;
}

/** The error about an unknown command; its possible meaning is looked up where it is shown. */
export class UnknownCommandError extends UsageError {
  /** The commands before the word; the last one is the group that lacks it. */
  readonly path: readonly AnyCommand[];
  readonly word: string;

  constructor(path: readonly AnyCommand[], word: string) {
    const known = path.flatMap((one, at) =>
      at === path.length - 1 && one.kind === "group" ? one.commands.map(({ name }) => name) : []
    );
    super(`"${names(path)}" has no command "${word}"${didYouMean(word, known)}`, usageAdvice(path));
    this.path = [...path];
    this.word = word;
  }
}

/** A flag as it was typed; which one it is shows when the command is known. */
interface Given {
  readonly arg: string;
  readonly name: string;
  readonly value: string;
}

/**
 * Parses a command line.
 *
 * @throws {UsageError} that names the unknown command or flag
 */
export function parseCommandLine(root: GroupCommand, globals: Flags, args: readonly string[]): Parsed {
  const path: AnyCommand[] = [root];
  const given: Given[] = [];
  const operands: string[] = [];
  let current: AnyCommand = root;
  let help = false;
  let isShort = false;
  let at = 0;
  while (at < args.length) {
    const arg = args[at]!;
    if (arg === "--") {
      at++;
      // Before a command there are no operands that it could be in front of.
      if (current.kind === "command") break;
    } else if (isHelp(arg)) {
      help = true;
      isShort = arg === "-h";
      at++;
    } else if (current === root && isVersion(args, at)) {
      current = root.commands.find(({ name }) => name === "version") ?? root;
      path.push(current);
      at++;
    } else if (isFlag(arg)) {
      const read = readFlag(args, at, [globals, ...flagsBelow(current)], path);
      given.push(read.given);
      at = read.next;
    } else if (current.kind === "command") {
      if (current.passThrough) break;
      operands.push(arg);
      at++;
    } else {
      const next: AnyCommand | undefined = current.commands.find((command) => command.name === arg);
      if (!next && !current.own) throw new UnknownCommandError(path, arg);
      if (next) at++;
      else path.pop();
      current = next ?? current.own!;
      path.push(current);
    }
  }
  if (current.kind === "group" && current.own && !help) {
    path.pop();
    current = current.own;
    path.push(current);
  }
  const rest = args.slice(at);
  operands.push(...(current.kind === "command" && current.passThrough ? dropSeparator(rest) : rest));
  const flags = current.kind === "command" ? current.flags : {};
  // A group is asked for its help only, whatever flags its commands would take.
  const counting = current.kind === "command" ? given : given.filter(({ name }) => find(globals, name));
  const values = valuesOf(counting, { ...globals, ...flags }, path);
  if (current.kind === "command" && !help) checkOperands(current, operands, path);
  return {
    path,
    globals: pick(values, globals),
    values: pick(values, flags),
    operands,
    help: help || current.kind === "group",
    isShort,
  };
}

/** Removes the separator of `exec NAME -- ls -l`, which is not part of the command. */
function dropSeparator(args: readonly string[]): readonly string[] {
  return args[1] === "--" ? [args[0]!, ...args.slice(2)] : args;
}

function isFlag(arg: string): boolean {
  return arg.startsWith("-") && arg !== "-";
}

/** Returns the name of a flag: `P` of `-P`, `--P` and `-P=x`. */
function flagName(arg: string): string {
  return arg.replace(/^--?/, "").replace(/=.*$/s, "");
}

function isHelp(arg: string): boolean {
  return ["-h", "-help", "--help", "--h"].includes(arg);
}

/** Tells whether a word before any command asks for the version; `-v` does so alone, as commands have it, too. */
function isVersion(args: readonly string[], at: number): boolean {
  const arg = args[at]!;
  return ["-version", "--version", "-V"].includes(arg) || arg === "-v" && args.length === 1;
}

/** Returns the flags of a command, or of all commands of a group. */
function flagsBelow(command: AnyCommand): readonly Flags[] {
  if (command.kind === "command") return [command.flags];
  return [...command.commands, ...(command.own ? [command.own] : [])].flatMap(flagsBelow);
}

function find(flags: Flags, name: string): [string, Flag] | undefined {
  return Object.entries(flags).find(([key, flag]) => key === name || flag.aliases?.includes(name));
}

function readFlag(
  args: readonly string[],
  at: number,
  possible: readonly Flags[],
  path: readonly AnyCommand[],
): { given: Given; next: number } {
  const arg = args[at]!;
  const name = flagName(arg);
  const equals = arg.indexOf("=");
  const kinds = new Set(possible.flatMap((flags) => find(flags, name)?.[1].kind ?? []));
  if (kinds.size === 0) throw unknownFlag(path, arg, name, Object.assign({}, ...possible));
  if (equals >= 0) return { given: { arg, name, value: arg.slice(equals + 1) }, next: at + 1 };
  if (kinds.has("boolean") && kinds.size > 1) {
    throw new UsageError(
      `Flag "${arg}" takes a value with some commands and none with others: write it after the command`,
      usageAdvice(path),
    );
  }
  if (kinds.has("boolean")) return { given: { arg, name, value: "true" }, next: at + 1 };
  const value = args[at + 1];
  if (value === undefined) throw new UsageError(`Flag "${arg}" needs a value`, usageAdvice(path));
  // A flag that is taken for a value does nothing, as the --dry-run of "-name --dry-run".
  const isKnown = (word: string) => possible.some((flags) => find(flags, flagName(word)));
  if (isFlag(value) && (isHelp(value) || isKnown(value))) {
    throw new UsageError(
      `Flag "${arg}" needs a value, and "${value}" is a flag; if it is the value, write "${arg}=${value}"`,
      usageAdvice(path),
    );
  }
  return { given: { arg, name, value }, next: at + 2 };
}

function valuesOf(
  given: readonly Given[],
  flags: Flags,
  path: readonly AnyCommand[],
): Readonly<Record<string, unknown>> {
  const texts = new Map<string, string[]>();
  for (const { arg, name, value } of given) {
    const key = find(flags, name)?.[0];
    if (key === undefined) throw unknownFlag(path, arg, name, flags);
    texts.set(key, [...texts.get(key) ?? [], value]);
  }
  return Object.fromEntries(
    Object.entries(flags).map(([key, flag]) => [key, valueOf(key, flag, texts.get(key) ?? [], path)]),
  );
}

/** Returns the value of a flag that is not given. */
export function absentValue(flag: Flag): unknown {
  return valueOf("", flag, [], []);
}

function valueOf(name: string, flag: Flag, given: readonly string[], path: readonly AnyCommand[]): unknown {
  const last = given.at(-1);
  switch (flag.kind) {
    case "list":
      return given;
    case "optional":
      return last;
    case "string":
      return last ?? flag.default ?? "";
    case "boolean":
      if (last === undefined) return false;
      if (["1", "t", "true", "T", "TRUE", "True"].includes(last)) return true;
      if (["0", "f", "false", "F", "FALSE", "False"].includes(last)) return false;
      throw new UsageError(`Flag "${dashed(name)}" is true or false, not "${last}"`, usageAdvice(path));
    case "number": {
      if (last === undefined) return flag.default;
      const number = /^\d+(\.\d+)?$/.test(last) ? Number(last) : NaN;
      if (!Number.isFinite(number)) {
        throw new UsageError(`Flag "${dashed(name)}" needs a number, not "${last}"`, usageAdvice(path));
      }
      return number;
    }
  }
}

function pick(values: Readonly<Record<string, unknown>>, flags: Flags): AnyValues {
  return Object.fromEntries(Object.keys(flags).map((name) => [name, values[name]]));
}

/** Refuses too few or too many operands, and those that are empty, as where a variable of a script has no value. */
function checkOperands(command: LeafCommand, operands: readonly string[], path: readonly AnyCommand[]): void {
  const { min, max, usage } = command.operands;
  if (operands.length < min) {
    throw new UsageError(tooFew(names(path), usage, operands), usageAdvice(path));
  }
  if (max !== undefined && operands.length > max) {
    throw new UsageError(tooMany(names(path), command.operands, operands), usageAdvice(path));
  }
  // Operands after the program are the program's arguments, which may be empty.
  const named = command.passThrough ? operands.slice(0, min) : operands;
  const empty = named.findIndex((operand, at) => operand === "" && usage.split(" ")[at] !== "VALUE");
  if (empty < 0) return;
  throw new UsageError(
    `Operand ${empty + 1} of "${names(path)}" is empty; it takes ${usage}`,
    usageAdvice(path),
  );
}

function tooFew(name: string, usage: string, operands: readonly string[]): string {
  if (/^FILE.*\.\.\.$/.test(usage)) return `Name one or more configuration files: ${name} FILE...`;
  const given = operands.length === 0
    ? ""
    : `; it was given only ${operands.map((one) => `"${one}"`).join(" ")}`;
  return `"${name}" needs ${usage}${given}`;
}

function tooMany(name: string, { usage, max = 0 }: Operands, operands: readonly string[]): string {
  if (usage === "") return `"${name}" takes no operands, not "${operands[0]}"`;
  const given = operands.slice(0, max + 1).join(" ");
  return max === 1 && /^\[?FILE/.test(usage)
    ? `"${name}" takes one file, and was given two: ${given}`
    : `"${name}" takes ${usage}, not "${operands[max]}"`;
}

function names(path: readonly AnyCommand[]): string {
  return path.map((command) => command.name).join(" ");
}

function usageAdvice(path: readonly AnyCommand[]): string[] {
  return [`See: ${names(path)} --help`];
}

function unknownFlag(path: readonly AnyCommand[], arg: string, name: string, flags: Flags): UsageError {
  const shown = Object.keys(flags).filter((key) => !flags[key]!.hidden);
  const last = path.at(-1)!;
  const usage = last.kind === "command" ? last.operands.usage : "";
  const advice = foreignFlag(name, { command: names(path.slice(1)), usage, flags: shown });
  const similar = advice.length > 0 ? undefined : nearest(name, shown);
  return new UsageError(
    // Not its value, which may well be a secret.
    `"${names(path)}" has no flag "${arg.replace(/=.*$/s, "")}"${
      similar ? `; did you mean "${dashed(similar)}"?` : ""
    }`,
    [...advice, ...usageAdvice(path)],
  );
}
