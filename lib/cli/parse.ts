/**
 * Command lines as the Go lxops takes them, and a little more: one dash or two, `-k v` and `-k=v`, flags before
 * and after operands, a group's flags at either level.
 * Rule: package flag of Go, and the decisions on Q24.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { UsageError } from "../errors.ts";
import { nearest } from "../config/suggest.ts";
import type { AnyCommand, AnyValues, Flag, Flags, GroupCommand, LeafCommand } from "./command.ts";

/** A command line that was understood. */
export interface Parsed {
  /** The commands from the root to the one that is meant. */
  readonly path: readonly AnyCommand[];
  readonly globals: AnyValues;
  readonly values: AnyValues;
  readonly operands: readonly string[];
  /** Help of the command was asked for, or it is a group. */
  readonly help: boolean;
}

/**
 * Parses a command line.
 *
 * @throws {UsageError} that names the unknown command or flag
 */
export function parseCommandLine(root: GroupCommand, globals: Flags, args: readonly string[]): Parsed {
  const path: AnyCommand[] = [root];
  const tokens: string[] = [];
  let help = false;
  let at = 0;
  let current: AnyCommand = root;
  while (at < args.length) {
    const arg = args[at]!;
    if (arg === "--") break;
    if (isFlag(arg)) {
      if (isHelp(arg)) {
        help = true;
        at++;
        continue;
      }
      const known: Flags = { ...globals, ...flagsBelow(current) };
      const read = readFlag(args, at, known, path);
      tokens.push(read.token);
      at = read.next;
      continue;
    }
    if (current.kind === "command") {
      if (current.passOn) break;
      tokens.push(arg);
      at++;
      continue;
    }
    const next: AnyCommand | undefined = current.commands.find((command) => command.name === arg);
    if (!next) throw unknownCommand(path, current, arg);
    path.push(next);
    current = next;
    at++;
  }
  const rest = args.slice(args[at] === "--" ? at + 1 : at);
  const passedOn = current.kind === "command" && current.passOn ? dropSeparator(args.slice(at)) : rest;
  const flags = current.kind === "command" ? current.flags : {};
  const own = valuesOf(tokens, { ...globals, ...flags }, path);
  const operands = [...own.operands, ...passedOn];
  if (current.kind === "command" && !help) checkOperands(current, operands, path);
  return {
    path,
    globals: pick(own.values, globals),
    values: pick(own.values, flags),
    operands,
    help: help || current.kind === "group",
  };
}

/** `exec NAME -- ls -l`: the separator is not part of the command. */
function dropSeparator(args: readonly string[]): readonly string[] {
  if (args[0] === "--") return args.slice(1);
  return args[1] === "--" ? [args[0]!, ...args.slice(2)] : args;
}

function isFlag(arg: string): boolean {
  return arg.startsWith("-") && arg !== "-";
}

function isHelp(arg: string): boolean {
  return ["-h", "-help", "--help", "--h"].includes(arg);
}

function flagsBelow(command: AnyCommand): Flags {
  if (command.kind === "command") return command.flags;
  return Object.assign({}, ...command.commands.map(flagsBelow));
}

function find(flags: Flags, name: string): [string, Flag] | undefined {
  return Object.entries(flags).find(([key, flag]) => key === name || flag.aliases?.includes(name));
}

function readFlag(
  args: readonly string[],
  at: number,
  flags: Flags,
  path: readonly AnyCommand[],
): { token: string; next: number } {
  const arg = args[at]!;
  const text = arg.replace(/^--?/, "");
  const equals = text.indexOf("=");
  const name = equals < 0 ? text : text.slice(0, equals);
  const found = find(flags, name);
  if (!found) throw unknownFlag(path, arg, name, flags);
  const [key, flag] = found;
  if (equals >= 0) return { token: `--${key}=${text.slice(equals + 1)}`, next: at + 1 };
  if (flag.kind === "boolean") return { token: `--${key}=true`, next: at + 1 };
  const value = args[at + 1];
  if (value === undefined) throw new UsageError(`Flag "${arg}" needs a value`, usageAdvice(path));
  return { token: `--${key}=${value}`, next: at + 2 };
}

function valuesOf(
  tokens: readonly string[],
  flags: Flags,
  path: readonly AnyCommand[],
): { values: Record<string, unknown>; operands: string[] } {
  const names = Object.keys(flags);
  const operands: string[] = [];
  const parsed = parseArgs(tokens, {
    string: names,
    collect: names,
    unknown: (arg, key) => {
      if (key === undefined) operands.push(arg);
      else throw unknownFlag(path, `-${key}`, key, flags);
      return false;
    },
  });
  const values: Record<string, unknown> = {};
  for (const [name, flag] of Object.entries(flags)) {
    values[name] = valueOf(name, flag, (parsed[name] as string[] | undefined) ?? [], path);
  }
  return { values, operands };
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
      throw new UsageError(`Flag "-${name}" is true or false, not "${last}"`, usageAdvice(path));
    case "number": {
      const number = last === undefined ? flag.default : Number(last);
      if (last === "" || !Number.isFinite(number) || number < 0) {
        throw new UsageError(`Flag "-${name}" needs a number, not "${last}"`, usageAdvice(path));
      }
      return number;
    }
  }
}

function pick(values: Readonly<Record<string, unknown>>, flags: Flags): AnyValues {
  return Object.fromEntries(Object.keys(flags).map((name) => [name, values[name]]));
}

function checkOperands(command: LeafCommand, operands: readonly string[], path: readonly AnyCommand[]): void {
  const { min, max, usage } = command.operands;
  if (operands.length < min) {
    throw new UsageError(`"${names(path)}" needs ${usage}`, usageAdvice(path));
  }
  if (max !== undefined && operands.length > max) {
    const what = usage === "" ? "no operands" : usage;
    throw new UsageError(`"${names(path)}" takes ${what}, not "${operands[max]}"`, usageAdvice(path));
  }
}

function names(path: readonly AnyCommand[]): string {
  return path.map((command) => command.name).join(" ");
}

function usageAdvice(path: readonly AnyCommand[]): string[] {
  return [`See: ${names(path)} --help`];
}

function unknownCommand(path: readonly AnyCommand[], current: GroupCommand, arg: string): UsageError {
  const near = didYouMean(arg, current.commands.map((command) => command.name));
  return new UsageError(`"${names(path)}" has no command "${arg}"${near}`, usageAdvice(path));
}

function unknownFlag(path: readonly AnyCommand[], arg: string, name: string, flags: Flags): UsageError {
  return new UsageError(
    `"${names(path)}" has no flag "${arg}"${didYouMean(name, Object.keys(flags))}`,
    usageAdvice(path),
  );
}

function didYouMean(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near === undefined ? "" : `; did you mean "${near}"?`;
}
