/**
 * Changes of the instances of a pool, as data. Each act looks at the instance once more before it changes it, as
 * others take instances at the same time.
 *
 * @module
 */
import type { InstanceRef } from "../ports/mod.ts";

/** A pool: its name, and the project of its instances. */
export interface PoolRef {
  readonly project: string;
  readonly pool: string;
}

/** The address and keys of the SSH server of an instance. */
export interface LeaseSsh {
  /** The user to log in as. */
  readonly user: string;
  /** Address of the server. */
  readonly host: string;
  /** Its port. */
  readonly port: number;
  /** Lines for a `known_hosts` file. */
  readonly known_hosts: string;
}

/** The right to use an instance of a pool alone, until a time. */
export interface Lease {
  /** The secret name of the lease, by which it is renewed and released. */
  readonly lease: string;
  /** Name of the instance. */
  readonly instance: string;
  /** Its project. */
  readonly project: string;
  /** Name of the pool that it is of. */
  readonly pool: string;
  /** Its owner. */
  readonly owner: string;
  /** The time at which it ends, as `2026-01-31T12:00:00.000Z`. */
  readonly expires: string;
  /** Its addresses when it became ready; with `pool acquire --json`, those that it has now where it had none. */
  readonly addresses: readonly string[];
  /** Absent: the instance had no SSH server when it became ready. */
  readonly ssh?: LeaseSsh;
}

/** Takes an instance of a pool that is ready. */
export interface Acquire extends PoolRef {
  readonly act: "acquire";
  readonly owner: string;
  /** Time of the lease; absent: that of the pool. */
  readonly seconds?: number;
  /** The taker wants the addresses also of an instance that had none when it became ready. */
  readonly addresses?: true;
}

/** Lets a lease last longer. */
export interface Renew {
  readonly act: "renew";
  readonly project: string;
  readonly lease: string;
  /** Time of the lease from now on; absent: that of the pool. */
  readonly seconds?: number;
}

/** Makes up for an instance that was taken, where its pool has no tender. */
export interface Refill extends PoolRef {
  readonly act: "refill";
  /** The instance that was taken; new ones are like it. */
  readonly instance: InstanceRef;
}

/** Notes in the keys of an instance that it is taken, in case that its lease is removed by hand. */
export interface Mark extends PoolRef {
  readonly act: "mark";
  readonly instance: InstanceRef;
}

/** Ends a lease: its instance is removed, set back, or kept outside of the pool. */
export interface Release {
  readonly act: "release";
  readonly project: string;
  readonly lease: string;
  readonly keep: boolean;
}

/** Finishes a new instance: it gets an identity of its own, and is then ready. */
export interface Warm extends PoolRef {
  readonly act: "warm";
  readonly instance: InstanceRef;
}

/** Reason for the removal of an instance of a pool. */
export type Retirement =
  /** It has no lease, and is not to be handed out. */
  | "idle"
  /** Its lease has run out. */
  | "expired"
  /** Its owner loses it. */
  | "forced";

/** Removes an instance of a pool, unless it has a lease. */
export interface Retire extends PoolRef {
  readonly act: "retire";
  readonly instance: InstanceRef;
  /** The `volatile.uuid` that it was seen with; empty: one that was just made. */
  readonly uuid: string;
  readonly why: Retirement;
  /** A lease by now, or another instance of that name, is no failure. */
  readonly lenient?: true;
}

/** Removes the lease of an instance that is gone. */
export interface Forget extends PoolRef {
  readonly act: "forget";
  readonly instance: InstanceRef;
}

/** A change of an instance of a pool. */
export type PoolAct = Acquire | Refill | Mark | Renew | Release | Warm | Retire | Forget;
