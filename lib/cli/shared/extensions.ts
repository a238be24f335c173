/**
 * Extensions of the API, asked for before they are used.
 *
 * @module
 */
import { checkExtension } from "../../ports/extensions.ts";
import type { InstanceServer } from "../../ports/mod.ts";

/** Checks that the daemon has an extension; throws if not. */
export async function needExtension(server: InstanceServer, extension: string, what: string): Promise<void> {
  checkExtension(await server.server(), extension, what);
}
