/**
 * The interfaces of a daemon that pools need, and the requests that read them.
 *
 * @module
 */
import { missing } from "../../base/missing.ts";
import type { InstanceControl, InstanceInfo, InstanceRef, InstanceServer, Request } from "../../ports/mod.ts";
import type { LockStore } from "../../ports/lock.ts";
import type { ClaimStart } from "../../ports/machine_lock.ts";
import {
  fullSnapshotsPath,
  instanceNamesPath,
  instancesWith,
  profileNamesPath,
  profilePath,
} from "../../plan/requests/reads.ts";
import type { PoolInstance } from "../../plan/pool/members.ts";
import { startInstance } from "../../plan/requests/instances.ts";
import { definitionName, isMemberName, LEASE_PREFIX, POOL_KEYS, UUID_KEY } from "../../plan/pool/names.ts";
import { isDefinition, quickSpec, tendedMs } from "../../plan/pool/definition.ts";
import type { PoolSpec } from "../../plan/pool/spec.ts";
import type { PoolRef } from "../../step/pool.ts";
import { lockStore } from "../lock/store.ts";

/** Values that working with a pool needs. */
export interface PoolPorts {
  readonly server: InstanceServer;
  readonly control: InstanceControl;
  /** Absent: nothing is locked. */
  readonly claim?: ClaimStart;
  readonly signal: AbortSignal;
  /** Returns the time, in milliseconds since 1970. */
  readonly now: () => number;
  /** Returns an unguessable text. */
  readonly random: () => string;
}

/** Returns the clock of a daemon, which all users of its pools have in common. */
export function clockOf(server: Pick<InstanceServer, "now">): () => number {
  return () => server.now?.() ?? Date.now();
}

/** Returns the leases at a daemon, which are profiles as locks are. */
export function leaseStore({ server, control }: Pick<PoolPorts, "server" | "control">): LockStore {
  return lockStore(server, control);
}

/** A pool as the profile says that defines it. */
export interface Definition {
  readonly spec: PoolSpec;
  /** A tender looks after the pool. */
  readonly isTended: boolean;
}

/**
 * Reads the definition of a pool; `undefined` where there is none.
 *
 * @throws {ConfigError} where it is none that may be followed
 */
export async function readDefinition(
  { project, pool }: PoolRef,
  { server }: Pick<PoolPorts, "server">,
): Promise<Definition | undefined> {
  const found = await server.get(profilePath(project, definitionName(pool)));
  if (typeof found !== "object" || found === null) return undefined;
  const config = textsOf((found as { config?: unknown }).config);
  const profile = { name: definitionName(pool), config };
  const spec = quickSpec(profile, { project, pool }) ?? await slowSpec(profile, project);
  return spec && { spec, isTended: tendedMs(config, clockOf(server)()) > 0 };
}

/** Reads a definition by its schema, which takes time to load. */
async function slowSpec(
  profile: { readonly name: string; readonly config: Readonly<Record<string, string>> },
  project: string,
): Promise<PoolSpec | undefined> {
  if (!isDefinition(profile)) return undefined;
  return (await import("../../plan/pool/spec.ts")).specOf(profile, project);
}

/** Reads the settings of a pool; `undefined` where there is none. */
export async function readSpec(
  ref: PoolRef,
  ports: Pick<PoolPorts, "server">,
): Promise<PoolSpec | undefined> {
  return (await readDefinition(ref, ports))?.spec;
}

/** The names of a pool's instances, and of those with a lease. */
export interface PoolNames {
  /** Instances whose names are such as those of the pool. */
  readonly instances: readonly string[];
  /** Names of instances that have a lease. */
  readonly leased: ReadonlySet<string>;
}

/** Reads the names of a pool's instances and leases, which costs the daemon much less than the instances themselves. */
export async function readNames(
  { project, pool }: PoolRef,
  { server }: Pick<PoolPorts, "server">,
): Promise<PoolNames> {
  const [instances, profiles] = await Promise.all([
    server.get(instanceNamesPath(project)),
    server.get(profileNamesPath(project)),
  ]);
  const leases = namesOf(profiles).filter((name) => name.startsWith(LEASE_PREFIX));
  return {
    instances: namesOf(instances).filter((name) => isMemberName(name, pool)),
    leased: new Set(leases.map((name) => name.slice(LEASE_PREFIX.length))),
  };
}

/** Returns the names in a list of addresses such as `/1.0/profiles/NAME?project=P`. */
function namesOf(urls: unknown): readonly string[] {
  if (!Array.isArray(urls)) return [];
  return urls.map((url) => decodeURIComponent(String(url).replace(/\?.*$/, "").replace(/^.*\//, "")));
}

/** Finds the instance of a lease, also where it was renamed; `undefined` where it is gone. */
export async function findInstance(
  { project, name }: InstanceRef,
  { pool, uuid }: { readonly pool: string; readonly uuid: string },
  ports: Pick<PoolPorts, "server">,
): Promise<PoolInstance | undefined> {
  const found = await ports.server.instance({ project, name });
  if (uuid === "") return found;
  if (found?.config[UUID_KEY] === uuid) return found;
  return (await readInstances({ project, pool }, ports)).find(({ config }) => config[UUID_KEY] === uuid);
}

/** Returns the snapshots of an instance, each with the time of its creation: one that was made again has another. */
export async function snapshotsText(
  ref: InstanceRef,
  { server }: Pick<PoolPorts, "server">,
): Promise<string> {
  const found = await server.get(fullSnapshotsPath(ref));
  const all = Array.isArray(found) ? found as readonly Record<string, unknown>[] : [];
  return all.map(({ name, created_at }) => `${String(name)} ${String(created_at)}`).sort().join(", ");
}

/** Reads the definition of a pool, for leases that outlive it; `undefined` where there is none that may be followed. */
export async function readSpecIfValid(
  ref: PoolRef,
  ports: Pick<PoolPorts, "server">,
): Promise<PoolSpec | undefined> {
  const { ConfigError } = await import("../../base/errors.ts");
  try {
    return await readSpec(ref, ports);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return undefined;
  }
}

/** Returns the error about a pool that does not exist; `left` are names of instances that it still has. */
export function noPool(
  { project, pool }: PoolRef,
  known: readonly string[] = [],
  left: readonly string[] = [],
) {
  const flag = project === "" || project === "default" ? "" : ` --project ${project}`;
  const where = flag === "" ? "" : ` in project "${project}"`;
  return missing("instance pool", pool, {
    where,
    known,
    advice: [
      ...(left.length > 0
        ? [
          `Instances of it are left: ${left.join(", ")}. A pool of that name has them`,
          `To remove them: lxops pool destroy${flag} ${pool}`,
        ]
        : []),
      `To make one: lxops pool create --size 4${flag} ${pool} IMAGE`,
    ],
  });
}

/** Reads the instances whose keys name a pool. */
export async function readInstances(
  { project, pool }: PoolRef,
  { server }: Pick<PoolPorts, "server">,
): Promise<readonly PoolInstance[]> {
  const found = await server.get(instancesWith(project, { [POOL_KEYS.pool]: pool }));
  if (!Array.isArray(found)) throw new Error(`The daemon sent no list of the instances of pool "${pool}"`);
  return found.map(instanceOf);
}

function instanceOf(raw: unknown): PoolInstance {
  const { name, project, status, created_at, config, location } = raw as Record<string, unknown>;
  return {
    name: String(name),
    project: String(project ?? "") || "default",
    status: status === "Ready" ? "Running" : String(status),
    createdAt: String(created_at ?? ""),
    config: textsOf(config),
    ...(location === undefined || location === "" || location === "none"
      ? {}
      : { location: String(location) }),
  };
}

/** Returns a map of texts as the daemon sends it, which may be absent. */
export function textsOf(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, String(text)]));
}

/** Tells which pool an instance belongs to by its keys; `undefined` where it is in none. */
export function poolOf({ config }: Pick<InstanceInfo, "config">): string | undefined {
  return config[POOL_KEYS.pool];
}

/** The most addresses of an instance that are noted. */
const ADDRESSES = 8;

/** Returns the addresses that an instance has now, as its keys have them. */
export async function addressesOf(ref: InstanceRef, { server }: Pick<PoolPorts, "server">): Promise<string> {
  const state = await server.instanceState(ref);
  return (state?.addresses ?? []).filter(({ scope }) => scope === "global")
    .sort((a, b) => a.family === b.family ? 0 : a.family === "inet" ? -1 : 1)
    .map(({ address }) => address).slice(0, ADDRESSES).join(" ");
}

/** Starts an instance of a pool, with its directories locked against commands of the machine's other daemon meanwhile. */
export async function startMember(
  { project, name }: InstanceRef,
  { control, claim, signal }: PoolPorts,
): Promise<void> {
  const release = await claim?.({ project, name });
  await control.send(startInstance({ project, name }), signal).finally(() => release?.());
}

/** Sends a request, and returns false where its object does not exist. */
export async function sendIfThere(
  request: Request,
  { control }: PoolPorts,
  signal: AbortSignal,
): Promise<boolean> {
  const { ServerError } = await import("../../base/errors.ts");
  try {
    await control.send(request, signal);
    return true;
  } catch (error) {
    if (error instanceof ServerError && error.status === 404) return false;
    throw error;
  }
}
