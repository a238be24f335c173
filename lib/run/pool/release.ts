/**
 * Renews leases and gives them back.
 *
 * @module
 */
import { StateError } from "../../base/errors.ts";
import { missing } from "../../base/missing.ts";
import {
  instanceOf,
  KEPT,
  keptContent,
  leaseFor,
  leaseOf,
  type LeaseRecord,
  RETIRED,
} from "../../plan/pool/lease.ts";
import type { PoolInstance } from "../../plan/pool/members.ts";
import { LEASE_KEYS, leasePlace, POOL_KEYS, UUID_KEY } from "../../plan/pool/names.ts";
import { killInstance, patchInstance, restoreInstance } from "../../plan/requests/instances.ts";
import type { Lease, Release, Renew } from "../../step/pool.ts";
import { DEFAULTS } from "../../plan/pool/definition.ts";
import type { PoolSpec } from "../../plan/pool/spec.ts";
import type { InstanceInfo, InstanceRef } from "../../ports/mod.ts";
import { discard, drain } from "./remove.ts";
import { sendUntilFree } from "../wait/busy.ts";
import {
  findInstance,
  leaseStore,
  type PoolPorts,
  readSpecIfValid,
  sendIfThere,
  snapshotsText,
  startMember,
} from "./ports.ts";
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
  const { pool } = record;
  const spec = await readSpecIfValid({ project, pool }, ports) ?? { ...DEFAULTS, pool };
  const expires = new Date(ports.now() + (seconds ?? spec.leaseSeconds) * 1000).toISOString();
  await leaseStore(ports).touch(leasePlace(ref), { [LEASE_KEYS.expires]: expires });
  // A removal marks the instance first, and then looks at the lease: one of both sees the other.
  const info = await findInstance(ref, record, ports);
  if (!info || isDraining(info)) throw ended(lease, "its instance is being removed");
  return leaseFor(info, { lease, owner: record.owner, expires }, spec);
}

/**
 * Ends a lease. Its instance is removed or set back before it can be taken again; with `keep` it stays, outside of the
 * pool.
 *
 * @throws {StateError} where there is no such lease
 */
export async function release(
  { project, lease, keep }: Pick<Release, "project" | "lease" | "keep">,
  ports: PoolPorts,
): Promise<void> {
  const held = await find(project, lease, ports);
  const { ref, record } = held;
  const [info, spec] = await Promise.all([
    findInstance(ref, record, ports),
    keep ? undefined : readSpecIfValid({ project, pool: record.pool }, ports),
  ]);
  if (keep) return await keepInstance(held, info, ports);
  const store = leaseStore(ports);
  if (!info) return await store.remove(leasePlace(ref));
  const instance = { project, name: info.name };
  await drain(instance, ports);
  await confirm(held, instance, ports);
  if (spec?.reset === "snapshot" && record.expires > ports.now()) {
    const isBack = await setBack(held, info, spec, ports);
    await confirm(held, instance, ports);
    if (isBack) return await store.remove(leasePlace(ref));
  }
  await discard(info, ports);
  await store.remove(leasePlace(ref));
}

/** Turns a lease into one without an owner and an end, so that the instance stays whatever its keys say. */
async function keepInstance(
  { ref, record }: Held,
  info: PoolInstance | undefined,
  ports: PoolPorts,
): Promise<void> {
  const { lease, uuid } = record;
  const removed = () => ended(lease, "its instance is being removed, or is gone");
  if (!info || isDraining(info)) throw removed();
  const content = keptContent({ ...record, uuid: uuid || (info.config[UUID_KEY] ?? "") });
  if (!await leaseStore(ports).replace(leasePlace(ref), content)) {
    throw ended(lease, "it was released, or has run out");
  }
  // A removal marks the instance first, and then looks at the lease: one of both sees the other.
  const now = await ports.server.instance({ project: ref.project, name: info.name });
  if (!now || isDraining(now)) throw removed();
  const request = patchInstance({ project: ref.project, name: info.name }, {
    config: { [POOL_KEYS.state]: "kept" },
    // One that is ephemeral would go when it stops.
    ephemeral: false,
  });
  await sendUntilFree(() => ports.control.send(request, ports.signal), ports.signal);
}

/** Checks that a lease is still there, once its instance is marked: it may have been released and taken meanwhile. */
async function confirm({ ref, record }: Held, instance: InstanceRef, ports: PoolPorts): Promise<void> {
  const found = await leaseStore(ports).read(leasePlace(ref));
  const now = found && leaseOf(found);
  if (now?.lease === record.lease && now.owner === record.owner) return;
  if (now && now.owner !== RETIRED) {
    const config = { [POOL_KEYS.state]: now.owner === KEPT ? "kept" : "leased" };
    await sendIfThere(patchInstance(instance, { config }), ports, ports.signal);
  }
  throw ended(record.lease, "it was released at the same time");
}

/** Sets an instance back to what it was when it became ready; false where that fails. */
async function setBack(
  held: Held,
  info: PoolInstance,
  spec: PoolSpec,
  ports: PoolPorts,
): Promise<boolean> {
  const { control, signal } = ports;
  const ref = { project: held.ref.project, name: info.name };
  // An instance that its user set back or renamed is not what became ready.
  if ((info.config[POOL_KEYS.uuid] ?? "") === "" || info.name !== held.ref.name) return false;
  if (!await isAsTaken(held, ref, ports)) return false;
  try {
    await confirm(held, ref, ports);
    if (info.status !== "Stopped") await control.send(killInstance(ref), signal);
    await confirm(held, ref, ports);
    await control.send(restoreInstance(ref, READY_SNAPSHOT), signal);
    await drain(ref, ports);
    if (spec.ready !== "stopped") await startMember(ref, ports);
    const kept = [POOL_KEYS.addresses, POOL_KEYS.ssh, POOL_KEYS.uuid].map((
      key,
    ) => [key, info.config[key] ?? ""]);
    const config = { ...Object.fromEntries(kept), [POOL_KEYS.owner]: "", [POOL_KEYS.expires]: "" };
    await confirm(held, ref, ports);
    await waiting(ref, spec, config, ports);
    return true;
  } catch (error) {
    if (signal.aborted || error instanceof StateError) throw error;
    return false;
  }
}

function isDraining({ config }: Pick<InstanceInfo, "config">): boolean {
  return config[POOL_KEYS.state] === "draining";
}

/** Tells whether an instance has the snapshots that it had when it was taken, and none of its user. */
async function isAsTaken({ record }: Held, ref: InstanceRef, ports: PoolPorts): Promise<boolean> {
  return record.snapshots !== "" && await snapshotsText(ref, ports) === record.snapshots;
}

/** A lease with its owner. */
interface Held {
  /** The instance under the name that it was made with. */
  readonly ref: InstanceRef;
  readonly record: LeaseRecord;
}

async function find(project: string, lease: string, ports: PoolPorts): Promise<Held> {
  const name = instanceOf(lease);
  if (name === undefined) {
    throw missing("lease", lease, { advice: ["A lease is what lxops pool acquire prints"] });
  }
  const ref = { project, name };
  const found = await leaseStore(ports).read(leasePlace(ref));
  const record = found && leaseOf(found);
  if (!record || record.lease !== lease || [RETIRED, KEPT].includes(record.owner)) {
    throw ended(lease, "it was released, or has run out");
  }
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
