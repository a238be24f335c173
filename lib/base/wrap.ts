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
 * their lines.
 */
export function refill(text: string, width: number): string {
  return text.split(/\n{2,}/).map((block) => keepsLines(block) ? block : fill(block, "", width)).join("\n\n");
}

/** Tells whether a paragraph keeps its lines: one of them is indented, or has columns. */
export function keepsLines(block: string): boolean {
  return block.split("\n").some((line) => /^\s/.test(line) || /\S {2,}\S/.test(line));
}
