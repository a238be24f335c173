/**
 * Programs in instances that a plan runs, as data.
 *
 * @module
 */
import type { Exec } from "../ports/mod.ts";

/** A program in an instance, with what is known of it before the instance runs. */
export interface Program extends Exec {
  /** The name of the user to run as, whose ids and home the instance tells. */
  readonly account?: string;
  /** Longest time that the program may take, in seconds; absent: any. */
  readonly limitSeconds?: number;
  /**
   * It is a part of lxops, and ends soon and prints little: an instance that is not trusted may have another shell,
   * which does neither. A run then ends it.
   */
  readonly bounded?: true;
  /** Its variables are secret: they go to it by its input where that is free, as lists of processes show the others. */
  readonly hidesEnv?: true;
  /** Its output is shown without the values of secret settings. */
  readonly masks?: true;
}
