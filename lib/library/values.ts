/**
 * Options of a call as the values of the flags of its command.
 *
 * @module
 */
import { UsageError } from "../base/errors.ts";
import type { AnyValues, Flag, LeafCommand } from "../cli/command/command.ts";
import { absentValue } from "../cli/command/parse.ts";

/** Returns the name of the option that a flag is: `undoOnFailure` of `undo-on-failure`. */
export function optionName(flag: string): string {
  return flag.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * Returns the values of a command's flags, with those that options have.
 *
 * @throws {UsageError} where an option has a value that its flag could not have
 */
export function valuesOf(command: Pick<LeafCommand, "flags" | "name">, options: object): AnyValues {
  const given = options as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(command.flags).map(([name, flag]) => {
      const option = optionName(name);
      const value = given[option];
      return [name, value === undefined ? absentValue(flag) : valueOf(flag, value, option)];
    }),
  );
}

/** Returns what a flag has of an option. */
function valueOf({ kind }: Flag, value: unknown, option: string): unknown {
  if (kind === "list") return Array.isArray(value) ? value.map(String) : pairsOf(value, option);
  const fits = kind === "number"
    ? typeof value === "number" && Number.isFinite(value) && value >= 0
    : kind === "boolean"
    ? typeof value === "boolean"
    : typeof value === "string" || isRecord(value);
  if (!fits) throw new UsageError(`The option "${option}" cannot be ${Deno.inspect(value)}`);
  return isRecord(value) ? pairsOf(value, option).join(",") : value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns `KEY=VALUE` texts. */
function pairsOf(value: unknown, option: string): readonly string[] {
  if (!isRecord(value)) throw new UsageError(`The option "${option}" cannot be ${Deno.inspect(value)}`);
  return Object.entries(value).map(([key, one]) => {
    if (!key.includes("=") && key !== "") return `${key}=${String(one)}`;
    throw new UsageError(`The option "${option}" cannot have the key "${key}"`);
  });
}
