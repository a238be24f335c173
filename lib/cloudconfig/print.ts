/**
 * Bytes in a script: commands that print exactly them, in every shell.
 *
 * @module
 */
import { quote } from "../shell.ts";

/** Quotes a value for the right side of an assignment. */
export function assign(name: string, value: string): string {
  return `${name}=${value === "" ? "" : quote(value)}`;
}

/** The longest word of a generated script: some shells are slow with, or refuse, very long ones. */
export const MAX_WORD = 8192;

/** Bytes that are the same in every shell and locale: printable ASCII, tab and newline. */
function isPlain(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === 0x09 || byte === 0x0a;
}

function textCommand(bytes: Uint8Array): string {
  return `printf %s '${new TextDecoder().decode(bytes).replaceAll("'", `'\\''`)}'`;
}

/** Three digits always, so that a digit that follows is not taken for part of the escape. */
function octalCommand(bytes: Uint8Array): string {
  let format = "";
  for (const byte of bytes) {
    const char = String.fromCharCode(byte);
    const literal = isPlain(byte) && !`'%\\-`.includes(char);
    format += literal ? char : `\\${byte.toString(8).padStart(3, "0")}`;
  }
  return `printf '${format}'`;
}

/** The commands that print these bytes, one to a line; bytes that are not plain text travel as octal escapes. */
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

/** Makes these bytes the content of the file that a helper writes next, which takes no process. */
export function contentOfNext(content: Uint8Array): string {
  const commands = printCommands(content);
  return `lxops_content() {\n${commands.length === 0 ? ":" : commands.join(" &&\n")}\n}`;
}

/** A command that prints these bytes into the standard input of another. */
export function pipeInto(content: Uint8Array, command: string): string {
  const commands = printCommands(content);
  if (commands.length === 0) return `${command} </dev/null`;
  if (commands.length === 1) return `${commands[0]} |\n${command}`;
  return `{\n${commands.join("\n")}\n} |\n${command}`;
}
