/**
 * Text for terminals.
 *
 * @module
 */
import { CommandError, ConfigError, formatIssue, type LxopsError } from "../errors.ts";

/**
 * Makes text of a container harmless to print: its root could send control sequences to the terminal of the
 * person who runs lxops, or turn its text around. Tabs stay; other such characters are shown as `\xNN` or `\uNNNN`.
 */
export function printable(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replaceAll(/[\x00-\x08\x0a-\x1f]/g, hexadecimal).replaceAll(TRICKS, hexadecimal);
}

/** Renders a value as JSON that is harmless to print; what is escaped in it means the same. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value, null, 2)
    .replaceAll(TRICKS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Delete, the second set of control characters, separators of lines, and marks that turn text around. */
const TRICKS = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

function hexadecimal(character: string): string {
  const code = character.charCodeAt(0);
  return code > 0xff
    ? `\\u${code.toString(16).padStart(4, "0")}`
    : `\\x${code.toString(16).padStart(2, "0")}`;
}

/** Renders an expected error for a person: what failed, the output that tells why, and what to do. */
export function errorText(program: string, error: LxopsError): string {
  if (error instanceof ConfigError) return error.issues.map(formatIssue).map(lines).join("\n");
  const output = outputOf(error);
  return [
    `${program}: ${lines(error.message)}`,
    ...output.map((line) => `  | ${printable(line)}`),
    ...error.advice.map((line) => `  ${lines(line)}`),
  ].join("\n");
}

function outputOf(error: Error): string[] {
  if (error instanceof CommandError && error.stderr !== "") return error.stderr.split("\n");
  return error.cause instanceof Error ? outputOf(error.cause) : [];
}

function lines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}
