/**
 * Tables with aligned columns: no wider than a terminal, or as wide as their texts elsewhere.
 *
 * @module
 */
import { cutTo, foldTo, padTo, widthOf } from "../../base/text/width.ts";

/** The form of a table. */
export interface TableForm {
  /** Names of the columns; absent: the table has no heading. */
  readonly head?: readonly string[];
  /** Columns of the terminal; absent: the width is not limited. */
  readonly width?: number;
  /** Cuts text that does not fit, so that a row is always one line; absent: text is folded. */
  readonly compact?: boolean;
}

/** The least width to which a column is narrowed. */
const NARROWEST = 8;

/** Renders rows of cells. */
export function renderTable(rows: readonly (readonly string[])[], form: TableForm): string {
  const { head, width } = form;
  const lines = [...head ? [head.map((name) => name.toUpperCase())] : [], ...rows];
  const columns = Math.max(0, ...lines.map((line) => line.length));
  const widest = (width: (cell: string) => number, of = lines) =>
    Array.from({ length: columns }, (_, at) => Math.max(0, ...of.map((line) => width(line[at] ?? ""))));
  const wide = widest(widthOf);
  const heads = widest(widthOf, head ? lines.slice(0, 1) : []);
  const words = form.compact ? heads : widest((cell) => Math.max(...cell.split(" ").map(widthOf)));
  // A terminal wraps a single column by itself, so that a path can still be copied in one piece.
  const isOpen = width === undefined || columns < 2 && !form.compact;
  const room = isOpen ? Infinity : width - (columns - 1);
  // Words are broken only where necessary, headings never.
  const widths = fitted(wide, words, room) ?? fitted(wide, heads, room);
  // Cells below each other are better than columns of a few characters.
  if (widths === undefined) return head ? renderRecords(rows, head) : renderTable(rows, {});
  return lines.map((line) => rowText(line, widths, form.compact ?? false)).join("");
}

/**
 * Returns widths that fit: the widest columns become narrower first, and none narrower than `least`. Returns
 * `undefined` where that is not enough.
 */
function fitted(
  wide: readonly number[],
  least: readonly number[],
  room: number,
): readonly number[] | undefined {
  const upTo = (most: number) => wide.map((one, at) => Math.min(one, Math.max(most, least[at]!)));
  const sumOf = (widths: readonly number[]) => widths.reduce((sum, one) => sum + one, 0);
  let most = Math.max(...wide, 0);
  while (most > NARROWEST && sumOf(upTo(most)) > room) most--;
  const widths = upTo(most);
  let left = room - sumOf(widths);
  if (left < 0) return undefined;
  return widths.map((width, at) => {
    const more = width < wide[at]! && left > 0 ? 1 : 0;
    left -= more;
    return width + more;
  });
}

function rowText(cells: readonly string[], widths: readonly number[], compact: boolean): string {
  const folded = widths.map((width, at) => {
    const cell = cells[at] ?? "";
    if (widthOf(cell) <= width) return [cell];
    return compact ? [cutTo(cell, width)] : foldTo(cell, width);
  });
  const height = Math.max(1, ...folded.map((parts) => parts.length));
  return Array.from({ length: height }, (_, line) => {
    const parts = folded.map((one, at) => padTo(one[line] ?? "", widths[at]!));
    return `${parts.join(" ").trimEnd()}\n`;
  }).join("");
}

/** Renders rows one below the other, a line for each cell, with a blank line between rows. */
function renderRecords(rows: readonly (readonly string[])[], head: readonly string[]): string {
  const width = Math.max(...head.map(widthOf));
  return rows.map((row) =>
    row.map((cell, at) => `${padTo(head[at]!.toUpperCase(), width)} ${cell}`.trimEnd() + "\n").join("")
  ).join("\n");
}
