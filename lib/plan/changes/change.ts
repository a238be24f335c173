/**
 * Changes between an instance and its configuration, as data.
 *
 * @module
 */
import type { Takes } from "../../instance/takes.ts";

/** Parts of an instance that are compared. */
export type ChangePart =
  | "instance"
  | "state"
  | "type"
  | "image"
  | "profiles"
  | "profile devices"
  | "profile keys"
  | "devices"
  | "keys"
  | "filesystems"
  | "cloud-config";

/** The reason why an instance is not as its configuration says. */
export type Why =
  /** There is no such instance. */
  | "missing"
  /** The configuration changed since it was applied. */
  | "file"
  /** The instance changed since then, and not through lxops. */
  | "hand"
  /** Both did, to different values. */
  | "both"
  /** Nobody knows: the instance has no record. */
  | "differs";

/** One change that an instance needs to be as its configuration says. */
export interface Change {
  /** Something comes, changes or goes. */
  readonly sign: "+" | "~" | "-";
  readonly part: ChangePart;
  /** Name in the part, or its title; empty where the part is one thing. */
  readonly name: string;
  readonly from?: string;
  readonly to?: string;
  readonly why: Why;
  /** What it takes; "launch": the instance must be deleted and launched anew. */
  readonly takes: Takes | "launch";
}

/** All changes of an instance. */
export interface Changes {
  readonly changes: readonly Change[];
  /** What is no concern of lxops, and is left alone. */
  readonly foreign: readonly string[];
}
