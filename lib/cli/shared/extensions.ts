/**
 * Extensions of the API, asked for before they are used.
 *
 * @module
 */
import { checkExtension } from "../../ports/extensions.ts";
import type { InstanceServer } from "../../ports/mod.ts";

/** Asks the daemon for an extension; throws where it lacks it. */
export async function needExtension(server: InstanceServer, extension: string, what: string): Promise<void> {
  checkExtension(await server.server(), extension, what);
}
