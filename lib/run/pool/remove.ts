/**
 * Removes instances of pools: only after a look at whose they are now, and with their leases.
 *
 * @module
 */
import { ServerError, StateError } from "../../base/errors.ts";
import { isMember } from "../../plan/pool/members.ts";
import { KEPT, leaseContent, leaseName, leaseOf, RETIRED } from "../../plan/pool/lease.ts";
import { leasePlace, POOL_KEYS, UUID_KEY } from "../../plan/pool/names.ts";
import { deleteInstance, killInstance, patchInstance } from "../../plan/requests/instances.ts";
import type { InstanceInfo, InstanceRef, Request } from "../../ports/mod.ts";
import type { Forget, Retire } from "../../step/pool.ts";
import { sendUntilFree, untilFree } from "../wait/busy.ts";
import { findInstance, leaseStore, type PoolPorts, sendIfThere } from "./ports.ts";

/** Longest wait until the daemon has removed an instance that was killed. */
const GONE_MS = 30_000;

/** Time for which the mark of a removal counts, in milliseconds; `pool tend` finishes a removal that was cut off. */
const RETIRED_MS = 600_000;

/** Removes an instance of a pool, unless it has a lease or is another one than was seen. */
export async function retire(
  { project, pool, instance, uuid, why, lenient }: Omit<Retire, "act">,
  ports: PoolPorts,
): Promise<boolean> {
  const info = await ports.server.instance(instance);
  if (!info || !isMember(info, pool) || uuid !== "" && info.config[UUID_KEY] !== uuid) {
    return info === undefined;
  }
  const madeAs = info.config[POOL_KEYS.name] ?? instance.name;
  const place = leasePlace({ project, name: madeAs });
  const store = leaseStore(ports);
  const read = async () => {
    const found = await store.read(place);
    return found && leaseOf(found);
  };
  const before = await read();
  const state = info.config[POOL_KEYS.state];
  // An instance that was kept is its user's, who removes it as any other instance.
  if (state === "kept" || before?.owner === KEPT) return false;
  // An instance that was released may have been set back meanwhile, and have another owner.
  if (lenient && why === "forced" && state !== "draining" && before?.owner !== RETIRED) return false;
  if (why === "idle") {
    const random = ports.random();
    const mark = {
      lease: leaseName(madeAs, random),
      pool,
      instance: madeAs,
      owner: RETIRED,
      uuid: info.config[UUID_KEY] ?? "",
      snapshots: "",
    };
    const until = new Date(ports.now() + RETIRED_MS).toISOString();
    // The lease that all others need: its owner decides about the instance.
    if (!await store.create(place, leaseContent(mark, until))) return false;
  } else {
    await drain(instance, ports);
    const lease = await read();
    const isRenewed = why === "expired" && lease !== undefined && lease.expires > ports.now();
    const isAnothers = lease !== undefined && (lease.lease !== before?.lease || isRenewed);
    if (isAnothers && lease.owner !== RETIRED || lease?.owner === KEPT) {
      const config = { [POOL_KEYS.state]: lease.owner === KEPT ? "kept" : "leased" };
      await sendIfThere(patchInstance(instance, { config }), ports, ports.signal);
      return false;
    }
  }
  await discard(info, ports);
  await store.remove(place);
  return true;
}

/** Marks an instance as one that is not handed out any more; one that is gone is no failure. */
export async function drain(instance: InstanceRef, ports: PoolPorts): Promise<void> {
  const request = patchInstance(instance, { config: { [POOL_KEYS.state]: "draining" } });
  await sendUntilFree(() => sendIfThere(request, ports, ports.signal), ports.signal);
}

/** Removes the lease of an instance that is gone. */
export async function forget({ instance }: Pick<Forget, "instance">, ports: PoolPorts): Promise<void> {
  const store = leaseStore(ports);
  const found = await store.read(leasePlace(instance));
  const lease = found && leaseOf(found);
  if (await findInstance(instance, { pool: lease?.pool ?? "", uuid: lease?.uuid ?? "" }, ports)) return;
  await store.remove(leasePlace(instance));
}

/**
 * Kills and deletes an instance, unless it was replaced by another one.
 *
 * @throws {StateError} where it is still there after half a minute
 */
export async function discard(
  { name, project, status, config }: Pick<InstanceInfo, "name" | "project" | "status" | "config">,
  { server, control }: PoolPorts,
): Promise<void> {
  const ref = { name, project: project || "default" };
  // What was begun ends also where the command was interrupted.
  const signal = new AbortController().signal;
  const send = async (request: Request) => {
    try {
      await sendUntilFree(() => control.send(request, signal), signal);
      return undefined;
    } catch (error) {
      if (!(error instanceof ServerError) || error.status === 0) throw error;
      return error;
    }
  };
  let refusal: ServerError | undefined;
  if (status !== "Stopped") refusal = await send(killInstance(ref));
  const isGone = await untilFree(
    async () => {
      const info = await server.instance(ref);
      if (!info || info.config[UUID_KEY] !== config[UUID_KEY]) return { busy: false, outcome: () => true };
      refusal = await send(info.status === "Stopped" ? deleteInstance(ref) : killInstance(ref)) ?? refusal;
      return { busy: true, outcome: () => false };
    },
    signal,
    GONE_MS,
  );
  if (isGone) return;
  throw new StateError(
    `Instance "${name}" is still there: ${refusal?.message ?? "the daemon did not remove it"}`,
    {
      advice: ["To try again: lxops pool tend"],
    },
  );
}
