/**
 * Checks of instances, as data.
 *
 * @module
 */
import type { Location } from "../base/errors.ts";
import type { InstanceRef } from "../ports/mod.ts";

/** Command, port or address that a check tries. */
export type Probe =
  /** A command in the instance, which exits with 0. */
  | { readonly kind: "exec"; readonly argv: readonly [string, ...string[]] }
  /** A port that accepts connections. */
  | { readonly kind: "tcp"; readonly port: number }
  /** A server's answer with this status; absent: any from 200 to 399. */
  | { readonly kind: "http"; readonly port: number; readonly path: string; readonly status?: number };

/** A check that an instance has to pass. Times are in seconds. */
export interface Check {
  readonly instance: InstanceRef;
  /** The name for messages. */
  readonly label: string;
  readonly probe: Probe;
  /** Time between two attempts. */
  readonly interval: number;
  /** Time limit of an attempt. */
  readonly timeout: number;
  /** Number of attempts that fail before the check fails. */
  readonly retries: number;
  /** Time limit of all attempts; absent: they take as long as they take. */
  readonly within?: number;
  /** Time from the start of the check in which failed attempts do not count. */
  readonly startPeriod: number;
  /** Time between two attempts in that period. */
  readonly startInterval: number;
  readonly location?: Location;
  /** The daemon connects to ports in instances. */
  readonly forwards?: true;
}
