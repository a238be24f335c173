/**
 * Reads configuration files of any known format.
 *
 * @module
 */
import { checkSize, type ConfigFile, type FileOptions, readCurrent } from "../file.ts";
import { migrate } from "../formats/format.ts";

/**
 * Reads the text of a file of any format. A text that is not a YAML map is a `ConfigError`; other problems are
 * issues.
 */
export function parseFile(file: string, text: string, options: FileOptions = {}): ConfigFile {
  checkSize(file, text);
  return readCurrent(file, migrate(file, text, options.formats), options);
}
