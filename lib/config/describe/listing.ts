/**
 * Lists includes and formats of configurations as lines of text.
 *
 * @module
 */
import type { IncludeTree, LoadedConfig } from "../config.ts";
import type { Format } from "../format.ts";
import { FORMATS } from "../formats/format.ts";
import { HEADER } from "../header.ts";

/** Lists the files that a configuration includes in the order in which they were opened, each once. */
export function includeLines(tree: IncludeTree): readonly string[] {
  return tree.includes.flatMap((included) =>
    included.skipped ? [] : [included.file, ...includeLines(included)]
  );
}

const SKIPPED = { duplicate: " (included before)", cycle: " (includes itself; left out)" } as const;

/** Lists the includes as a tree, with those that are named again. */
export function includeTreeLines(tree: IncludeTree, indent = ""): readonly string[] {
  return tree.includes.flatMap((included) => [
    `${indent}${included.file}${included.skipped ? SKIPPED[included.skipped] : ""}`,
    ...includeTreeLines(included, `${indent}  `),
  ]);
}

/** Lists the conditional paths that were left out, with the reason. */
export function droppedLines(dropped: LoadedConfig["dropped"]): readonly string[] {
  return dropped.map(({ location, key, path, variable }) =>
    `${location.file}:${location.line}:${location.column} ${key}: "${path}" is left out: no property "${variable}"`
  );
}

/** Lists the formats that can be read by the first line of their files; `own` are additional formats. */
export function formatRows(own: readonly Format[] = []) {
  return [...new Set([HEADER, ...headersOf(own)])].map((format) => ({ format, current: format === HEADER }));
}

/** Lists the current format and the others as lines. */
export function formatLines(own: readonly Format[] = []): readonly string[] {
  return [
    `current format: ${HEADER}`,
    "supported formats:",
    ...headersOf(own),
  ];
}

function headersOf(own: readonly Format[]): ReadonlySet<string> {
  return new Set([...FORMATS, ...own].map(({ header }) => header).sort());
}
