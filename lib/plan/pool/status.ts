/**
 * The state of a pool, for users and programs.
 *
 * @module
 */
import { type Inventory, useOf } from "./decide.ts";

/** An instance of a pool, as a status shows it. */
export type MemberStatus = Readonly<{
  instance: string;
  /**
   * `ready`, `warming`, `leased`, `kept`, `older` (ready, of an earlier definition or image), `going`, or `stray` (left
   * alone, because a user decides about it).
   */
  state: string;
  /** Status in the daemon's words. */
  status: string;
  /** Owner of its lease; empty where it has none. */
  owner: string;
  /** End of its lease; empty where it has none. */
  expires: string;
  /** Reason for its removal, or for leaving it alone; empty otherwise. */
  reason: string;
}>;

/** The state of a pool. */
export type PoolStatus = Readonly<{
  pool: string;
  project: string;
  image: string;
  size: number;
  max: number;
  mode: string;
  enabled: boolean;
  ready: number;
  warming: number;
  leased: number;
  /** Instances that are to be removed. */
  going: number;
  instances: readonly MemberStatus[];
}>;

/** Returns the state of a pool. */
export function poolStatus(inventory: Inventory): PoolStatus {
  const { spec: { pool, project, image, size, max, mode, enabled }, members } = inventory;
  const instances = members.map((member): MemberStatus => {
    const use = useOf(member, inventory);
    const { lease } = member;
    const isLeased = lease !== undefined && use.kind === "leased";
    return {
      instance: member.name,
      state: use.kind,
      status: member.status,
      owner: isLeased ? lease.owner : "",
      expires: isLeased ? new Date(lease.expires).toISOString() : "",
      reason: use.kind === "going" || use.kind === "stray" ? use.reason : "",
    };
  }).sort((a, b) => a.instance < b.instance ? -1 : 1);
  const count = (...states: string[]) => instances.filter(({ state }) => states.includes(state)).length;
  return {
    ...{ pool, project, image, size, max, mode, enabled },
    ready: count("ready", "older"),
    warming: count("warming"),
    leased: count("leased"),
    going: count("going"),
    instances,
  };
}
