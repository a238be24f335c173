/**
 * Extensions of the API, checked before they are used. Daemons only ever add extensions, so that a daemon with
 * `instances` (LXD since 3.19, every Incus) has every older one; younger extensions are checked before each
 * use.
 *
 * @module
 */
import { ServerError } from "../base/errors.ts";
import type { ServerInfo } from "./mod.ts";

/** The extensions that lxops requires of every daemon. */
export const BASE_EXTENSION = "instances";

/**
 * Checks that a daemon has an extension.
 *
 * @throws {ServerError} that names the feature which needs it
 */
export function checkExtension(
  info: Pick<ServerInfo, "extensions" | "server" | "version">,
  extension: string,
  what: string,
): void {
  if (info.extensions.has(extension)) return;
  throw new ServerError(`This server lacks "${extension}", which ${what} needs`, {
    advice: [
      `It is ${info.server || "a daemon"} ${info.version}; a later version may have it`,
    ],
  });
}
