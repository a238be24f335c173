/**
 * Takes an instance of a pool: each is handed out once, to any number of processes on any number of machines.
 *
 * @module
 */
import { LxopsError, NoneFreeError, refuse, ServerError, TimeoutError } from "../../base/errors.ts";
import { isFree, isMember, type PoolInstance } from "../../plan/pool/members.ts";
import { leaseContent, leaseFor, leaseName } from "../../plan/pool/lease.ts";
import { leasePlace, POOL_KEYS, UUID_KEY } from "../../plan/pool/names.ts";
import type { PoolSpec } from "../../plan/pool/spec.ts";
import { patchInstance, unfreezeInstance } from "../../plan/requests/instances.ts";
import type { InstanceInfo, InstanceRef } from "../../ports/mod.ts";
import type { Acquire, Lease, Refill } from "../../step/pool.ts";
import {
  addressesOf,
  leaseStore,
  noPool,
  type PoolPorts,
  readDefinition,
  readInstances,
  readNames,
  sendIfThere,
  snapshotsText,
  startMember,
} from "./ports.ts";

/** Longest time for an instance that was frozen or stopped to run programs. */
const AWAKE_MS = 30_000;

/** Result of `acquire()`. */
export interface Acquired {
  readonly lease: Lease;
  /** The refill of the pool; absent: a tender does it. */
  readonly refill?: Refill;
}

/** The pool to take from, and the owner and time of the lease. */
type Want = Omit<Acquire, "act">;

/** The number of instances that turn out not to be ready, from which on all are read at once. */
const MANY = 3;

/**
 * Takes an instance that is ready. Names tell which ones may be, which costs the daemon much less than a list of all
 * instances.
 *
 * @throws {NoneFreeError} where none is free now
 * @throws {StateError} where there is no such pool, or it hands out none
 */
export async function acquire(want: Want, ports: PoolPorts): Promise<Acquired> {
  const [definition, names] = await Promise.all([readDefinition(want, ports), readNames(want, ports)]);
  if (!definition) throw noPool(want);
  const { spec, isTended } = definition;
  refuseUnleased(spec);
  const { project, pool } = want;
  let known: readonly PoolInstance[] | undefined;
  let others = 0;
  for (const name of shuffled(names.instances.filter((one) => !names.leased.has(one)))) {
    if (others >= MANY) known ??= await readInstances(want, ports);
    const info = known
      ? known.find((one) => one.name === name)
      : await ports.server.instance({ project, name });
    if (!info || !isFree(info, pool)) {
      if (info && isMember(info, pool)) others++;
      continue;
    }
    const lease = await take(info, spec, want, ports);
    if (!lease) continue;
    const refill: Refill = { act: "refill", project, pool, instance: { project, name } };
    return { lease, ...(isTended ? {} : { refill }) };
  }
  const leased = names.instances.filter((name) => names.leased.has(name)).length;
  throw new NoneFreeError(
    `No instance of pool "${pool}" is free: ${leased} leased, ${others} not ready yet`,
    [`To fill the pool: lxops pool tend ${pool}`],
  );
}

/** Checks that a pool hands instances out. */
function refuseUnleased({ pool, mode, enabled }: PoolSpec): void {
  if (mode === "self") {
    throw refuse(
      `Cannot take an instance of pool "${pool}"`,
      "its mode is self: each does its work by itself",
    );
  }
  if (!enabled) {
    throw refuse(`Cannot take an instance of pool "${pool}"`, "it is disabled", [
      `To enable it: lxops pool enable ${pool}`,
    ]);
  }
}

/** Takes one instance; `undefined` where it has a lease already, or cannot be used. */
async function take(
  { name, config }: Pick<PoolInstance, "name" | "config">,
  spec: PoolSpec,
  want: Want,
  ports: PoolPorts,
): Promise<Lease | undefined> {
  const { pool } = spec;
  const ref = { project: want.project, name };
  const store = leaseStore(ports);
  const begun = performance.now();
  const seconds = want.seconds ?? spec.leaseSeconds;
  const expires = new Date(ports.now() + seconds * 1000).toISOString();
  const record = {
    lease: leaseName(name, ports.random()),
    pool,
    instance: name,
    owner: want.owner,
    uuid: config[UUID_KEY] ?? "",
    snapshots: spec.reset === "snapshot" ? await snapshotsText(ref, ports) : "",
  };
  if (!await store.create(leasePlace(ref), leaseContent(record, expires))) return undefined;
  const info = await ports.server.instance(ref);
  // Another owner may have had the instance meanwhile, and kept it.
  if (!info || !isFree(info, pool) || info.config[UUID_KEY] !== config[UUID_KEY]) {
    await store.remove(leasePlace(ref));
    return undefined;
  }
  // The lease protects this instance from here on. A failure leaves the lease, so that tending removes the instance.
  try {
    await wake({ ...info, project: want.project }, ports);
  } catch (error) {
    if (ports.signal.aborted || !(error instanceof ServerError) || error.status === 0) throw error;
    // An instance that does not wake up is no use; it is removed as one that was released.
    await sendIfThere(patchInstance(ref, { config: { [POOL_KEYS.state]: "draining" } }), ports, ports.signal);
    return undefined;
  }
  if (performance.now() - begun >= seconds * 1000) {
    throw new TimeoutError(`The lease of instance "${name}" ended before the daemon had answered`);
  }
  const noted = info.config[POOL_KEYS.addresses] ?? "";
  const addresses = want.addresses && noted === "" ? await addressesNow(ref, ports) : noted;
  return leaseFor(
    { ...ref, config: { ...info.config, [POOL_KEYS.addresses]: addresses } },
    { ...record, expires },
    spec,
  );
}

/** Returns the addresses of an instance that is leased; none where the daemon does not tell, as the lease is good. */
async function addressesNow(ref: InstanceRef, ports: PoolPorts): Promise<string> {
  try {
    return await addressesOf(ref, ports);
  } catch (error) {
    if (ports.signal.aborted || !(error instanceof LxopsError)) throw error;
    return "";
  }
}

/** Lets an instance run that waits frozen or stopped, until it runs programs. */
async function wake(
  { name, project, status }: Pick<InstanceInfo, "name" | "project" | "status">,
  ports: PoolPorts,
): Promise<void> {
  if (status === "Running") return;
  const { control, signal } = ports;
  const ref = { project, name };
  if (status === "Frozen") await control.send(unfreezeInstance(ref), signal);
  else await startMember(ref, ports);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(AWAKE_MS)]);
  const code = await control.exec({ instance: ref, argv: [NO_WORK] }, () => {}, limit);
  if (code !== 0) {
    throw new ServerError(`Instance "${name}" does not run programs (exit code ${code})`, { status: 500 });
  }
}

/** Program of an instance that shows that programs run there. */
const NO_WORK = "true";

/** Puts names into a random order, so that those who come at the same time try different ones. */
function shuffled<T>(all: readonly T[]): readonly T[] {
  return all.map((one) => [Math.random(), one] as const).sort(([a], [b]) => a - b).map(([, one]) => one);
}
