/**
 * Configuration files of any format that lxops knows.
 *
 * @module
 */
import { checkSize, type ConfigFile, type FileOptions, readCurrent } from "../file.ts";
import { migrate } from "../formats/format.ts";

/** Reads a file's text; what is no YAML map of a known format is a `ConfigError`, other problems are issues. */
export function parseFile(file: string, text: string, options: FileOptions = {}): ConfigFile {
  checkSize(file, text);
  return readCurrent(file, migrate(file, text, options.formats), options);
}
