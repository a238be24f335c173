/**
 * Options of a call as the values of the flags of its command.
 *
 * @module
 */
import { UsageError } from "../base/errors.ts";
import type { AnyValues, Flag, LeafCommand } from "../cli/command/command.ts";
import { absentValue } from "../cli/command/parse.ts";
import { didYouMean } from "../base/suggest.ts";

/** Returns the name of the option that a flag is: `undoOnFailure` of `undo-on-failure`. */
export function optionName(flag: string): string {
  return flag.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Options that calls have beside the flags of their commands. */
const OWN = ["signal", "onEvent", "input", "maxOutput"] as const;

/** Flags about what is printed and asked, which have no meaning for a call. */
const FOR_PEOPLE = [
  ...["dry-run", "plan", "show-secrets", "trace", "json", "format", "columns"],
  ...["progress", "quiet", "timestamps", "y"],
] as const;

/**
 * Returns the values of a command's flags, with those that options have.
 *
 * @throws {UsageError} where there is no such option, or it has a value that its flag could not have
 */
export function valuesOf(command: Pick<LeafCommand, "flags" | "name">, options: object): AnyValues {
  const given = options as Readonly<Record<string, unknown>>;
  const known = [
    ...OWN,
    ...Object.keys(command.flags).filter((name) => !FOR_PEOPLE.some((one) => one === name)).map(optionName),
  ];
  const unknown = Object.keys(given).find((one) => given[one] !== undefined && !known.includes(one));
  if (unknown !== undefined) {
    throw new UsageError(`There is no option "${unknown}"${didYouMean(unknown, known)}`);
  }
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
