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

/** Writes the rest of a stream that was cut off. */
export function zfsSendRest(token: string): Command {
  return { argv: ["zfs", "send", "-t", token] };
}

/**
 * Makes a dataset, or brings one up to date, of a stream. Without `-F` zfs refuses where anything would be lost.
 * What can go on after it was cut off is kept for that.
 */
export function zfsReceive(
  dataset: string,
  how: { readonly mount: boolean; readonly resumable: boolean },
): Command {
  return {
    argv: ["zfs", "receive", ...(how.mount ? [] : ["-u"]), ...(how.resumable ? ["-s"] : []), dataset],
  };
}

/** Forgets what was received of a stream that was cut off. */
export function zfsForgetRest(dataset: string): Command {
  return { argv: ["zfs", "receive", "-A", dataset] };
}
