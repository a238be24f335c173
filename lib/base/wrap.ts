/**
 * Wrapping of text at words.
 *
 * @module
 */

/** Wraps a text into lines of a width, the first with an indentation of its own. */
export function fill(text: string, indent: string, width = 78, first = indent): string {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.trim().split(/\s+/)) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line);
      [line, empty] = [indent, true];
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line].join("\n");
}

/**
 * Wraps the paragraphs of a text that was written in lines. Paragraphs with an indented line, or with columns, keep
 * their lines, of which those that are too long are wrapped.
 */
export function refill(text: string, width: number): string {
  return text.split(/\n{2,}/)
    .map((block) => keepsLines(block) ? wrapLong(block, width) : fill(block, "", width))
    .join("\n\n");
}

/** The last column of a line, or the text of an item of a list. */
const COLUMN = /^(\s*(?:\S.*\S|\S) {2,}|\s*(?:\d+\.|[-*]) )(\S.*)$/;

/**
 * Wraps the lines of a text that are too long, and leaves all others. The last column of a line stays one; an indented
 * line without columns can be a command or a part of a file, and is not changed.
 */
export function wrapLong(text: string, width: number): string {
  return text.split("\n").map((line) => {
    if (line.length <= width) return line;
    const [, before = "", last = line] = COLUMN.exec(line) ?? [];
    if (before === "") return /^\s/.test(line) ? line : fill(line, "", width);
    // Beside wide columns there is no room.
    return before.length > width * 2 / 3 ? line : fill(last, " ".repeat(before.length), width, before);
  }).join("\n");
}

/** Tells whether a paragraph keeps its lines: one of them is indented, or has columns. */
export function keepsLines(block: string): boolean {
  return block.split("\n").some((line) => /^\s/.test(line) || /\S {2,}\S/.test(line));
}
