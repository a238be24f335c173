/**
 * Copies files over a session of SFTP, which the daemons open about the files of an instance; it need not run.
 *
 * @module
 */
import type { CopyEvents, FileCopy } from "../../ports/copy.ts";
import type { Endpoint } from "../transport/endpoint.ts";
import { upgrade } from "../transport/websocket.ts";
import { Sftp } from "./client.ts";

/** Copies a file or a tree into an instance or out of it, at the path of the API about its files. */
export async function copyFiles(
  endpoint: Endpoint,
  path: string,
  copy: FileCopy,
  { signal, events }: { readonly signal: AbortSignal; readonly events: CopyEvents },
): Promise<void> {
  signal.throwIfAborted();
  const [{ connection, rest }, copying] = await Promise.all([
    upgrade(endpoint, path, ["Upgrade: sftp"], { what: "SFTP session" }),
    copy.direction === "in"
      ? import("./push.ts").then(({ push }) => push)
      : import("./pull.ts").then(({ pull }) => pull),
  ]);
  const sftp = await Sftp.start(connection, rest);
  try {
    await copying(sftp, copy, signal, events);
  } finally {
    sftp.end();
  }
}
