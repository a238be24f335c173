/**
 * Extensions of the API, checked before they are used.
 *
 * @module
 */
import { ServerError } from "../errors.ts";
import type { ServerInfo } from "../ports.ts";

/**
 * Checks that a daemon has an extension.
 *
 * @throws {ServerError} that names what needs it
 */
export function checkExtension(info: ServerInfo, extension: string, what: string): void {
  if (info.extensions.has(extension)) return;
  throw new ServerError(`This server lacks "${extension}", which ${what} needs`, 0, undefined, [
    `It is ${info.server || "a daemon"} ${info.version}; a later version may have it`,
  ]);
}
