/**
 * Flags about the form of results.
 *
 * @module
 */
import type { Flags, Operands } from "./command.ts";

/** The flag of commands that have a result for programs. */
export const jsonFlag = {
  json: { kind: "boolean", help: "Print JSON, for programs" },
} as const satisfies Flags;

/** Flags of commands that print a list. */
export const listFlags = {
  ...jsonFlag,
  format: {
    kind: "string",
    value: "FORMAT",
    help: "table (default), compact, csv, yaml or json; with ,header or ,noheader",
  },
  columns: {
    kind: "string",
    value: "COLUMNS",
    help: "Columns in their order, such as name,state; all: every one; help json lists them",
  },
} as const satisfies Flags;

/** Operands of lists that can be filtered by name. */
export const filters: Operands = { usage: "[FILTER...]", min: 0 };

/** Returns operands of a list of parts of one thing, which can be filtered by name. */
export function filtersOf(usage: string): Operands {
  return { usage: `${usage} ${filters.usage}`, min: 1 };
}

/** The meaning of these operands, for help. */
export const FILTERS_HELP =
  "FILTER is a part of the name or, with * or ? in it, a pattern for the whole name; of several, one has to match.";
