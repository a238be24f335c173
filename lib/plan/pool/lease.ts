/**
 * Leases of instances: each is a profile, because the daemons create one profile of a name atomically.
 *
 * @module
 */
import type { LockContent } from "../../ports/lock.ts";
import type { InstanceInfo } from "../../ports/mod.ts";
import type { Lease, LeaseSsh } from "../../step/pool.ts";
import { hostKeysOf } from "./identity.ts";
import { LEASE_KEYS, POOL_KEYS } from "./names.ts";
import type { PoolSpec } from "./spec.ts";

/** Owner of the lease of an instance that is being removed: the lease keeps it from being taken. */
export const RETIRED = "lxops: being removed";

/** Owner of the lease of an instance that was kept: the lease does not end, so that the instance is not taken or removed. */
export const KEPT = "lxops: kept";

/** The time at which the lease of an instance ends that was kept. */
const NEVER = "9999-12-31T00:00:00.000Z";

/** Tells whether the name of an owner is one of those that lxops uses itself. */
export function isReserved(owner: string): boolean {
  return owner.startsWith("lxops:");
}

/** A lease as its profile has it. */
export interface LeaseRecord {
  readonly lease: string;
  readonly pool: string;
  readonly instance: string;
  readonly owner: string;
  /** `volatile.uuid` of the instance; empty where it is not known. */
  readonly uuid: string;
  /** Snapshots of the instance when it was taken, where it is set back to one; empty otherwise. */
  readonly snapshots: string;
  /** Milliseconds since 1970; `NaN` where the profile was changed by hand. */
  readonly expires: number;
}

/** Returns the name of a lease, which cannot be guessed and which has the name of its instance. */
export function leaseName(instance: string, random: string): string {
  return `${instance}.${random.replaceAll("-", "")}`;
}

/** Returns the instance that a lease is of; `undefined` where a text is no name of a lease. */
export function instanceOf(lease: string): string | undefined {
  return /^([A-Za-z][A-Za-z0-9-]{0,62})\.[0-9a-z]{20,64}$/.exec(lease)?.[1];
}

/** Returns the content of the profile of a lease. */
export function leaseContent(
  { lease, pool, instance, owner, uuid, snapshots }: Omit<LeaseRecord, "expires">,
  expires: string,
): LockContent {
  return {
    description: `Lease of instance ${instance} of the lxops pool ${pool}`,
    config: {
      [LEASE_KEYS.lease]: lease,
      [LEASE_KEYS.pool]: pool,
      [LEASE_KEYS.instance]: instance,
      [LEASE_KEYS.owner]: owner,
      [LEASE_KEYS.expires]: expires,
      ...(uuid === "" ? {} : { [LEASE_KEYS.uuid]: uuid }),
      ...(snapshots === "" ? {} : { [LEASE_KEYS.snapshots]: snapshots }),
    },
  };
}

/** Returns the content of the lease of an instance that was kept. */
export function keptContent(record: Omit<LeaseRecord, "expires">): LockContent {
  return {
    ...leaseContent({ ...record, owner: KEPT }, NEVER),
    description: `Instance ${record.instance} of the lxops pool ${record.pool} was kept`,
  };
}

/** Reads a lease; `undefined` where a profile is none. */
export function leaseOf({ config }: Pick<LockContent, "config">): LeaseRecord | undefined {
  const { [LEASE_KEYS.lease]: lease, [LEASE_KEYS.instance]: instance } = config;
  if (lease === undefined || instance === undefined) return undefined;
  return {
    lease,
    instance,
    pool: config[LEASE_KEYS.pool] ?? "",
    owner: config[LEASE_KEYS.owner] ?? "",
    uuid: config[LEASE_KEYS.uuid] ?? "",
    snapshots: config[LEASE_KEYS.snapshots] ?? "",
    expires: Date.parse(config[LEASE_KEYS.expires] ?? ""),
  };
}

/** Returns a lease as its owner gets it. */
export function leaseFor(
  info: Pick<InstanceInfo, "name" | "project" | "config">,
  record: { readonly lease: string; readonly owner: string; readonly expires: string },
  spec: Pick<PoolSpec, "pool" | "sshUser">,
): Lease {
  const addresses = (info.config[POOL_KEYS.addresses] ?? "").split(" ").filter((one) => ADDRESS.test(one));
  const ssh = sshOf(addresses, info.config[POOL_KEYS.ssh] ?? "", spec.sshUser);
  return {
    lease: record.lease,
    instance: info.name,
    project: info.project || "default",
    pool: spec.pool,
    owner: record.owner,
    expires: record.expires,
    addresses,
    ...(ssh ? { ssh } : {}),
  };
}

/** An address, and nothing that could be an option, a pattern or another line of a file. */
const ADDRESS = /^(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]{2,45})$/;

function sshOf(addresses: readonly string[], keys: string, user: string): LeaseSsh | undefined {
  const [host] = addresses;
  const lines = hostKeysOf(keys.split(","));
  if (host === undefined || lines.length === 0) return undefined;
  return {
    user,
    host,
    port: 22,
    known_hosts: addresses.flatMap((one) => lines.map((key) => `${one} ${key}`)).join("\n"),
  };
}
