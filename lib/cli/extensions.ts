/**
 * Extensions of the API, asked for before they are used.
 *
 * @module
 */
import { ServerError } from "../errors.ts";
import type { InstanceServer, ServerInfo } from "../ports.ts";

/** Asks the daemon for an extension; throws where it lacks it. */
export async function needExtension(server: InstanceServer, extension: string, what: string): Promise<void> {
  checkExtension(await server.server(), extension, what);
}

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
