/**
 * The instances of a pool, as their keys and their leases describe them.
 *
 * @module
 */
import type { InstanceInfo, InstanceRef, ProfileInfo } from "../../ports/mod.ts";
import { leaseOf, type LeaseRecord } from "./lease.ts";
import { LEASE_PREFIX, POOL_KEYS, UUID_KEY } from "./names.ts";

/** States of an instance of a pool, as its key has them. */
export const STATES = ["warming", "ready", "leased", "draining", "kept"] as const;

/** State of an instance of a pool. */
export type MemberState = typeof STATES[number];

/** An instance of a pool. */
export interface Member extends InstanceRef {
  /** The name that it was made with, by which its lease is called. */
  readonly madeAs: string;
  readonly uuid: string;
  /** The uuid that it became ready with; empty: it did not, or was set back by hand. */
  readonly readyUuid: string;
  readonly state: MemberState;
  readonly generation: string;
  /** Status in the daemon's words: `Running`, `Stopped`, `Frozen`, `Error`. */
  readonly status: string;
  /** Time of its creation, in milliseconds since 1970. */
  readonly createdAt: number;
  /** The cluster member that it is on; empty where there is no cluster. */
  readonly location: string;
  readonly lease?: LeaseRecord;
}

/** Returns the leases of a pool, by the name of their instance. */
export function leasesOf(
  pool: string,
  profiles: readonly Pick<ProfileInfo, "name" | "config">[],
): ReadonlyMap<string, LeaseRecord> {
  return new Map(
    profiles.filter(({ name }) => name.startsWith(LEASE_PREFIX)).flatMap((profile) => {
      const lease = leaseOf(profile);
      const isOwn = lease?.pool === pool && profile.name === `${LEASE_PREFIX}${lease.instance}`;
      return isOwn ? [[lease.instance, lease] as const] : [];
    }),
  );
}

/** The part of an instance that decides about it in its pool. */
export type PoolInstance = Pick<
  InstanceInfo,
  "name" | "project" | "status" | "createdAt" | "config" | "location"
>;

/** An instance's part that tells whether it belongs to a pool. */
type Candidate = Pick<InstanceInfo, "name" | "config">;

/**
 * Tells whether an instance is that of the pool which its keys name. A copy has the keys of its original, but another
 * name and another `volatile.uuid`: it is its user's.
 */
export function isMember({ name, config }: Candidate, pool: string): boolean {
  if (config[POOL_KEYS.pool] !== pool) return false;
  const uuid = config[POOL_KEYS.uuid] ?? "";
  return uuid === "" ? config[POOL_KEYS.name] === name : config[UUID_KEY] === uuid;
}

/** Tells whether an instance of a pool may be handed out. */
export function isFree(info: Pick<InstanceInfo, "name" | "config" | "status">, pool: string): boolean {
  const { name, config, status } = info;
  return isMember(info, pool) && config[POOL_KEYS.state] === "ready" && config[POOL_KEYS.name] === name &&
    (config[POOL_KEYS.uuid] ?? "") !== "" && ["Running", "Frozen", "Stopped"].includes(status);
}

/** Returns the instances of a pool. */
export function membersOf(
  pool: string,
  infos: readonly PoolInstance[],
  leases: ReadonlyMap<string, LeaseRecord>,
): readonly Member[] {
  return infos.filter((info) => isMember(info, pool)).map((info) => memberOf(info, leases));
}

function memberOf(info: PoolInstance, leases: ReadonlyMap<string, LeaseRecord>): Member {
  const { name, config, status, createdAt } = info;
  const madeAs = config[POOL_KEYS.name] ?? name;
  const lease = leases.get(madeAs);
  return {
    name,
    project: info.project || "default",
    madeAs,
    uuid: config[UUID_KEY] ?? "",
    readyUuid: config[POOL_KEYS.uuid] ?? "",
    // What no lxops has written may go once its lease has ended, as what is being removed.
    state: STATES.find((one) => one === config[POOL_KEYS.state]) ?? "draining",
    generation: config[POOL_KEYS.generation] ?? "",
    status,
    createdAt: Date.parse(createdAt),
    location: info.location ?? "",
    ...(lease ? { lease } : {}),
  };
}
