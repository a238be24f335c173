/**
 * A look at the whole daemon, which requests its lists side by side.
 *
 * @module
 */
import * as z from "zod/mini";
import { ServerError } from "../../base/errors.ts";
import { narrow, transform } from "../../base/schemas.ts";
import { notedRuns } from "../../plan/runs.ts";
import type { DaemonFacts, PoolFacts, RemainsFacts, ServerFacts } from "../../plan/doctor/facts.ts";
import { foundOf } from "../../plan/doctor/facts.ts";
import {
  daemonPath,
  networksPath,
  poolRoomPath,
  poolsPath,
  profilesPath,
} from "../../plan/requests/reads.ts";
import { hasOwnProfiles } from "../../ports/daemon.ts";
import type { Look } from "../../ports/health/inspector.ts";
import { isLock, LOCK_RUN } from "../../ports/lock.ts";
import type { Host, InstanceInfo, InstanceServer, ProfileInfo, ProjectInfo } from "../../ports/mod.ts";
import { findStrays, findUnfinished } from "../targets/strays.ts";
import { lookFor } from "./look.ts";

/** Time limits in seconds for the daemon's description of itself, and for each of its lists. */
export const DEADLINES = { answer: 5, list: 10 } as const;

const text = transform(z.nullish(z.string()), (value) => value ?? "");
const texts = transform(z.nullish(z.array(z.string())), (value) => value ?? []);
const words = transform(
  z.nullish(z.record(z.string(), z.unknown())),
  (value) => Object.fromEntries(Object.entries(value ?? {}).map(([key, one]) => [key, String(one)])),
);
const devices = transform(z.nullish(z.record(z.string(), words)), (value) => value ?? {});

const serverSchema = z.object({
  auth: text,
  api_extensions: texts,
  environment: z.nullish(z.object({
    server: text,
    server_version: text,
    certificate: text,
    kernel_features: words,
  })),
});
const poolSchema = z.object({ name: z.string(), driver: text, status: text, config: words });
const roomSchema = z.object({ space: z.object({ used: z.number(), total: z.number() }) });
const networkSchema = z.object({
  name: z.string(),
  type: text,
  managed: z.nullish(z.boolean()),
  status: text,
  config: words,
  used_by: texts,
});
const profileSchema = z.object({
  name: z.string(),
  description: text,
  config: words,
  devices,
  used_by: texts,
});

/** Reads the answer of a path of the API, and checks its form. */
async function read<S extends z.ZodMiniType>(
  server: Pick<InstanceServer, "get">,
  path: string,
  schema: S,
): Promise<z.output<S>> {
  const request = `GET ${path}`;
  return narrow(
    schema,
    await server.get(path) ?? [],
    (reason) => new ServerError(`The daemon gave an unexpected answer to ${request}: ${reason}`, { request }),
  );
}

/** Looks at a daemon. */
export async function lookAtDaemon(
  server: InstanceServer,
  { project, title, host }: { readonly project: string; readonly title: string; readonly host: Host },
): Promise<DaemonFacts> {
  const list = <T>(what: string, look: () => Promise<T>) =>
    lookFor(DEADLINES.list, `${title} (${what})`, look);
  const itself = await lookFor(DEADLINES.answer, title, () => readServer(server));
  // A daemon that does not answer, or does not trust this client, gets no further requests.
  if ("problem" in itself || !itself.found.trusted) {
    const nothing = { found: [] };
    return {
      server: itself,
      projects: nothing,
      pools: { problem: `${title} was not asked`, late: false },
      networks: nothing,
      profiles: nothing,
      instances: nothing,
    };
  }
  const projects = list("projects", () => server.projects());
  const [pools, networks, profiles, instances, known] = await Promise.all([
    list("storage pools", () => readPools(server, project)),
    list("networks", () => readNetworks(server)),
    list("profiles", async () => await readProfiles(server, foundOf(await projects) ?? [])),
    list("instances", () => server.instances(undefined)),
    projects,
  ]);
  const remains = await list("images", () =>
    readRemains(server, {
      project,
      host,
      instances: foundOf(instances) ?? [],
      profiles: foundOf(profiles) ?? [],
    }));
  return { server: itself, projects: known, pools, networks, profiles, instances, remains };
}

async function readServer(server: InstanceServer): Promise<ServerFacts> {
  const raw = await read(server, daemonPath(), serverSchema);
  const { environment } = raw;
  return {
    trusted: raw.auth !== "untrusted",
    server: environment?.server ?? "",
    version: environment?.server_version ?? "",
    extensions: raw.api_extensions,
    kernel: environment?.kernel_features ?? {},
    certificate: environment?.certificate ?? "",
  };
}

async function readPools(server: InstanceServer, project: string): Promise<readonly PoolFacts[]> {
  const pools = await read(server, poolsPath(project), z.array(poolSchema));
  return await Promise.all(pools.map(async ({ name, driver, status, config }): Promise<PoolFacts> => {
    const source = config["source"];
    const pool = { name, driver, status, ...(source ? { source } : {}) };
    // Some users may not ask, and some drivers do not count.
    const room = roomSchema.safeParse(await server.get(poolRoomPath(name)).catch(unlessRefused)).data?.space;
    return room && room.total > 0 ? { ...pool, room } : pool;
  }));
}

function unlessRefused(error: unknown): undefined {
  if (error instanceof ServerError && error.status > 0) return undefined;
  throw error;
}

async function readNetworks(server: InstanceServer) {
  const found = await read(server, networksPath("default"), z.array(networkSchema));
  return found.map(({ used_by, managed, ...rest }) => ({
    ...rest,
    managed: managed ?? false,
    isUsed: used_by.length > 0,
  }));
}

async function readProfiles(
  server: InstanceServer,
  projects: readonly ProjectInfo[],
): Promise<readonly ProfileInfo[]> {
  const own = projects.filter(hasOwnProfiles);
  const found = await Promise.all(own.map(async ({ name: project }) => {
    const all = await read(server, profilesPath(project), z.array(profileSchema));
    return all.map(({ used_by, ...rest }) => ({ ...rest, project, usedBy: used_by }));
  }));
  return found.flat();
}

async function readRemains(
  server: InstanceServer,
  { project, host, instances, profiles }: {
    readonly project: string;
    readonly host: Host;
    readonly instances: readonly InstanceInfo[];
    readonly profiles: readonly ProfileInfo[];
  },
): Promise<RemainsFacts> {
  const holders = profiles.filter(isLock).map(({ config }) => config[LOCK_RUN] ?? "");
  const age = { now: new Date() };
  const [strays, images, runs, thisRun] = await Promise.all([
    findStrays(instances, host, age),
    server.images(project).then((all) => findUnfinished(all, host, age)),
    host.runStates([...holders, ...notedRuns(instances)]),
    host.thisRun(),
  ]);
  return {
    strays,
    images: images.map((image) => ({ project, image })),
    runs,
    ...(thisRun === undefined ? {} : { thisRun }),
  };
}

/** Adds the flags of the machine's interfaces to networks. */
export function withFlags(
  networks: DaemonFacts["networks"],
  texts: Look<ReadonlyMap<string, string>>,
): DaemonFacts["networks"] {
  const found = foundOf(networks);
  const known = foundOf(texts);
  if (!found || !known) return networks;
  return {
    found: found.map((network) => {
      const flags = Number(known.get(flagsPath(network.name)) ?? NaN);
      return Number.isNaN(flags) ? network : { ...network, flags };
    }),
  };
}

/** Returns the path of the flags of an interface. */
export function flagsPath(name: string): string {
  return `/sys/class/net/${name}/flags`;
}
