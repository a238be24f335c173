/** A test of an example: what it needs, and what is asked over its ports. */
import type { Ground } from "../../support/daemon.ts";

/** An example that runs. */
export interface Running {
  readonly ground: Ground;
  /** Its name, and its directory. */
  readonly name: string;
  readonly dir: string;
  /** The address of the host at which its ports are. */
  readonly address: string;
  /** A directory for clients. */
  readonly clients: string;
  /** Number of the question, from 1. */
  readonly round: number;
}

/** An example, and how it is asked. */
export interface Example {
  /** Its directory in `examples/services`. */
  readonly name: string;
  /** Programs of the host that ask it. */
  readonly programs: readonly string[];
  /** Writes secrets, and returns settings for the environment of lxops, and what ends what was started. */
  prepare?(to: Prepared): Promise<Settings>;
  /** Asks it over its ports, before and after a rebuild, and returns what must be the same both times. */
  ask(running: Running): Promise<string>;
}

/** A copy of an example that is not launched yet. */
export type Prepared = Pick<Running, "ground" | "dir" | "clients">;

/** Settings of a test, and what it does at its end. */
export interface Settings {
  readonly env?: Readonly<Record<string, string>>;
  end?(): Promise<void>;
}
