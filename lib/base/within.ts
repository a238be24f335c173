/**
 * Paths and names of datasets in one another.
 *
 * @module
 */
import { dirname } from "@std/path";

/** Returns true where a path is a directory or lies in it; so do names of datasets. */
export function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === "/" ? "/" : `${directory}/`);
}

/** Returns all parent directories of a path, the innermost first. */
export function ancestors(path: string): readonly string[] {
  const found: string[] = [];
  for (let at = dirname(path); at !== "/"; at = dirname(at)) found.push(at);
  return found;
}
