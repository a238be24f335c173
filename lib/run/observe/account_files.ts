/**
 * The files with the users and groups of an instance.
 *
 * @module
 */
import type { InstanceRef } from "../../ports/mod.ts";
import type { SmallFiles } from "../../ports/peek.ts";

/** Paths of the files. */
export const ACCOUNT_FILES = ["/etc/passwd", "/etc/group"] as const;

/** Time in which a running instance has to answer, in seconds. */
export const ANSWER_SECONDS = 10;

/** Reads both files of a running instance at once; see `readBoth()`. */
export function readAccountFiles(
  server: SmallFiles,
  instance: InstanceRef,
  seconds: number = ANSWER_SECONDS,
): ReturnType<SmallFiles["readBoth"]> {
  return server.readBoth(instance, ACCOUNT_FILES, seconds);
}
