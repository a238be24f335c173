/**
 * The error about a configuration file that does not exist, with the file that may be meant.
 *
 * @module
 */
import { basename, dirname, join } from "@std/path";
import type { ConfigError } from "../../base/errors.ts";
import { nearest } from "../../base/suggest.ts";
import type { Host } from "../../ports/mod.ts";
import { fileError } from "../file.ts";

/** Returns the error about a file; `absolute` is where it was looked for. */
export async function noSuchFile(
  shown: string,
  absolute: string,
  io: Partial<Pick<Host, "readDir">>,
): Promise<ConfigError> {
  const names = await io.readDir?.(dirname(absolute)).catch(() => undefined) ?? [];
  const name = basename(absolute);
  if (names.includes(name)) return fileError(shown, "No such file: it is a link to one that does not exist");
  const files = names.filter((name) => /\.ya?ml$/.test(name));
  const stem = (file: string) => file.replace(/\.ya?ml$/, "");
  const near = nearest(stem(name), files.map(stem)) ?? stem(name);
  const found = files.find((file) => stem(file) === stem(name)) ?? files.find((file) => stem(file) === near);
  if (found !== undefined) {
    const path = shown.includes("/") ? join(dirname(shown), found) : found;
    return fileError(shown, `No such file; did you mean "${path}"?`);
  }
  // The name of an instance has no dot and no slash.
  const isName = /^[A-Za-z][A-Za-z0-9-]*$/.test(shown);
  return fileError(
    shown,
    isName
      ? "No such file; a configuration file is expected here, not the name of an instance"
      : "No such file",
  );
}
