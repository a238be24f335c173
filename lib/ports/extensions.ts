/**
 * Extensions of the API, checked before they are used. Daemons only ever add extensions, so that one that has
 * `instances` (LXD since 3.19, every Incus) has all that are older; what lxops uses of younger ones is checked where
 * it is used.
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
 * @throws {ServerError} that names what needs it
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
