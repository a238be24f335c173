/**
 * Removes instances of pools: only after a look at whose they are now, and with their leases.
 *
 * @module
 */
import { ServerError, StateError } from "../../base/errors.ts";
import { isMember } from "../../plan/pool/members.ts";
import { leaseContent, leaseName, leaseOf, RETIRED } from "../../plan/pool/lease.ts";
import { leasePlace, POOL_KEYS, UUID_KEY } from "../../plan/pool/names.ts";
import { deleteInstance, killInstance, patchInstance } from "../../plan/requests/instances.ts";
import type { InstanceInfo, InstanceRef, Request } from "../../ports/mod.ts";
import type { Forget, Retire } from "../../step/pool.ts";
import { sendUntilFree, untilFree } from "../wait/busy.ts";
import { leaseStore, type PoolPorts, sendIfThere } from "./ports.ts";

/** Longest wait until the daemon has removed an instance that was killed. */
const GONE_MS = 30_000;

/** How long the mark of a removal counts, in milliseconds; one that was cut off is finished by whoever tends the pool. */
const RETIRED_MS = 600_000;

/** Removes an instance of a pool, unless somebody has it or it is another one than was seen. */
export async function retire(
  { project, pool, instance, uuid, why }: Pick<Retire, "project" | "pool" | "instance" | "uuid" | "why">,
  ports: PoolPorts,
): Promise<boolean> {
  const info = await ports.server.instance(instance);
  if (!info || !isMember(info, pool) || uuid !== "" && info.config[UUID_KEY] !== uuid) {
    return info === undefined;
  }
  const place = leasePlace({ project, name: info.config[POOL_KEYS.name] ?? instance.name });
  const store = leaseStore(ports);
  if (why === "idle") {
    const random = ports.random();
    const mark = { lease: leaseName(instance.name, random), pool, instance: instance.name, owner: RETIRED };
    const until = new Date(ports.now() + RETIRED_MS).toISOString();
    // The lease that everybody else needs: who has it decides about the instance.
    if (!await store.create(place, leaseContent(mark, until))) return false;
  } else {
    await drain(instance, ports);
    const found = await store.read(place);
    const lease = found && leaseOf(found);
    // Its owner has renewed it meanwhile.
    if (why === "expired" && lease && lease.owner !== RETIRED && lease.expires > ports.now()) {
      const config = { [POOL_KEYS.state]: "leased" };
      await sendIfThere(patchInstance(instance, { config }), ports, ports.signal);
      return false;
    }
  }
  await discard(info, ports);
  await store.remove(place);
  return true;
}

/** Marks an instance as one that nobody is to get any more; one that is gone is no failure. */
export async function drain(instance: InstanceRef, ports: PoolPorts): Promise<void> {
  await sendIfThere(
    patchInstance(instance, { config: { [POOL_KEYS.state]: "draining" } }),
    ports,
    ports.signal,
  );
}

/** Removes the lease of an instance that is gone. */
export async function forget({ instance }: Pick<Forget, "instance">, ports: PoolPorts): Promise<void> {
  if (await ports.server.instance(instance)) return;
  await leaseStore(ports).remove(leasePlace(instance));
}

/**
 * Kills and deletes an instance, as long as it is the same.
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
      advice: ["Whoever tends the pool next tries again"],
    },
  );
}
