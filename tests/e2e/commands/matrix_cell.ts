/** The trial of a command on a daemon. */
import type { Ground } from "../support/daemon.ts";

/** The place where commands are tried: a project, over the socket or over HTTPS. */
export interface Trial {
  readonly ground: Ground;
  /** Name of the instance. */
  readonly name: string;
  readonly project: string;
  /** Over HTTPS the configuration has no directories, and so nothing to copy. */
  readonly isRemote: boolean;
  /** Runs lxops there; fails the test unless it ends well. */
  ok(...args: readonly string[]): Promise<string>;
  /** Runs lxops there and returns its exit code. */
  code(...args: readonly string[]): Promise<number>;
}

/** The trial of a command. */
export type Cell = (trial: Trial) => Promise<unknown>;
