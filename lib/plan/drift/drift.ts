/**
 * Differences between what items are responsible for in an instance and what is there, as data.
 *
 * @module
 */
import type { Item } from "../../cloudconfig/model/item.ts";

/** One aspect of a thing that is not as its item made it. What an instance tells is in `have`, and is not trusted. */
export interface Drift {
  /** What it is about, for example `file /etc/motd`. */
  readonly name: string;
  /** The aspect that differs, for example `mode`; absent: the thing itself is missing. */
  readonly aspect?: string;
  /** Both values; absent where they are secret, or not known. */
  readonly wanted?: string;
  readonly have?: string;
  /** lxops does not change it where the thing exists, such as the id of a user. */
  readonly stays?: true;
  /** The path of a file whose content may be shown. */
  readonly path?: string;
  /** What that file is to have. */
  readonly content?: Uint8Array;
}

/** What is known about a thing: its differences, or that nothing can be told. */
export type Told = readonly Drift[] | "unknown";

/** A difference, and the items that make the thing what it is to be. */
export interface FoundDrift extends Drift {
  readonly items: readonly Item[];
}

/** What a look at an instance came to. */
export interface GuestComparison {
  readonly drifts: readonly FoundDrift[];
  /** The number of things that were compared. */
  readonly compared: number;
  /** The number of things of which the instance could tell nothing. */
  readonly unknown: number;
}
