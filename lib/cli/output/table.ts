/**
 * Lists, as a table for users or as JSON for programs.
 *
 * @module
 */
import { printable, printableJson } from "./output.ts";

/** A value of a row. */
export type Cell = string | number | boolean | readonly string[];

/** A row by names of columns; JSON has all of them, a table only the columns that are asked for. */
export type Rows<C extends string> = readonly Readonly<Record<C, Cell>>[];

/** The form of a list. */
export interface TableOptions {
  readonly json: boolean;
  /** Leave out the names of the columns. */
  readonly bare?: boolean;
  /** Hides values of cells, which a table has to do before it aligns them. */
  readonly mask?: (text: string) => string;
}

/** The flag of commands that show lists. */
export const jsonFlag = {
  json: { kind: "boolean", help: "Print JSON, for programs" },
} as const;

/** Renders rows; the columns are in the order of their names here. */
export function renderRows<C extends string>(
  columns: readonly C[],
  rows: Rows<C>,
  options: TableOptions,
): string {
  if (options.json) return `${printableJson(rows)}\n`;
  const head = options.bare ? [] : [columns.map((name) => name.toUpperCase())];
  const { mask = (text) => text } = options;
  const lines = [...head, ...rows.map((row) => columns.map((name) => mask(cellText(row[name]))))];
  const widths = columns.map((_, column) => Math.max(0, ...lines.map((line) => line[column]!.length)));
  return lines.map((line) =>
    `${line.map((text, column) => text.padEnd(widths[column]!)).join(" ").trimEnd()}\n`
  )
    .join("");
}

function cellText(cell: Cell): string {
  return typeof cell === "object" ? cell.map(printable).join(" ") : printable(String(cell));
}
