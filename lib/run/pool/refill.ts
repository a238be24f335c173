/**
 * Marks an instance that was taken, and asks for another one.
 *
 * @module
 */
import { LxopsError, StateError } from "../../base/errors.ts";
import { isReserved, leaseOf } from "../../plan/pool/lease.ts";
import { leasePlace, memberName, POOL_KEYS } from "../../plan/pool/names.ts";
import { memberBody } from "../../plan/pool/steps.ts";
import { createInstance, patchInstance } from "../../plan/requests/instances.ts";
import type { Mark, Refill } from "../../step/pool.ts";
import { sendUntilFree } from "../wait/busy.ts";
import { leaseStore, type PoolPorts, readNames, readSpec, sendIfThere } from "./ports.ts";

/**
 * Notes in the keys of an instance that it is taken: where its lease is removed by hand, it is not handed out again.
 */
export async function mark({ instance }: Pick<Mark, "instance">, ports: PoolPorts): Promise<void> {
  const store = leaseStore(ports);
  const [info, found] = await Promise.all([
    ports.server.instance(instance),
    store.read(leasePlace(instance)),
  ]);
  const lease = found && leaseOf(found);
  if (!info || !lease || isReserved(lease.owner) || info.config[POOL_KEYS.state] !== "ready") return;
  const { owner, expires } = lease;
  const send = async (config: Readonly<Record<string, string>>) => {
    const request = patchInstance(instance, { config });
    await sendUntilFree(() => sendIfThere(request, ports, ports.signal), ports.signal);
  };
  await send({
    [POOL_KEYS.state]: "leased",
    [POOL_KEYS.owner]: owner,
    [POOL_KEYS.expires]: Number.isNaN(expires) ? "" : new Date(expires).toISOString(),
  });
  // It may have been set back meanwhile, and its lease has gone after that.
  if (await store.read(leasePlace(instance)) === undefined) await send({ [POOL_KEYS.state]: "ready" });
}

/** The most instances that are asked for after one was taken; `pool tend` makes the rest. */
const MOST = 2;

/**
 * Marks an instance that was taken and asks for some like it where the pool lacks them, without waiting until they are there.
 * The caller has the pool's lock, so that no two do so at the same time and make too many.
 */
export async function refill(
  { instance, project, pool }: Pick<Refill, "instance" | "project" | "pool">,
  ports: PoolPorts,
): Promise<void> {
  const { server, control, signal } = ports;
  const [spec, info, names, { extensions }] = await Promise.all([
    readSpec({ project, pool }, ports),
    server.instance(instance),
    readNames({ project, pool }, ports),
    server.server(),
    mark({ instance }, ports),
  ]);
  const fingerprint = info?.config["volatile.base_image"];
  const generation = info?.config[POOL_KEYS.generation];
  if (!spec?.enabled || fingerprint === undefined || generation === undefined) return;
  const waiting = names.instances.filter((name) => !names.leased.has(name)).length;
  const missing = Math.min(spec.size - waiting, spec.max - names.instances.length, MOST);
  const random = ports.random();
  const begin = control.begin ?? control.send;
  for (let index = 0; index < missing; index++) {
    const name = memberName(pool, random, index);
    const body = memberBody(name, { spec, generation, fingerprint, extensions });
    try {
      const { devices, profiles } = body;
      const release = await ports.claim?.({ project, name, devices, profiles });
      await begin(createInstance(project, body), signal).finally(() => release?.());
    } catch (error) {
      // The next `pool tend` reports what is wrong with that.
      if (!(error instanceof LxopsError) || error instanceof StateError) throw error;
      return;
    }
  }
}
