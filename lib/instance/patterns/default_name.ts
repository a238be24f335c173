/**
 * The name of an instance that nothing but its file says.
 *
 * @module
 */
import { basename, dirname, extname, resolve } from "@std/path";
import { DIRECTORY_FILE } from "../../config/directory/directory_file.ts";

/** The parts of a loaded configuration that give its instance a name. */
export interface Naming {
  readonly config: { readonly name: string };
  /** Absent for a file that is not one of a directory, such as one that says `directory: false`. */
  readonly directory?: unknown;
}

/** Tells whether a file gives its instance the name of its directory, where none is given on the command line. */
export function isNamedByDirectory(file: string, cwd = "/", loaded?: Naming): boolean {
  if (loaded && (loaded.config.name !== "" || loaded.directory === undefined)) return false;
  return basename(file) === DIRECTORY_FILE && dirname(resolve(cwd, file)) !== "/";
}

/**
 * Returns the name of a file's instance, where none is given on the command line: the one that the file says, that of
 * the directory of `lxops.yaml`, or else the file's. Where `loaded` is absent, the file is taken to say nothing.
 */
export function defaultName(file: string, cwd = "/", loaded?: Naming): string {
  if (loaded && loaded.config.name !== "") return loaded.config.name;
  return isNamedByDirectory(file, cwd, loaded)
    ? basename(dirname(resolve(cwd, file)))
    : basename(file, extname(file));
}
