/**
 * Command lines of `zfs` about streams, each built by one pure function.
 *
 * @module
 */
import type { Command } from "../../ports/mod.ts";

/** Writes a snapshot as a stream: all of it, or what changed since an older one. */
export function zfsSend(snapshot: string, since?: string): Command {
  return { argv: ["zfs", "send", ...(since === undefined ? [] : ["-i", since]), snapshot] };
}

/** Writes the rest of an interrupted stream. */
export function zfsSendRest(token: string): Command {
  return { argv: ["zfs", "send", "-t", token] };
}

/**
 * Creates or updates a dataset from a stream. Without `-F` zfs refuses where anything would be lost. An interrupted
 * stream is kept, so that it can be continued.
 */
export function zfsReceive(
  dataset: string,
  how: { readonly mount: boolean; readonly resumable: boolean },
): Command {
  return {
    argv: ["zfs", "receive", ...(how.mount ? [] : ["-u"]), ...(how.resumable ? ["-s"] : []), dataset],
  };
}

/** Discards the received part of an interrupted stream. */
export function zfsForgetRest(dataset: string): Command {
  return { argv: ["zfs", "receive", "-A", dataset] };
}
