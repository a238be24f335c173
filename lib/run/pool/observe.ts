/**
 * Looks at a pool: its definition, its instances, their leases, and the values for new instances.
 *
 * @module
 */
import { ConfigError } from "../../base/errors.ts";
import { generationOf } from "../../plan/pool/generation.ts";
import type { Inventory } from "../../plan/pool/decide.ts";
import { leasesOf, membersOf } from "../../plan/pool/members.ts";
import { definitionName } from "../../plan/pool/names.ts";
import { isDefinition, isEmptyDefinition, tendedMs } from "../../plan/pool/definition.ts";
import { isOfAnother, type PoolSpec, specOf } from "../../plan/pool/spec.ts";
import type { Making } from "../../plan/pool/steps.ts";
import { aliasPath, imagePath, memberStatesPath } from "../../plan/requests/reads.ts";
import type { InstanceServer, ProfileInfo } from "../../ports/mod.ts";
import type { PoolRef } from "../../step/pool.ts";
import { clockOf, noPool, readInstances } from "./ports.ts";

/** A pool as it was seen, with the values for its new instances. */
export interface View {
  readonly inventory: Inventory;
  /** Time for which a tender looks after the pool; 0: there is none. */
  readonly tendedMs: number;
  /** Absent: its image is gone, so that no instance can be made. */
  readonly making?: Omit<Making, "random">;
  /** Nothing defines the pool: instances of it are left, or the profile of its definition has none. */
  readonly isLost?: true;
}

/**
 * Looks at a pool.
 *
 * @param otherwise returns the definition in the place of one that cannot be followed, or is gone and left something
 */
export async function observePool(
  ref: PoolRef,
  { server, otherwise }: {
    readonly server: InstanceServer;
    readonly otherwise?: (profile: ProfileInfo | undefined) => PoolSpec;
  },
): Promise<View> {
  const [profiles, infos, info] = await Promise.all([
    server.profiles(ref.project),
    readInstances(ref, { server }),
    server.server(),
  ]);
  const definition = profiles.find(({ name }) => name === definitionName(ref.pool));
  const isEmpty = definition !== undefined && isEmptyDefinition(definition);
  const found = definition && !(isEmpty && otherwise) ? readSpecOf(definition, ref, otherwise) : undefined;
  const isLeft = infos.length > 0 || isEmpty;
  const spec = found ?? (isLeft ? otherwise?.(undefined) : undefined);
  if (!spec) {
    const known = definitionsOf(ref.project, profiles).specs.map(({ pool }) => pool);
    throw noPool(ref, known, infos.map(({ name }) => name));
  }
  const [fingerprint, incomplete] = await Promise.all([
    findImage(spec, server),
    info.clustered ? absentMember(server) : undefined,
  ]);
  const generation = fingerprint === undefined ? undefined : generationOf(spec, fingerprint, profiles);
  const leases = leasesOf(ref.pool, profiles);
  const now = clockOf(server)();
  return {
    tendedMs: tendedMs(definition?.config ?? {}, now),
    ...(found ? {} : { isLost: true }),
    inventory: {
      spec,
      members: membersOf(ref.pool, infos, leases),
      leases,
      now,
      ...(generation === undefined ? {} : { generation }),
      ...(incomplete === undefined ? {} : { incomplete }),
    },
    ...(fingerprint === undefined || generation === undefined
      ? {}
      : { making: { spec, generation, fingerprint, extensions: info.extensions } }),
  };
}

function readSpecOf(
  profile: ProfileInfo,
  { project }: PoolRef,
  otherwise: ((profile: ProfileInfo) => PoolSpec) | undefined,
): PoolSpec | undefined {
  try {
    return specOf(profile, project);
  } catch (error) {
    if (!(error instanceof ConfigError) || !otherwise) throw error;
    return otherwise(profile);
  }
}

/** The definitions of the pools of a project. */
export interface Definitions {
  readonly specs: readonly PoolSpec[];
  /** Errors of the definitions that cannot be read. */
  readonly unreadable: readonly ConfigError[];
}

/** Returns the definitions of the pools of a project; those of another one that shares its profiles are left out. */
export function definitionsOf(project: string, profiles: readonly ProfileInfo[]): Definitions {
  const specs: PoolSpec[] = [];
  const unreadable: ConfigError[] = [];
  for (const profile of profiles.filter((one) => isDefinition(one) && !isOfAnother(one, project))) {
    try {
      specs.push(specOf(profile, project)!);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      unreadable.push(error);
    }
  }
  return { specs, unreadable };
}

/** Returns the fingerprint of the image that a pool names now; `undefined` where there is none. */
export async function findImage(
  { project, image }: Pick<PoolSpec, "project" | "image">,
  server: Pick<InstanceServer, "get">,
): Promise<string | undefined> {
  const alias = await server.get(aliasPath(project, image));
  if (typeof alias === "object" && alias !== null && "target" in alias) return String(alias.target);
  if (!/^[0-9a-f]{6,64}$/.test(image)) return undefined;
  const found = await server.get(imagePath(project, image));
  return typeof found === "object" && found !== null && "fingerprint" in found
    ? String(found.fingerprint)
    : undefined;
}

/** Returns why the list of instances may not be whole: a member of the cluster that is away. */
async function absentMember(server: Pick<InstanceServer, "get">): Promise<string | undefined> {
  const members = await server.get(memberStatesPath());
  if (!Array.isArray(members)) return "The members of the cluster cannot be read";
  const away = members.find((one) => !["Online", "Evacuated"].includes(String(one?.status)));
  return away === undefined ? undefined : `Cluster member "${away.server_name}" is ${String(away.status)}`;
}
