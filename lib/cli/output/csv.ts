/**
 * Comma-separated values, quoted as the Go lxops does it. @std/csv ends lines with CR and LF, quotes no field with a
 * leading blank, and refuses a single quote inside a field, which files of the Go lxops may have.
 *
 * @module
 */

/** Renders one line; fields are quoted where they must be. */
export function csvLine(fields: readonly string[]): string {
  return `${
    fields.map((field) => /[",\r\n]|^\s|^$/.test(field) ? `"${field.replaceAll('"', '""')}"` : field).join(
      ",",
    )
  }\n`;
}

/** Splits a line into its fields; a quoted field ends with its line. */
export function csvFields(line: string): readonly string[] {
  const fields: string[] = [];
  for (const match of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)) {
    fields.push(match[1] === undefined ? match[2]! : match[1].replaceAll('""', '"'));
  }
  return fields;
}
