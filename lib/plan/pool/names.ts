/**
 * Names of a pool's objects in the daemon, and the keys that they carry.
 *
 * @module
 */
import type { LockPlace } from "../../ports/lock.ts";
import { randomPart } from "../instance/random_names.ts";

/** Begins the name of the profile that defines a pool. */
export const DEFINITION_PREFIX = "lxops-pool-";

/** Begins the name of the profile that is the lease of an instance. */
export const LEASE_PREFIX = "lxops-lease-";

/** Keys of the instances of a pool. */
export const POOL_KEYS = {
  /** Name of the pool. */
  pool: "user.lxops.pool",
  /** Name of the instance: one that was renamed, or is a copy, has another. */
  name: "user.lxops.pool.name",
  /** `volatile.uuid` of the instance when it became ready: a copy has another. */
  uuid: "user.lxops.pool.uuid",
  generation: "user.lxops.pool.gen",
  state: "user.lxops.pool.state",
  addresses: "user.lxops.pool.addresses",
  /** Host keys of its SSH server, with commas between them. */
  ssh: "user.lxops.pool.ssh",
  owner: "user.lxops.pool.owner",
  expires: "user.lxops.pool.expires",
} as const;

/** Keys of the profile that defines a pool. */
export const DEFINITION_KEYS = {
  spec: "user.lxops.pool.spec",
  /** The time until which a tender looks after the pool, so that takers need not refill it. */
  tended: "user.lxops.pool.tended",
} as const;

/** Keys of a profile that is a lease. */
export const LEASE_KEYS = {
  lease: "user.lxops.lease",
  pool: "user.lxops.lease.pool",
  instance: "user.lxops.lease.instance",
  owner: "user.lxops.lease.owner",
  expires: "user.lxops.lease.expires",
  /** `volatile.uuid` of the instance, by which one that was renamed is found. */
  uuid: "user.lxops.lease.uuid",
  /** Snapshots of the instance when it was taken, each with the time of its creation. */
  snapshots: "user.lxops.lease.snapshots",
} as const;

/** The key by which daemons tell instances apart. */
export const UUID_KEY = "volatile.uuid";

/** The longest name of a pool: that of a lease is 27 characters longer, and every daemon takes 64 for a profile. */
const LONGEST = 36;

/** Checks the name of a pool; returns what is wrong, as the end of a sentence that begins with the name. */
export function poolProblem(name: string): string | undefined {
  if (name === "") return "is empty";
  if (name.length > LONGEST) return `is longer than ${LONGEST} characters`;
  if (!/^[A-Za-z0-9-]*$/.test(name)) return "may have only letters, digits and hyphens";
  if (!/^[A-Za-z]/.test(name)) return "must start with a letter";
  if (name.endsWith("-")) return "must not end with a hyphen";
  return undefined;
}

/** Returns the name of the profile that defines a pool. */
export function definitionName(pool: string): string {
  return `${DEFINITION_PREFIX}${pool}`;
}

/** Returns the place of the lease of an instance. */
export function leasePlace(
  { project, name }: { readonly project: string; readonly name: string },
): LockPlace {
  return { project, name: `${LEASE_PREFIX}${name}` };
}

/** Returns the description of the instances of a pool. */
export function memberDescription(pool: string): string {
  return `Instance of the lxops pool ${pool}`;
}

/** Returns the name of a new instance of a pool; a name is never used twice. */
export function memberName(pool: string, random: string | undefined, index = 0): string {
  const letters = random?.replaceAll(/[^a-z0-9]/g, "") ?? "";
  const own = letters.slice(6, 6 + MORE) || "0".repeat(MORE);
  return `${pool}-${randomPart(random)}${own}${index.toString(36).padStart(2, "0")}`;
}

/** Tells whether an instance may be one of a pool by its name. Only its keys tell for sure. */
export function isMemberName(name: string, pool: string): boolean {
  return name.startsWith(`${pool}-`) && /^[a-z0-9]*$/.test(name.slice(pool.length + 1)) &&
    name.length === memberName(pool, undefined).length;
}

/** Number of random letters of a name beside those that each random name has. */
const MORE = 6;
