/**
 * Text for a POSIX shell.
 *
 * @module
 */

/** Quotes text so that a POSIX shell reads it as one word, whatever is in it. */
export function quote(text: string): string {
  return /^[A-Za-z0-9_\/:=.,@%+-]+$/.test(text) && !text.startsWith("=")
    ? text
    : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Renders a here-document whose end line occurs nowhere in the text; the result ends with a newline. */
export function hereDocument(text: string): string {
  const lines = new Set(text.split("\n"));
  let end = "END";
  while (lines.has(end)) end += "_";
  return `<<'${end}'\n${text}${text.endsWith("\n") || text === "" ? "" : "\n"}${end}\n`;
}
