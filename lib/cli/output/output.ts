/**
 * Text for terminals.
 *
 * @module
 */
import { CommandError, ConfigError, formatIssue, type LxopsError } from "../../base/errors.ts";

/**
 * Makes text of a container harmless to print: its root could send control sequences to the terminal of the user, or
 * reverse its text. Tabs stay; other such characters are shown as `\xNN` or `\uNNNN`.
 */
export function printable(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replaceAll(/[\x00-\x08\x0a-\x1f]/g, hexadecimal).replaceAll(TRICKS, hexadecimal);
}

/** Renders a value as JSON that is harmless to print; what is escaped in it means the same. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value, null, 2)
    .replaceAll(TRICKS, unicode);
}

/** Renders a value as `printableJson()` does, in one line. */
export function printableJsonLine(value: unknown): string {
  return JSON.stringify(value).replaceAll(TRICKS, unicode);
}

/**
 * Delete, the second set of control characters, separators of lines, marks that turn text around, and what takes no
 * room, so that two names look the same; the last ones are the halves of tags.
 */
const TRICKS =
  /[\x7f-\x9f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|\udb40[\udc00-\udfff]/g;

/**
 * Renders a value as YAML that is harmless to print and means the same: only text in double quotes can have escapes,
 * and text with an end that YAML does not allow unquoted is put into such quotes.
 */
export function printableYaml(value: unknown, stringify: (value: unknown) => string): string {
  return stringify(quoted(value)).replaceAll(/\\uFFFF"/gi, '"').replaceAll(TRICKS, unicode);
}

function quoted(value: unknown): unknown {
  if (typeof value === "string") return value.search(TRICKS) < 0 ? value : `${value}\uffff`;
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(quoted);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [quoted(key), quoted(one)]));
}

function unicode(text: string): string {
  return Array.from(
    { length: text.length },
    (_, index) => `\\u${text.charCodeAt(index).toString(16).padStart(4, "0")}`,
  ).join("");
}

function hexadecimal(text: string): string {
  const code = text.charCodeAt(0);
  return code > 0xff ? unicode(text) : `\\x${code.toString(16).padStart(2, "0")}`;
}

/** Renders an expected error for the user: what failed, the output that tells why, and what to do. */
export function errorText(program: string, error: LxopsError): string {
  const advice = error.advice.map((line) => `  ${lines(line).replaceAll("\n", "\n  ")}`);
  if (error instanceof ConfigError) {
    return [...error.issues.map(formatIssue).map(lines), ...advice].join("\n");
  }
  const output = outputOf(error);
  return [
    `${program}: ${lines(error.message)}`,
    ...output.map((line) => `  | ${printable(line)}`),
    ...advice,
  ].join("\n");
}

/** Returns the last lines of the failed program of an error. */
export function outputOf(error: Error): string[] {
  if (error instanceof CommandError && error.stderr !== "") return error.stderr.split("\n");
  return error.cause instanceof Error ? outputOf(error.cause) : [];
}

/** Indents further lines, so that a daemon's message cannot be mistaken for one of lxops. */
function lines(text: string): string {
  return text.split("\n").map(printable).join("\n  ");
}
