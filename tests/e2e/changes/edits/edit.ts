/**
 * Edits of the files of an instance, as data.
 *
 * @module
 */
import type { Patch } from "../files.ts";

/** An edit. */
export interface Edit {
  readonly edit: string;
  readonly patch: Patch;
  /** What holds afterwards: what is asked, and the answer; see `answer()`. */
  readonly then?: Readonly<Record<string, string | undefined>>;
  /** The daemon that this is about; absent: both. */
  readonly on?: "Incus" | "LXD";
  /** `up` refuses it, and it is taken back. */
  readonly refused?: true;
}
