/**
 * What is done to the instances of a pool, as data. Each act looks at the instance once more before it changes it, as
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

/** How to reach the SSH server of an instance. */
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
  /** Who has it. */
  readonly owner: string;
  /** The time at which it ends, as `2026-01-31T12:00:00.000Z`. */
  readonly expires: string;
  /** Its addresses when it became ready. */
  readonly addresses: readonly string[];
  /** Absent: the instance had no SSH server when it became ready. */
  readonly ssh?: LeaseSsh;
}

/** Takes an instance of a pool that is ready. */
export interface Acquire extends PoolRef {
  readonly act: "acquire";
  readonly owner: string;
  /** How long the lease lasts; absent: as long as the pool says. */
  readonly seconds?: number;
}

/** Lets a lease last longer. */
export interface Renew {
  readonly act: "renew";
  readonly project: string;
  readonly lease: string;
  /** How long it lasts from now on; absent: as long as the pool says. */
  readonly seconds?: number;
}

/** Makes up for an instance that was taken, where nobody tends its pool. */
export interface Refill extends PoolRef {
  readonly act: "refill";
  /** The instance that was taken; new ones are like it. */
  readonly instance: InstanceRef;
}

/** Notes in the keys of an instance that somebody has it, in case that its lease is removed by hand. */
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

/** Why an instance of a pool goes. */
export type Retirement =
  /** Nobody has it, and nobody is to get it. */
  | "idle"
  /** Its lease has run out. */
  | "expired"
  /** Whoever has it loses it. */
  | "forced";

/** Removes an instance of a pool, unless somebody has it. */
export interface Retire extends PoolRef {
  readonly act: "retire";
  readonly instance: InstanceRef;
  /** The `volatile.uuid` that it was seen with; empty: one that was just made. */
  readonly uuid: string;
  readonly why: Retirement;
  /** That somebody has it, or it is another one by now, is no failure. */
  readonly lenient?: true;
}

/** Removes the lease of an instance that is gone. */
export interface Forget extends PoolRef {
  readonly act: "forget";
  readonly instance: InstanceRef;
}

/** One change of an instance of a pool. */
export type PoolAct = Acquire | Refill | Mark | Renew | Release | Warm | Retire | Forget;
