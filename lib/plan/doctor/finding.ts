/**
 * Findings of `doctor`, as data.
 *
 * @module
 */
import type { InstanceRef } from "../../ports/mod.ts";

/** The parts of a machine that are looked at, in the order in which findings are shown. */
export const AREAS = [
  "daemon",
  "storage",
  "network",
  "ids",
  "root",
  "zfs",
  "files",
  "remotes",
  "instances",
  "clock",
] as const;

/** A part of a machine. */
export type Area = typeof AREAS[number];

/** A change that mends a finding and cannot hurt. */
export type Fix =
  /** Removes the right of other users to write, or to read, a file of lxops or of the daemon's client. */
  | { readonly kind: "chmod"; readonly path: string; readonly mode: "go-w" | "go-rwx" | "o-w" }
  /** Removes a lock whose holder has ended. */
  | { readonly kind: "lock"; readonly project: string; readonly name: string; readonly what: string }
  /** Thaws an instance that a run has left frozen. */
  | { readonly kind: "unfreeze"; readonly instance: InstanceRef }
  /** Removes the leftovers of runs in a project, as `run --sweep` does. */
  | { readonly kind: "sweep"; readonly project: string };

/** A defect of the machine or its daemon. */
export interface Finding {
  /** A name that stays the same, for programs: `socket-denied`. */
  readonly id: string;
  readonly area: Area;
  /** `error`: something does not work until it is mended; `warning`: it will, or may. */
  readonly severity: "error" | "warning";
  /** The defect, as a sentence without its full stop. */
  readonly what: string;
  /** The consequence of the defect. */
  readonly why: string;
  /** Command lines that mend it; of several, all are needed, one after the other. */
  readonly cure: readonly string[];
  readonly fix?: Fix;
}

/** A part that could not be looked at, and why. */
export interface Unknown {
  readonly area: Area;
  readonly why: string;
}

/** A finding without its area. */
export type Found = Omit<Finding, "area">;

/** Puts findings of one area together. */
export function inArea(area: Area, found: readonly (Found | undefined | false)[]): readonly Finding[] {
  return found.flatMap((one) => one ? [{ area, ...one }] : []);
}
