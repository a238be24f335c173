/**
 * Observation of the room in storage pools.
 *
 * @module
 */
import * as z from "zod/mini";
import { ServerError } from "../../base/errors.ts";
import { rootPool } from "../../plan/checks/room.ts";
import { poolRoomPath } from "../../plan/requests/reads.ts";
import { objectKey, type Target, type World } from "../../plan/world.ts";
import type { InstanceServer } from "../../ports/mod.ts";

const schema = z.object({ space: z.object({ used: z.number(), total: z.number() }) });

/** Returns the bytes that are free in the pools that targets' instances are in, as far as the daemon tells. */
export async function readRoom(
  server: InstanceServer,
  targets: readonly Target[],
  instances: World["instances"],
): Promise<NonNullable<World["room"]>> {
  const pools = targets.flatMap(({ instance: { project, name } }) => {
    const info = instances.get(objectKey(project, name));
    return info ? rootPool(info.expandedDevices) ?? [] : [];
  });
  const found = await Promise.all([...new Set(pools)].map(async (pool): Promise<[string, number][]> => {
    const space = await readSpace(server, pool);
    return space === undefined || space.total === 0 ? [] : [[pool, Math.max(0, space.total - space.used)]];
  }));
  return new Map(found.flat());
}

async function readSpace(
  server: InstanceServer,
  pool: string,
): Promise<{ readonly used: number; readonly total: number } | undefined> {
  try {
    return schema.safeParse(await server.get(poolRoomPath(pool))).data?.space;
  } catch (error) {
    // It is for a warning only: not everybody may ask, and not every driver counts.
    if (error instanceof ServerError && error.status > 0) return undefined;
    throw error;
  }
}
