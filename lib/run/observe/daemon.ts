/**
 * A look at the daemon: its lists, and the instances of targets.
 *
 * @module
 */
import { parseApiPath } from "../../base/api.ts";
import { ConfigError, ServerError } from "../../base/errors.ts";
import { JOURNAL } from "../../cloudconfig/batch/journal.ts";
import { osTypeOfName } from "../../cloudconfig/model/ostype.ts";
import { readLxcOptions } from "../../plan/instance/resolve/lxc_options.ts";
import { membersPath, networkPath, snapshotsPath } from "../../plan/requests/reads.ts";
import { findInstances } from "../../plan/checks/rebuild_parts.ts";
import { mayHaveJournal } from "../../plan/instance/reserved_names.ts";
import { objectKey, type Target, type World } from "../../plan/world.ts";
import { hasOwnProfiles } from "../../ports/daemon.ts";
import type { InstanceInfo, InstanceRef, InstanceServer } from "../../ports/mod.ts";
import { allOf, type Scope } from "./needs.ts";
import { peekAt, type PeekOptions } from "./peek.ts";
import { readVolumes } from "./volumes.ts";

/** The part of a world that the daemon lists. */
export type DaemonWorld = Pick<
  World,
  | "server"
  | "instances"
  | "profiles"
  | "images"
  | "networks"
  | "pools"
  | "volumes"
  | "volumeProjects"
  | "otherDaemon"
>;

/** Looks at the daemon's lists. */
export async function observeDaemon(scope: Scope): Promise<DaemonWorld> {
  const { targets, needs, sources, projects, everywhere } = scope;
  const { server } = sources;
  const { instances, images, volumes, otherDaemon, ...seen } = await allOf({
    server: server.server(),
    instances: readInstances(
      server,
      projects,
      everywhere || targets.some(({ devicesFrom }) => devicesFrom),
    ),
    profiles: readProfiles(server, projects, needs.allProjects ?? false),
    images: needs.images
      ? Promise.all(projects.map(async (project) => [project, await server.images(project)] as const))
      : [],
    networks: readNetworks(server, targets),
    volumes: readVolumes(server, targets, scope.withVolumes, {
      snapshots: [needs.zfsSnapshots, needs.dataSnapshots, scope.clones].some((one) => one),
      sizes: [needs.sizes, needs.bytes].some((one) => one),
      transfers: needs.transfers ?? false,
    }),
    otherDaemon: everywhere ? sources.otherDaemon?.({ profiles: needs.allProjects ?? false }) : undefined,
  });
  return {
    ...seen,
    instances: new Map(instances.map((one) => [objectKey(one.project, one.name), one])),
    images: new Map(images),
    ...volumes,
    ...(otherDaemon ? { otherDaemon } : {}),
  };
}

/** Looks at the targets' instances, and at the cluster that they are created in. */
export async function observeInstances(
  { targets, needs, sources }: Scope,
  { server: info, instances }: DaemonWorld,
): Promise<Pick<World, "members" | "snapshots" | "journals" | "releases" | "accounts" | "room">> {
  const { server, note } = sources;
  const options = { agentSeconds: needs.agentSeconds, note };
  const { members, ...seen } = await allOf({
    members: info.clustered && needs.images ? readMembers(server) : undefined,
    snapshots: readSnapshots(server, [
      ...(needs.snapshots ? present(targets, instances) : []),
      ...targets.flatMap(({ copyOf }) => copyOf?.snapshot === undefined ? [] : [copyOf]),
    ]),
    ...(needs.room && !info.clustered
      ? { room: import("./room.ts").then(({ readRoom }) => readRoom(server, targets, instances)) }
      : {}),
    journals: needs.journals ? readJournals(server, targets, instances, options) : new Map(),
    releases: needs.releases ? readReleases(server, targets, instances, options) : new Map(),
    accounts: needs.accounts
      ? (await import("./accounts.ts")).readAccounts({ targets, needs, sources }, instances)
      : new Map(),
  });
  return { ...seen, ...(members ? { members } : {}) };
}

/** Reads the instances of projects, or of all of them. */
async function readInstances(
  server: InstanceServer,
  projects: readonly string[],
  everywhere: boolean,
): Promise<readonly InstanceInfo[]> {
  if (everywhere) return await server.instances(undefined);
  return (await Promise.all(projects.map((project) => server.instances(project)))).flat();
}

/** Reads the profiles of projects, with those of all others where other users of directories matter. */
async function readProfiles(
  server: InstanceServer,
  projects: readonly string[],
  everywhere: boolean,
): Promise<World["profiles"]> {
  const read = async (project: string) =>
    (await server.profiles(project)).map((profile) => [objectKey(project, profile.name), profile] as const);
  const [own, known] = await Promise.all([
    Promise.all(projects.map(read)),
    everywhere ? server.projects() : [],
  ]);
  // Where a project has those of the default one, those were read by its name.
  const shared = known.some((project) => projects.includes(project.name) && !hasOwnProfiles(project));
  const others = known.filter((project) =>
    !projects.includes(project.name) && hasOwnProfiles(project) && !(shared && project.name === "default")
  );
  return new Map([...own, ...await Promise.all(others.map(({ name }) => read(name)))].flat());
}

/** Reads the names of the cluster's members. */
async function readMembers(server: InstanceServer): Promise<readonly string[] | undefined> {
  try {
    const paths = await server.get(membersPath());
    return Array.isArray(paths) ? paths.map((path) => parseApiPath(String(path)).name) : undefined;
  } catch (error) {
    // Those who may use one project only may not see the cluster.
    if (error instanceof ServerError && error.status === 403) return undefined;
    throw error;
  }
}

/** Networks that configurations name. */
async function readNetworks(
  server: InstanceServer,
  targets: readonly Target[],
): Promise<World["networks"]> {
  const wanted = new Map<string, { readonly project: string; readonly name: string }>();
  for (const target of targets) {
    const name = networkOf(target);
    const project = target.instance.project || "default";
    if (name) wanted.set(objectKey(project, name), { project, name });
  }
  const found = await Promise.all([...wanted].map(async ([key, { project, name }]) => {
    const network = await server.get(networkPath(project, name));
    if (typeof network !== "object" || network === null) return [];
    const { managed, type } = network as { managed?: unknown; type?: unknown };
    return [[key, { managed: managed === true, type: String(type) }] as const];
  }));
  return new Map(found.flat());
}

/** Returns the network of a target's options; none where they are wrong, as the planners that need them report that. */
function networkOf(target: Target): string | undefined {
  try {
    return readLxcOptions(target).network;
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

/** Returns the existing instances of targets, with those of a rebuild. */
export function present(targets: readonly Target[], instances: World["instances"]): InstanceInfo[] {
  return targets.flatMap((target) => findInstances(instances.values(), target));
}

/** Reads the names of snapshots. */
async function readSnapshots(
  server: InstanceServer,
  instances: readonly InstanceRef[],
): Promise<World["snapshots"]> {
  const found = await Promise.all(
    instances.map(async (ref) => {
      const { project, name } = ref;
      const paths = await server.get(snapshotsPath(ref));
      const names = Array.isArray(paths) ? paths.map((path) => parseApiPath(String(path)).name) : [];
      return [objectKey(project, name), names] as const;
    }),
  );
  return new Map(found);
}

/** Reads the journals of cloud-config. */
async function readJournals(
  server: InstanceServer,
  targets: readonly Target[],
  instances: World["instances"],
  how: PeekOptions,
): Promise<World["journals"]> {
  const infos = present(targets, instances).filter(mayHaveJournal);
  const found = await Promise.all(infos.map(async (info) => await keyed(server, info, JOURNAL, how)));
  return new Map(found);
}

async function keyed(
  server: InstanceServer,
  info: InstanceInfo,
  path: string,
  how: PeekOptions,
): Promise<readonly [string, string]> {
  return [objectKey(info.project, info.name), await peekAt(server, info, path, how)];
}

/** Reads the operating systems of instances, where they are not known otherwise. */
async function readReleases(
  server: InstanceServer,
  targets: readonly Target[],
  instances: World["instances"],
  how: PeekOptions,
): Promise<World["releases"]> {
  const unknown = targets.filter(({ instance, cloudConfigs }) =>
    cloudConfigs.length > 0 && !instance.config.ostype
  ).flatMap((target) => [target.instance, target.copyOf ?? []].flat())
    .flatMap(({ project, name }) => instances.get(objectKey(project, name)) ?? [])
    .filter((info) => !osTypeOfName(info.expandedConfig["image.os"] ?? ""));
  const found = await Promise.all(
    unknown.map(async (info) => await keyed(server, info, "/etc/os-release", how)),
  );
  return new Map(found);
}
