/**
 * The pool of a warm-up: one instance that waits, and the lease of another one.
 *
 * @module
 */

/** Name of the pool. */
export const POOL = "warm";

/** Name of the instance that waits; it has the form of names of that pool. */
export const WAITING = `${POOL}-00000000000000`;

/** Name of the instance that is taken. */
const TAKEN = `${POOL}-00000000000001`;

/** Name of its lease. */
export const LEASE = `${TAKEN}.${"0".repeat(32)}`;

const SPEC = {
  ...{ version: 1, pool: POOL, project: "default", image: "warm", type: "container", profiles: ["default"] },
  ...{ config: {}, devices: {}, size: 0, max: 9, ready: "running", mode: "lease", leaseSeconds: 3600 },
  ...{ maxAgeSeconds: 0, reset: "none", until: ["exec"], readySeconds: 60, sshUser: "root", hostKeys: "new" },
  enabled: true,
} as const;

/** Time until which the pool has a tender: takers of other pools go on in ways that depend on the clock. */
const TENDED_MS = 3_600_000;

/** Returns the configuration of a profile of the pool; `undefined`: it has none of that name. */
export function profileConfig(name: string): Readonly<Record<string, string>> | undefined {
  if (name === `lxops-pool-${POOL}`) {
    return {
      "user.lxops.pool.spec": JSON.stringify(SPEC),
      "user.lxops.pool.tended": new Date(Date.now() + TENDED_MS).toISOString(),
    };
  }
  if (name !== `lxops-lease-${TAKEN}`) return undefined;
  return {
    "user.lxops.lease": LEASE,
    "user.lxops.lease.pool": POOL,
    "user.lxops.lease.instance": TAKEN,
    "user.lxops.lease.owner": "warm",
    "user.lxops.lease.expires": "9999-01-01T00:00:00.000Z",
  };
}

/** Returns the keys of an instance of the pool; none for others. */
export function poolKeys(name: string): Readonly<Record<string, string>> {
  if (!name.startsWith(`${POOL}-`)) return {};
  return {
    "user.lxops.pool": POOL,
    "user.lxops.pool.name": name,
    "user.lxops.pool.uuid": name,
    "user.lxops.pool.gen": "1",
    "user.lxops.pool.state": name === WAITING ? "ready" : "leased",
    "user.lxops.pool.addresses": "192.0.2.1",
    "volatile.uuid": name,
  };
}
