/**
 * Text for terminals.
 *
 * @module
 */
import { CommandError, ConfigError, formatIssue, type LxopsError } from "../errors.ts";

/**
 * Makes text of a container harmless to print: its root could send control sequences to the terminal of the
 * person who runs lxops. Tabs stay; other control characters are shown as `\xNN`.
 */
export function printable(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replaceAll(/[\x00-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, (character) => {
    const code = character.charCodeAt(0);
    return code > 0xff ? `\\u${code.toString(16)}` : `\\x${code.toString(16).padStart(2, "0")}`;
  });
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
