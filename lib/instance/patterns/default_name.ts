/**
 * The name of an instance that nothing but its file says.
 *
 * @module
 */
import { basename, dirname, extname, resolve } from "@std/path";
import { DIRECTORY_FILE } from "../../config/directory/directory_file.ts";

/**
 * Returns the name of a file's instance, where none is given on the command line: the one that the file says, that of
 * the directory of `lxops.yaml`, or else the file's.
 */
export function defaultName(file: string, cwd = "/", said = ""): string {
  if (said !== "") return said;
  const own = basename(file, extname(file));
  if (basename(file) !== DIRECTORY_FILE) return own;
  const directory = dirname(resolve(cwd, file));
  return directory === "/" ? own : basename(directory);
}
