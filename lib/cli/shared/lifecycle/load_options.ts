/**
 * Options for loading the configurations of a command.
 *
 * @module
 */
import type { Part } from "../../../instance/parts.ts";
import type { Recall } from "../../../run/targets/options.ts";

/** The parts of its configurations that a command uses, and its strictness. */
export interface Reading {
  /** Parts of configurations that the command does not use, and whose problems it ignores. */
  readonly without?: readonly Part[];
  /** Parts that the command uses in some cases, and reports problems of only then. */
  readonly mayNeed?: readonly Part[];
  /** Files that others can change are an error, and not a warning. */
  readonly refusesExposed?: boolean;
}

/** Options for loading targets. */
export interface LoadOptions extends Reading {
  /** Finds what an instance remembers of its launch. */
  readonly recall?: Recall;
  /** Several files may be for one instance. */
  readonly repeated?: boolean;
}
