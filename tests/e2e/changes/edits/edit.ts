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
  /** Questions about the instance after the edit, and the expected answers; see `answer()`. */
  readonly then?: Readonly<Record<string, string | undefined>>;
  /** The daemon on which the edit is made; absent: both. */
  readonly on?: "Incus" | "LXD";
  /** `up` refuses the edit, and the test takes it back. */
  readonly refused?: true;
}
