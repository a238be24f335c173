/**
 * Reads configuration files of any known format.
 *
 * @module
 */
import { checkCurrent, checkSize, type ConfigFile, type FileOptions, openCurrent } from "../file.ts";
import type { Migrated } from "../format.ts";
import { migrate } from "../formats/format.ts";

/**
 * Reads the text of a file of any format. A text that is not a YAML map is a `ConfigError`; other problems are
 * issues.
 */
export function parseFile(file: string, text: string, options: FileOptions = {}): ConfigFile {
  checkSize(file, text);
  const current = migrated(file, text, options);
  return checkCurrent(openCurrent(file, current.text), current.issues, options);
}

/** Returns the text of a file of any format in the current one. */
export function migrated(file: string, text: string, options: FileOptions): Migrated {
  return migrate(file, text, options.formats);
}
