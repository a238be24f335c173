/**
 * Renews leases and gives them back.
 *
 * @module
 */
import { StateError } from "../../base/errors.ts";
import { missing } from "../../base/missing.ts";
import { instanceOf, leaseFor, leaseOf, RETIRED } from "../../plan/pool/lease.ts";
import { LEASE_KEYS, leasePlace, POOL_KEYS } from "../../plan/pool/names.ts";
import {
  killInstance,
  patchInstance,
  restoreInstance,
  startInstance,
} from "../../plan/requests/instances.ts";
import type { Lease, Release, Renew } from "../../step/pool.ts";
import type { PoolSpec } from "../../plan/pool/spec.ts";
import type { InstanceInfo, InstanceRef } from "../../ports/mod.ts";
import { discard, drain } from "./remove.ts";
import { leaseStore, noPool, type PoolPorts, readSpec, sendIfThere } from "./ports.ts";
import { READY_SNAPSHOT, waiting } from "./warm.ts";

/**
 * Lets a lease last longer.
 *
 * @throws {StateError} where it has ended
 */
export async function renew(
  { project, lease, seconds }: Pick<Renew, "project" | "lease" | "seconds">,
  ports: PoolPorts,
): Promise<Lease> {
  const { ref, record } = await find(project, lease, ports);
  if (!(record.expires > ports.now())) throw ended(lease, `it ran out at ${timeText(record.expires)}`);
  const spec = await readSpec({ project, pool: record.pool }, ports);
  if (!spec) throw noPool({ project, pool: record.pool });
  const expires = new Date(ports.now() + (seconds ?? spec.leaseSeconds) * 1000).toISOString();
  await leaseStore(ports).touch(leasePlace(ref), { [LEASE_KEYS.expires]: expires });
  // Who removes an instance marks it first, and then looks at the lease: one of both sees the other.
  const info = await ports.server.instance(ref);
  if (!info || info.config[POOL_KEYS.state] === "draining") {
    throw ended(lease, "its instance is being removed");
  }
  return leaseFor(info, { lease, owner: record.owner, expires }, spec);
}

/**
 * Ends a lease. Its instance is removed or set back, before anybody else can get it; with `keep` it stays, outside of the
 * pool.
 *
 * @throws {StateError} where there is no such lease
 */
export async function release(
  { project, lease, keep }: Pick<Release, "project" | "lease" | "keep">,
  ports: PoolPorts,
): Promise<void> {
  const { ref, record } = await find(project, lease, ports);
  const store = leaseStore(ports);
  const [info, spec] = await Promise.all([
    ports.server.instance(ref),
    keep ? undefined : readSpec({ project, pool: record.pool }, ports),
  ]);
  if (!info) return await store.remove(leasePlace(ref));
  if (keep) {
    const config = { [POOL_KEYS.state]: "kept" };
    await sendIfThere(patchInstance(ref, { config }), ports, ports.signal);
    return await store.remove(leasePlace(ref));
  }
  await drain(ref, ports);
  if (spec?.reset === "snapshot" && record.expires > ports.now()) {
    if (await setBack(ref, info, spec, ports)) return await store.remove(leasePlace(ref));
  }
  await discard(info, ports);
  await store.remove(leasePlace(ref));
}

/** Sets an instance back to what it was when it became ready; false where that fails. */
async function setBack(
  ref: InstanceRef,
  info: InstanceInfo,
  spec: PoolSpec,
  ports: PoolPorts,
): Promise<boolean> {
  const { control, signal } = ports;
  try {
    if (info.status !== "Stopped") await control.send(killInstance(ref), signal);
    await control.send(restoreInstance(ref, READY_SNAPSHOT), signal);
    await drain(ref, ports);
    if (spec.ready !== "stopped") await control.send(startInstance(ref), signal);
    const kept = [POOL_KEYS.addresses, POOL_KEYS.ssh, POOL_KEYS.uuid].map((
      key,
    ) => [key, info.config[key] ?? ""]);
    await waiting(
      ref,
      spec,
      { ...Object.fromEntries(kept), [POOL_KEYS.owner]: "", [POOL_KEYS.expires]: "" },
      ports,
    );
    return true;
  } catch (error) {
    if (signal.aborted) throw error;
    return false;
  }
}

async function find(project: string, lease: string, ports: PoolPorts) {
  const name = instanceOf(lease);
  if (name === undefined) {
    throw missing("lease", lease, { advice: ["A lease is what lxops pool acquire prints"] });
  }
  const ref = { project, name };
  const found = await leaseStore(ports).read(leasePlace(ref));
  const record = found && leaseOf(found);
  if (!record || record.lease !== lease || record.owner === RETIRED) throw ended(lease, "nobody has it");
  return { ref, record };
}

function ended(lease: string, reason: string): StateError {
  return new StateError(`There is no lease "${lease}" any more: ${reason}`, {
    kind: "missing",
    advice: ["Its instance may be gone. To take another one: lxops pool acquire POOL"],
  });
}

function timeText(time: number): string {
  return Number.isNaN(time) ? "an unknown time" : new Date(time).toISOString();
}
