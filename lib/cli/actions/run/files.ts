/**
 * Configurations that an operand of `run` names.
 *
 * @module
 */
import { type LxopsError, UsageError } from "../../../base/errors.ts";
import { behind, filesToName } from "../../../run/targets/directories.ts";
import type { App } from "../../command/app.ts";
import { configurationsOf } from "../../shared/search.ts";

/**
 * Lists the configurations of an operand whose path exists or has the form of one; none where it is an image that a
 * directory happens to have the name of.
 */
export async function filesOf(
  what: string,
  path: string,
  isPath: boolean,
  app: App,
): Promise<readonly string[]> {
  const isDirectory = !what.includes(":") && (await behind(path, app.host))?.kind === "directory";
  if (!isDirectory) return isPath ? [what] : [];
  const files = await configurationsOf(path, app);
  if (files.length > 0 || !isPath) return files;
  throw new UsageError(
    `"${what}" is a directory, and there is no lxops.yaml in it or below it`,
    await filesToName(path, app.host),
  );
}

/** Returns the error of an operand that is no image; where it names a directory, it says what the directory lacks. */
export async function orDirectory(what: string, error: LxopsError, app: App): Promise<LxopsError> {
  const isImage = what.includes(":") || !error.message.includes(`There is no image "${what}"`);
  if (isImage || (await behind(what, app.host))?.kind !== "directory") return error;
  return new UsageError(
    `"${what}" is no image, and there is no lxops.yaml in the directory of that name`,
    await filesToName(what, app.host),
  );
}
