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
  | "cloud-config"
  | "hooks"
  | "secrets"
  | "checks"
  | "guest";

/** The reason why an instance is not as its configuration says. */
export type Why =
  /** The instance does not exist. */
  | "missing"
  /** The configuration changed since it was applied. */
  | "file"
  /** The instance changed since then, and not through lxops. */
  | "hand"
  /** Both did, to different values. */
  | "both"
  /** Unknown: the instance has no record. */
  | "differs"
  /** An instance that it comes after is restarted. */
  | "after"
  /** Its checks have not passed since its last change. */
  | "unchecked"
  /** An instance that changes comes after it once its checks pass. */
  | "awaited";

/** A difference between an instance and its configuration, as the change that removes it. */
export interface Change {
  /** Added, changed or removed. */
  readonly sign: "+" | "~" | "-";
  readonly part: ChangePart;
  /** Name in the part, or its title; empty where the part is one thing. */
  readonly name: string;
  readonly from?: string;
  readonly to?: string;
  readonly why: Why;
  /**
   * Requirement of the change; "launch": the instance must be deleted and launched again; "bootstrap": the script must
   * run again.
   */
  readonly takes: Takes | "launch" | "bootstrap";
  /** It takes `--move-devices`: the data of the instance stays at another place. */
  readonly moves?: true;
  /** The profile is deleted: it was the instance's own, and nothing else has it. */
  readonly deletes?: true;
  /** `up` restarts or rebuilds for it without a flag, as the configuration says. */
  readonly auto?: true;
}

/** All changes of an instance. */
export interface Changes {
  readonly changes: readonly Change[];
  /** Settings that lxops never made, which are left alone. */
  readonly foreign: readonly string[];
}
