/**
 * Standard input and output of the process.
 *
 * @module
 */
import { passToStdout, writeStderr, writeStdout } from "../adapters/standard_output.ts";
import { printable } from "../cli/output/output.ts";
import type { App, Stdin } from "../cli/command/app.ts";

/** Writes text to stdout. */
export function toStdout(text: string): void {
  writeStdout(new TextEncoder().encode(text));
}

/** Writes text to stderr, if it can be written. */
export function toStderr(text: string): void {
  bytesToStderr(new TextEncoder().encode(text));
}

/** Writes a line to stderr. */
export function complain(text: string): void {
  toStderr(`${text}\n`);
}

/** Tells the user on stderr what lxops waits for. */
export function note(text: string): void {
  complain(printable(`note: ${text}`));
}

/**
 * Writes bytes to stderr. A failure is ignored, so that a command continues where the reader has gone or the disk is
 * full.
 */
export function bytesToStderr(bytes: Uint8Array): void {
  try {
    writeStderr(bytes);
  } catch (error) {
    if (typeof (error as { code?: unknown }).code !== "string") throw error;
  }
}

/** Writes bytes to stdout unchanged. */
export async function printBytes(content: Uint8Array): Promise<void> {
  await passToStdout(content);
}

/** Standard input; the terminal is loaded where it is read. */
export const stdin: Stdin = {
  text: async () => Deno.stdin.isTerminal() ? undefined : await (await terminal()).readText(),
  bytes: async () => await (await terminal()).readBytes(),
  piped: async () => Deno.stdin.isTerminal() ? undefined : await (await terminal()).readBytes(),
  isTerminal: () => Deno.stdin.isTerminal(),
};

/** Asks a question on the terminal. A script cannot answer, so the answer is yes where there is no terminal. */
export async function confirm(
  lines: Parameters<App["confirm"]>[0],
  question: string,
  signal: AbortSignal,
): Promise<boolean> {
  if (!Deno.stdin.isTerminal() || !Deno.stderr.isTerminal()) return true;
  for (const line of lines) complain(printable(line));
  toStderr(`${printable(question)} [y/N] `);
  try {
    return /^y(es)?$/i.test(await (await terminal()).readAnswer(signal));
  } catch (error) {
    complain("");
    throw error;
  }
}

async function terminal() {
  return await import("../adapters/terminal.ts");
}
