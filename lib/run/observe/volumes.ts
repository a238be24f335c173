/**
 * Observation of the daemon's volumes that targets use.
 *
 * @module
 */
import { parseApiPath } from "../../base/api.ts";
import * as z from "zod/mini";
import { ServerError } from "../../base/errors.ts";
import { narrow, transform } from "../../base/schemas.ts";
import { poolsPath } from "../../plan/requests/reads.ts";
import { volumeUrl } from "../../plan/requests/volumes.ts";
import { isTrue } from "../../plan/instance/idmap.ts";
import { exportVolume, partialVolume, volumeKey } from "../../plan/storage/kinds/volumes.ts";
import type { Described, Target, World } from "../../plan/world.ts";
import type { InstanceServer, ProjectInfo, VolumeInfo, VolumeRef } from "../../ports/mod.ts";

/** The part of a world about volumes. */
export type VolumeWorld = Pick<World, "pools" | "volumes" | "volumeProjects">;

/** Things to look at beyond the volumes themselves. */
export interface VolumeNeeds {
  readonly snapshots: boolean;
  readonly sizes: boolean;
  /** Backups that a run that was cut off may have left, and volumes that stand in for others for a while. */
  readonly transfers?: boolean;
}

const text = transform(z.nullish(z.string()), (value) => value ?? "");
const poolSchema = z.object({ name: z.string(), driver: text });
const volumeSchema = z.object({
  name: z.string(),
  project: text,
  content_type: text,
  config: z.nullish(z.record(z.string(), z.string())),
  used_by: z.nullish(z.array(z.string())),
});
const snapshotSchema = z.object({ name: z.string(), created_at: text });
const stateSchema = z.object({ usage: z.nullish(z.object({ used: z.nullish(z.number()) })) });

/** Checks the shape of the daemon's answer. */
function readAs<S extends z.ZodMiniType>(schema: S, path: string, value: unknown): z.output<S> {
  const request = `GET ${path}`;
  return narrow(
    schema,
    value,
    (reason) => new ServerError(`The daemon gave an unexpected answer to ${request}: ${reason}`, { request }),
  );
}

/** Returns the volumes that configurations name, and the temporary ones of their copies. */
function volumesNamed(
  targets: readonly Target[],
  described: readonly Described[],
  needs: VolumeNeeds,
): VolumeRef[] {
  const refs = (all: readonly Described[]) =>
    all.flatMap(({ instance }) =>
      instance.filesystems.flatMap(({ volume }): VolumeRef[] =>
        volume ? [{ project: instance.project || "default", pool: volume.pool, name: volume.name }] : []
      )
    );
  const copied = targets.filter(({ devicesFrom }) => needs.transfers || devicesFrom);
  const all = [
    ...refs(described),
    ...refs(copied).map(partialVolume),
    ...(needs.transfers ? refs(targets).map(exportVolume) : []),
  ];
  return [...new Map(all.map((ref) => [JSON.stringify(ref), ref])).values()];
}

/** Looks at volumes, where configurations have any. */
export async function readVolumes(
  server: InstanceServer,
  targets: readonly Target[],
  described: readonly Described[],
  needs: VolumeNeeds,
): Promise<VolumeWorld> {
  const wanted = volumesNamed(targets, described, needs);
  if (wanted.length === 0) return { pools: new Map(), volumes: new Map(), volumeProjects: new Set() };
  const path = poolsPath(wanted[0]!.project);
  const [list, projects, found] = await Promise.all([
    server.get(path),
    server.projects(),
    Promise.all(wanted.map((ref) => readVolume(server, ref, needs))),
  ]);
  const pools = readAs(z.array(poolSchema), path, list ?? []);
  const world = { volumeProjects: withVolumes(projects) };
  return {
    ...world,
    pools: new Map(pools.map((pool) => [pool.name, pool])),
    volumes: new Map(
      found.flatMap((info, index) => info ? [[volumeKey(world, wanted[index]!), info] as const] : []),
    ),
  };
}

function withVolumes(projects: readonly ProjectInfo[]): ReadonlySet<string> {
  const own = projects.filter(({ config }) => isTrue(config["features.storage.volumes"]));
  return new Set(["default", ...own.map(({ name }) => name)]);
}

async function readVolume(
  server: InstanceServer,
  ref: VolumeRef,
  needs: VolumeNeeds,
): Promise<VolumeInfo | undefined> {
  const path = volumeUrl(ref);
  const value = await server.get(path);
  if (value === undefined) return undefined;
  const { config, content_type, used_by, ...info } = readAs(volumeSchema, path, value);
  const [backups, snapshots, bytes] = await Promise.all([
    needs.transfers ? readBackups(server, ref) : undefined,
    needs.snapshots ? readSnapshots(server, ref) : [],
    needs.sizes ? readBytes(server, ref) : undefined,
  ]);
  return {
    name: info.name,
    pool: ref.pool,
    project: info.project || ref.project,
    contentType: content_type || "filesystem",
    config: config ?? {},
    usedBy: used_by ?? [],
    snapshots,
    ...(backups ? { backups } : {}),
    ...(bytes === undefined ? {} : { bytes }),
  };
}

async function readSnapshots(server: InstanceServer, ref: VolumeRef): Promise<VolumeInfo["snapshots"]> {
  const path = volumeUrl(ref, ["snapshots"], { recursion: "1" });
  const list = readAs(z.array(snapshotSchema), path, await server.get(path) ?? []);
  return list.map(({ name, created_at }) => ({
    name: name.slice(name.indexOf("/") + 1),
    createdAt: created_at.startsWith("0001-") ? "" : created_at,
  }));
}

/** Reads the names of a volume's backups. */
export async function readBackups(server: InstanceServer, ref: VolumeRef): Promise<readonly string[]> {
  const path = volumeUrl(ref, ["backups"]);
  const list = readAs(z.array(z.string()), path, await server.get(path) ?? []);
  return list.map((url) => parseApiPath(url).name);
}

/** Drivers that do not count say nothing (Incus), say no size (Incus 7), or fail with 500 (LXD). */
async function readBytes(server: InstanceServer, ref: VolumeRef): Promise<number | undefined> {
  const path = volumeUrl(ref, ["state"]);
  try {
    return readAs(stateSchema, path, await server.get(path) ?? {}).usage?.used ?? undefined;
  } catch (error) {
    if (error instanceof ServerError && error.status === 500) return undefined;
    throw error;
  }
}
