/**
 * Differences between the things of an instance and the items that made them, as data.
 *
 * @module
 */
import type { Item } from "../../cloudconfig/model/item.ts";

/** A difference of one aspect of a thing from its item. The value in `have` comes from the instance and is not trusted. */
export interface Drift {
  /** The thing that differs, for example `file /etc/motd`. */
  readonly name: string;
  /** The aspect that differs, for example `mode`; absent: the thing itself is missing. */
  readonly aspect?: string;
  /** Both values; absent where they are secret, or not known. */
  readonly wanted?: string;
  readonly have?: string;
  /** lxops does not change it where the thing exists, such as the id of a user. */
  readonly stays?: true;
  /** The reason why this is no change by hand. */
  readonly undoneBy?: UndoneBy;
  /** The path of a file whose content may be shown. */
  readonly path?: string;
  /** The content that the configuration has for that file. */
  readonly content?: Uint8Array;
}

/** The parts of a system that undo what an item wrote: temporary files go, and DHCP sets the name servers. */
export type UndoneBy = "cleaning" | "network";

/** The differences of a thing; "unknown" where the instance said nothing about it. */
export type Told = readonly Drift[] | "unknown";

/** A difference, and the items that make the thing what it is to be. */
export interface FoundDrift extends Drift {
  readonly items: readonly Item[];
}

/** The result of a look at an instance. */
export interface GuestComparison {
  readonly drifts: readonly FoundDrift[];
  /** The number of things that were compared. */
  readonly compared: number;
  /** The number of things of which the instance could tell nothing. */
  readonly unknown: number;
  /** The names of these things. */
  readonly untold: readonly string[];
}
