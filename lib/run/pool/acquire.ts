/**
 * Takes an instance of a pool: each is handed out once, to any number of processes on any number of machines.
 *
 * @module
 */
import {
  LxopsError,
  NoneFreeError,
  refuse,
  ServerError,
  StateError,
  TimeoutError,
} from "../../base/errors.ts";
import { isFree, isMember, type PoolInstance } from "../../plan/pool/members.ts";
import { leaseContent, leaseFor, leaseName } from "../../plan/pool/lease.ts";
import { leasePlace, memberName, POOL_KEYS, UUID_KEY } from "../../plan/pool/names.ts";
import type { PoolSpec } from "../../plan/pool/spec.ts";
import { patchInstance, startInstance, unfreezeInstance } from "../../plan/requests/instances.ts";
import { profilePath } from "../../plan/requests/reads.ts";
import type { Acquire, Lease } from "../../step/pool.ts";
import { poolLock } from "../lock/names.ts";
import {
  leaseStore,
  noPool,
  type PoolPorts,
  readInstances,
  readSpec,
  sendIfThere,
  snapshotsText,
} from "./ports.ts";

/** Longest time for an instance that was frozen or stopped to run programs. */
const AWAKE_MS = 30_000;

/** What `acquire()` did, beside the lease. */
export interface Acquired {
  readonly lease: Lease;
  /** Ends once the request for another instance was answered. */
  readonly refill: Promise<void>;
}

/**
 * Takes an instance that is ready.
 *
 * @throws {NoneFreeError} where none is free now
 * @throws {StateError} where there is no such pool, or it hands out none
 */
export async function acquire(
  want: Pick<Acquire, "project" | "pool" | "owner" | "seconds" | "refill">,
  ports: PoolPorts,
): Promise<Acquired> {
  const tended = want.refill ? isTended(want, ports) : Promise.resolve(true);
  tended.catch(() => {});
  const [spec, infos] = await Promise.all([readSpec(want, ports), readInstances(want, ports)]);
  if (!spec) throw noPool(want);
  refuseUnleased(spec);
  const free = infos.filter((info) => isFree(info, want.pool));
  for (const info of shuffled(free)) {
    const lease = await take(info, spec, want, ports);
    if (!lease) continue;
    const others = infos.filter((one) => one !== info && isMember(one, want.pool));
    return { lease, refill: tended.then((is) => is ? undefined : refill(info, others, spec, ports)) };
  }
  throw noneFree(spec, infos);
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

function noneFree({ pool }: PoolSpec, infos: readonly PoolInstance[]): NoneFreeError {
  const members = infos.filter((info) => isMember(info, pool));
  const count = (state: string) => members.filter(({ config }) => config[POOL_KEYS.state] === state).length;
  return new NoneFreeError(
    `No instance of pool "${pool}" is free: ${count("leased")} leased, ${count("warming")} not ready yet`,
    [`To fill the pool: lxops pool tend ${pool}`],
  );
}

/** Takes one instance; `undefined` where somebody else has it, or it cannot be used. */
async function take(
  info: PoolInstance,
  spec: PoolSpec,
  want: Pick<Acquire, "project" | "owner" | "seconds">,
  ports: PoolPorts,
): Promise<Lease | undefined> {
  const { pool } = spec;
  const ref = { project: want.project, name: info.name };
  const store = leaseStore(ports);
  const begun = performance.now();
  const seconds = want.seconds ?? spec.leaseSeconds;
  const expires = new Date(ports.now() + seconds * 1000).toISOString();
  const record = {
    lease: leaseName(info.name, ports.random()),
    pool,
    instance: info.name,
    owner: want.owner,
    uuid: info.config[UUID_KEY] ?? "",
    snapshots: spec.reset === "snapshot" ? await snapshotsText(ref, ports) : "",
  };
  if (!await store.create(leasePlace(ref), leaseContent(record, expires))) return undefined;
  // The list may be old: meanwhile somebody may have had the instance, and kept it.
  const now = await ports.server.instance(ref);
  if (!now || !isFree(now, pool) || now.config[UUID_KEY] !== info.config[UUID_KEY]) {
    await store.remove(leasePlace(ref));
    return undefined;
  }
  // From here on nobody else gets this instance. What fails leaves the lease, so that it goes when it is tended.
  const marks = { state: "leased", owner: want.owner, expires };
  const config = Object.fromEntries(
    Object.entries(marks).map(([key, value]) => [POOL_KEYS[key as keyof typeof marks], value]),
  );
  try {
    if (!await sendIfThere(patchInstance(ref, { config }), ports, ports.signal)) {
      await store.remove(leasePlace(ref));
      return undefined;
    }
    await wake({ ...info, status: now.status }, ports);
  } catch (error) {
    if (ports.signal.aborted || !(error instanceof ServerError) || error.status === 0) throw error;
    // An instance that does not wake up is no use; it is removed as one that was released.
    await sendIfThere(patchInstance(ref, { config: { [POOL_KEYS.state]: "draining" } }), ports, ports.signal);
    return undefined;
  }
  if (performance.now() - begun >= seconds * 1000) {
    throw new TimeoutError(`The lease of instance "${info.name}" ended before the daemon had answered`);
  }
  return leaseFor({ ...now, project: want.project }, { ...record, expires }, spec);
}

/** Lets an instance run that waits frozen or stopped, until it runs programs. */
async function wake({ name, project, status }: PoolInstance, { control, signal }: PoolPorts): Promise<void> {
  if (status === "Running") return;
  const ref = { project, name };
  await control.send(status === "Frozen" ? unfreezeInstance(ref) : startInstance(ref), signal);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(AWAKE_MS)]);
  const code = await control.exec({ instance: ref, argv: [NO_WORK] }, () => {}, limit);
  if (code !== 0) {
    throw new ServerError(`Instance "${name}" does not run programs (exit code ${code})`, { status: 500 });
  }
}

/** Program of an instance that shows that programs run there. */
const NO_WORK = "true";

/** Tells whether somebody tends a pool now. */
async function isTended(want: Pick<Acquire, "project" | "pool">, { server }: PoolPorts): Promise<boolean> {
  const { project, name } = await poolLock(want);
  return await server.get(profilePath(project, name)) !== undefined;
}

/** Asks for an instance in the place of one that was taken, like that one, and does not wait until it is there. */
async function refill(
  { config }: PoolInstance,
  others: readonly PoolInstance[],
  spec: PoolSpec,
  ports: PoolPorts,
): Promise<void> {
  const coming = others.filter((one) => ["ready", "warming"].includes(one.config[POOL_KEYS.state] ?? ""));
  const fingerprint = config["volatile.base_image"];
  const generation = config[POOL_KEYS.generation];
  const isFull = coming.length >= spec.size || others.length + 1 >= spec.max;
  if (isFull || fingerprint === undefined || generation === undefined) return;
  const [{ memberBody }, { createInstance }, { extensions }] = await Promise.all([
    import("../../plan/pool/steps.ts"),
    import("../../plan/requests/instances.ts"),
    ports.server.server(),
  ]);
  const next = memberName(spec.pool, ports.random());
  const body = memberBody(next, { spec, generation, fingerprint, extensions });
  try {
    const request = createInstance(spec.project, body);
    await (ports.control.begin ?? ports.control.send)(request, ports.signal);
  } catch (error) {
    // Whoever tends the pool next finds out what is wrong with that.
    if (!(error instanceof LxopsError) || error instanceof StateError) throw error;
  }
}

/** Puts instances into a random order, so that those who come at the same time try different ones. */
function shuffled<T>(all: readonly T[]): readonly T[] {
  return all.map((one) => [Math.random(), one] as const).sort(([a], [b]) => a - b).map(([, one]) => one);
}
