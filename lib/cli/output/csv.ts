/**
 * Comma-separated values.
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

/** Splits a line into its fields; a quoted field does not go on in the next line. */
export function csvFields(line: string): readonly string[] {
  const fields: string[] = [];
  for (const match of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)) {
    fields.push(match[1] === undefined ? match[2]! : match[1].replaceAll('""', '"'));
  }
  return fields;
}
