/**
 * The files that commands write downloads to; users may name a file or a directory.
 *
 * @module
 */
import { dirname, resolve } from "@std/path";
import { UsageError } from "../../base/errors.ts";
import type { App } from "../command/app.ts";

/**
 * Returns the absolute path of a file to write; a directory ends with a slash.
 *
 * @throws {UsageError} where there is no directory for it
 */
export async function targetFile(path: string, app: App): Promise<string> {
  const { host } = app;
  const absolute = resolve(host.cwd, path);
  if (await isDirectory(absolute, app)) return `${absolute.replace(/\/$/, "")}/`;
  const needed = path.endsWith("/") ? absolute : dirname(absolute);
  if (!await isDirectory(needed, app)) throw new UsageError(`There is no directory "${needed}"`);
  return absolute;
}

/** Tells whether a path is a directory, or a link to one. */
export async function isDirectory(path: string, { host }: App): Promise<boolean> {
  const info = await host.lstat(path);
  if (info?.kind !== "symlink") return info?.kind === "directory";
  const real = await host.realPath(path);
  return real !== undefined && (await host.lstat(real))?.kind === "directory";
}
