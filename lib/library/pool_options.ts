/**
 * Options of calls about pools. They are called as the flags of the commands `lxops pool ...` are, and mean the same.
 *
 * @module
 */
import type { CallOptions, RunOptions } from "./options.ts";

/** Options of `Pool.create()`. Durations are texts such as `90s`, `30m` or `2h`. */
export interface PoolOptions extends CallOptions {
  /** Number of instances that wait to be taken. */
  readonly size: number;
  /** Largest number of all, also of those taken; absent: twice the size. */
  readonly max?: number;
  /** Project of the instances; absent: the client's. */
  readonly project?: string;
  /** State in which they wait; absent: `running`. */
  readonly ready?: "running" | "frozen" | "stopped";
  /** `lease`: they are taken; `self`: each works by itself and is used up when it stops; absent: `lease`. */
  readonly mode?: "lease" | "self";
  /** Program that an instance of mode `self` runs. */
  readonly program?: readonly string[];
  /** Files that each instance of mode `self` gets before its program starts: `FILE:PATH`. */
  readonly copyIn?: readonly string[];
  /** Time of a lease; absent: `1h`. */
  readonly lease?: string;
  /** Replaces an instance that was not taken in this time; absent: none. */
  readonly maxAge?: string;
  /** Use of a released instance: `none` removes it, `snapshot` sets it back; absent: `none`. */
  readonly reset?: "none" | "snapshot";
  /** Conditions for a new instance: `exec`, `init`, `net`, `dns` or `dns:NAME`, or several with commas; absent: `exec`. */
  readonly wait?: string;
  /** Longest time for that; absent: `60s`. */
  readonly waitTimeout?: string;
  /** Host keys of the SSH server: `new` ones in each, or those of the `image` in all; absent: `new`. */
  readonly hostKey?: "new" | "image";
  /** User that leases name for ssh; absent: root. */
  readonly sshUser?: string;
  /** Profiles of the instances; absent: `default`. */
  readonly profile?: readonly string[];
  /** Keys of the instances. */
  readonly config?: Readonly<Record<string, string>>;
  /** Limits: `cpu`, `memory` and `processes`. */
  readonly limits?: Readonly<Record<string, string>>;
  /** Lets the instances run containers of their own. */
  readonly nesting?: boolean;
  /** Name for the image of a configuration file; absent: that of the file, or of its directory. */
  readonly alias?: string;
  /** Path of a file of global properties, for a configuration file. */
  readonly properties?: string;
  /** Properties, for a configuration file. */
  readonly P?: Readonly<Record<string, string>>;
  /** Number of instances to work on at a time; absent: 8. */
  readonly parallel?: number;
}

/** Options of `Pool.acquire()`. */
export interface AcquireOptions extends CallOptions {
  /** Waits so long for an instance, such as `60s`; absent: not at all. */
  readonly wait?: string;
  /** Name of the owner, for others; absent: that of the user. */
  readonly owner?: string;
  /** Time of the lease, such as `30m`; absent: that of the pool. */
  readonly lease?: string;
}

/** Options of `Pool.renew()`. */
export interface RenewOptions extends CallOptions {
  /** Time of the lease from now on; absent: that of the pool. */
  readonly lease?: string;
}

/** Options of `Pool.release()`. */
export interface ReleaseOptions extends CallOptions {
  /** Keeps the instance outside of the pool, to look at it. */
  readonly keep?: boolean;
}

/** Options of `Pool.tend()`. */
export interface TendOptions extends CallOptions {
  /** Goes on, with this pause between two rounds, such as `5s`; absent: one round. */
  readonly interval?: string;
  /** Files that each new instance of mode `self` gets before its program starts: `FILE:PATH`. */
  readonly copyIn?: readonly string[];
  /** Number of instances to work on at a time; absent: 8. */
  readonly parallel?: number;
}

/** Options of `Pool.run()`. */
export interface PoolRunOptions extends
  CallOptions,
  Pick<
    RunOptions,
    | "wait"
    | "waitTimeout"
    | "copyIn"
    | "copyOut"
    | "overwrite"
    | "maxSize"
    | "env"
    | "envFile"
    | "user"
    | "cwd"
    | "timeout"
    | "killAfter"
    | "input"
    | "maxOutput"
  > {
  /** Waits so long for an instance, such as `60s`; absent: not at all. */
  readonly waitForFree?: string;
  /** Name of the owner, for others; absent: `lxops run`. */
  readonly owner?: string;
}

/** Options of `Pool.destroy()`. */
export interface DestroyPoolOptions extends CallOptions {
  /** Also removes instances with a lease. */
  readonly force?: boolean;
  /** Number of instances to work on at a time; absent: 8. */
  readonly parallel?: number;
}
