/**
 * The file that makes its directory a container.
 *
 * @module
 */

import { basename } from "@std/path";
import { flag } from "../schema/fields.ts";
import type { Source } from "../yaml/source.ts";

/** The name of the file that makes its directory a container. */
export const DIRECTORY_FILE = "lxops.yaml";

/** Tells whether a file leaves out the devices of its directory: what the instance has at their paths stays visible. */
export function hasNoDevices({ data }: Pick<Source, "data">): boolean {
  return (data as Record<string, unknown> | null)?.["directory"] === "no-devices";
}

/** Tells whether the conventions of directories hold for a file: it has their name, or says so. */
export function isDirectoryFile({ file, data }: Pick<Source, "file" | "data">): boolean {
  if (hasNoDevices({ data })) return true;
  const said = (data as Record<string, unknown> | null)?.["directory"];
  const value = typeof said === "string" ? flag.safeParse(said) : undefined;
  return value?.success ? value.data : basename(file) === DIRECTORY_FILE;
}
