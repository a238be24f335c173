/**
 * A case of the bench.
 *
 * @module
 */
import type { Ground } from "./ground.ts";
import type { Spread } from "./measure.ts";

/** A command of lxops, and the fewest requests with the same effect. */
export interface Case {
  readonly name: string;
  /** Target to reach, as text. */
  readonly target: string;
  /** The words of a command that must be there. */
  readonly command: readonly string[];
  /** Number of instances of each run. */
  readonly instances: number;
  /** True where the configurations have no cloud-config. */
  readonly bare?: boolean;
  /** Returns why the case cannot be run here; `undefined` where it can. */
  readonly missing?: (ground: Ground) => Promise<string | undefined>;
  /** Makes what all runs share. */
  readonly setup?: (ground: Ground) => Promise<void>;
  readonly teardown?: (ground: Ground) => Promise<void>;
  /** Makes what one run, of either side, begins with. */
  readonly prepare?: (ground: Ground, names: readonly string[]) => Promise<void>;
  /** Command line of lxops. */
  readonly argv: (ground: Ground, names: readonly string[]) => readonly string[];
  /** The same, with as little as possible. */
  readonly floor?: (ground: Ground, names: readonly string[]) => Promise<void>;
  /** lxops is measured to the first byte that it prints, and not to its end. */
  readonly toOutput?: true;
  /** Runs either side and returns what is measured of it, in seconds; by default, that is how long it takes. */
  readonly measured?: (
    ground: Ground,
    names: readonly string[],
    action: () => Promise<unknown>,
  ) => Promise<number>;
  /** The end state; both sides must leave the same, apart from names. */
  readonly state?: (ground: Ground, names: readonly string[]) => Promise<unknown>;
  /** Compares a result with its limit and earlier results; `undefined` without a limit. */
  readonly holds?: (result: Result, earlier: readonly Result[]) => boolean | undefined;
}

/** The results of a case. */
export interface Result {
  readonly case: string;
  readonly target: string;
  readonly rounds: number;
  readonly seconds: Spread;
  readonly floor?: Spread;
  /** Median by the floor's median. */
  readonly ratio?: number;
  readonly cpu?: Spread;
  readonly megabytes?: Spread;
  readonly requests: number;
  readonly connections: number;
  readonly execs: number;
  readonly asked: readonly string[];
  readonly holds?: boolean;
}
