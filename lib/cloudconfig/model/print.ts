/**
 * Renders bytes as commands that print exactly these bytes in every shell.
 *
 * @module
 */
import { quote } from "../../base/shell.ts";

/** Quotes a value for the right side of an assignment. */
export function assign(name: string, value: string): string {
  return `${name}=${value === "" ? "" : quote(value)}`;
}

/** The longest word of a generated script: some shells are slow with very long words, or refuse them. */
export const MAX_WORD = 8192;

/** Reports whether a byte is the same in every shell and locale: printable ASCII, tab or newline. */
function isPlain(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === 0x09 || byte === 0x0a;
}

function textCommand(bytes: Uint8Array): string {
  return `printf %s '${new TextDecoder().decode(bytes).replaceAll("'", `'\\''`)}'`;
}

const BACKSLASH = 0x5c;
const ZERO = 0x30;

/** Reports whether a byte stands for itself in a format of printf in single quotes. */
function isLiteral(byte: number): boolean {
  return isPlain(byte) && byte !== BACKSLASH && byte !== 0x25 && byte !== 0x27 && byte !== 0x2d;
}

/**
 * Returns a printf command with octal escapes. They always have three digits, so that a following digit is not taken
 * for part of the escape. Files can have many MiB of them, so that the format is built as bytes.
 */
function octalCommand(bytes: Uint8Array): string {
  const format = new Uint8Array(bytes.length * 4);
  let end = 0;
  for (const byte of bytes) {
    if (isLiteral(byte)) {
      format[end++] = byte;
      continue;
    }
    format[end++] = BACKSLASH;
    format[end++] = ZERO + (byte >> 6);
    format[end++] = ZERO + ((byte >> 3) & 7);
    format[end++] = ZERO + (byte & 7);
  }
  return `printf '${new TextDecoder().decode(format.subarray(0, end))}'`;
}

/** Returns commands that print these bytes. Bytes that are not plain text become octal escapes. */
export function printCommands(content: Uint8Array): readonly string[] {
  const commands: string[] = [];
  let start = 0;
  while (start < content.length) {
    const chunk = content.subarray(start, start + MAX_WORD);
    commands.push(chunk.every(isPlain) ? textCommand(chunk) : octalCommand(chunk));
    start += chunk.length;
  }
  return commands;
}

/** Returns a function that prints the content of the file that a helper writes next. It starts no process. */
export function contentOfNext(content: Uint8Array): string {
  const commands = printCommands(content);
  return `lxops_content() {\n${commands.length === 0 ? ":" : commands.join(" &&\n")}\n}`;
}

/** Returns a command that pipes these bytes into another command. */
export function pipeInto(content: Uint8Array, command: string): string {
  const commands = printCommands(content);
  if (commands.length === 0) return `${command} </dev/null`;
  if (commands.length === 1) return `${commands[0]} |\n${command}`;
  return `{\n${commands.join("\n")}\n} |\n${command}`;
}
