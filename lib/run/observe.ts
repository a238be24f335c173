/**
 * One look at the daemon and the host: all that planning needs to know, in as few questions as possible.
 *
 * @module
 */
import { ConfigError, ServerError } from "../errors.ts";
import { JOURNAL } from "../cloudconfig/journal.ts";
import { osTypeOfName } from "../cloudconfig/ostype.ts";
import type { MachineQuestion } from "../machine.ts";
import type { Backend, Host, InstanceInfo, InstanceRef, InstanceServer, SiblingInstances } from "../ports.ts";
import { askInstance } from "./agent.ts";
import { readVolumes } from "./observe_volumes.ts";
import {
  existingDirectories,
  partialPaths,
  readDirectorySnapshots,
  readEmptyDirectories,
  readPaths,
} from "./observe_paths.ts";
import { subordinateBase } from "../plan/idmap.ts";
import { readLxcOptions } from "../plan/lxc_options.ts";
import { membersPath, networkPath, snapshotsPath } from "../plan/reads.ts";
import { mayHaveJournal, swapNames } from "../plan/swap_names.ts";
import {
  type Described,
  deviceSourceOf,
  type ImageRemote,
  objectKey,
  originOf,
  type Target,
  type World,
} from "../plan/world.ts";

/** What to look at beyond instances, profiles and filesystems. */
export interface Needs {
  readonly images?: boolean;
  readonly journals?: boolean;
  readonly snapshots?: boolean;
  /** What system an instance says it is, where nothing else tells. */
  readonly releases?: boolean;
  /** Instances of all projects, to see who else uses a filesystem. */
  readonly allProjects?: boolean;
  /** Snapshots of filesystems. */
  readonly zfsSnapshots?: boolean;
  /** The space that plain directories take. */
  readonly sizes?: boolean;
  /** Machines that filesystems are copied between. */
  readonly machines?: { readonly here: MachineQuestion; readonly there?: MachineQuestion };
  /** How long the agent of a virtual machine may take to answer. */
  readonly agentSeconds?: number;
  /** What an export or import of volumes that was cut off may have left. */
  readonly transfers?: boolean;
  /** Configurations whose volumes matter as well. */
  readonly volumesOf?: (target: Target) => readonly Described[];
  /** Which device directories have nothing in them. */
  readonly emptyDirectories?: boolean;
  /** Other paths of the host. */
  readonly paths?: (target: Target, datasets: World["datasets"]) => readonly string[];
}

/** What can be looked at. */
export interface Sources {
  readonly backend: Backend;
  readonly host: Host;
  readonly server: InstanceServer;
  readonly remotes: ReadonlyMap<string, ImageRemote>;
  /** Instances of the other kind of daemon on the machine. */
  readonly sibling?: () => Promise<SiblingInstances>;
}

/** Looks at all that some targets are about. */
export async function observe(targets: readonly Target[], needs: Needs, sources: Sources): Promise<World> {
  const { backend, host, server, remotes } = sources;
  const projects = [
    ...new Set(
      targets.flatMap((target) =>
        [target.instance.project, originOf(target)?.project, target.source?.instance?.project].filter((one) =>
          one !== undefined
        )
          .map((project) => project || "default")
      ),
    ),
  ];
  const described = targets.flatMap((
    target,
  ) => [target, ...[deviceSourceOf(target)].filter((one) => one !== undefined)]);
  const zfs = described.some(({ instance }) => instance.filesystems.some((one) => one.kind === "zfs"));
  const clones = targets.some(({ instance }) => instance.deviceSource?.snapshot !== undefined);
  const [info, instances, profiles, images, networks, volumes, datasets, zfsSnapshots, zfsTakesSeveral] =
    await Promise
      .all([
        server.server(),
        readInstances(server, projects, needs.allProjects || targets.some(({ source }) => source?.instance)),
        Promise.all(
          projects.map(async (project) =>
            (await server.profiles(project)).map((profile) =>
              [objectKey(project, profile.name), profile] as const
            )
          ),
        ),
        needs.images
          ? Promise.all(projects.map(async (project) => [project, await server.images(project)] as const))
          : [],
        readNetworks(server, targets),
        readVolumes(server, targets, [
          ...described,
          ...targets.flatMap((one) => needs.volumesOf?.(one) ?? []),
        ], {
          snapshots: (needs.zfsSnapshots ?? false) || clones,
          sizes: needs.sizes ?? false,
          transfers: needs.transfers ?? false,
        }),
        zfs ? host.datasets() : new Map(),
        zfs && (needs.zfsSnapshots || clones) ? host.zfsSnapshots() : new Map(),
        zfs && needs.zfsSnapshots ? host.zfsTakesSeveral() : true,
      ]);
  const byKey = new Map(instances.map((one) => [objectKey(one.project, one.name), one]));
  const [members, sibling, snapshots, journals, releases, directorySnapshots, paths, idmapBase, machines] =
    await Promise.all([
      info.clustered && needs.images ? readMembers(server) : undefined,
      needs.allProjects ? sources.sibling?.() : undefined,
      readSnapshots(server, [
        ...(needs.snapshots ? present(targets, byKey) : []),
        ...targets.flatMap((target) => {
          const origin = originOf(target);
          return origin?.snapshot === undefined ? [] : [origin];
        }),
      ]),
      needs.journals ? readJournals(server, targets, byKey, needs.agentSeconds) : new Map(),
      needs.releases ? readReleases(server, targets, byKey, needs.agentSeconds) : new Map(),
      needs.zfsSnapshots ? readDirectorySnapshots(host, targets) : new Map(),
      readPaths(host, described, [
        ...targets.flatMap((target) => partialPaths(target, datasets, needs.emptyDirectories)),
        ...targets.flatMap((target) => needs.paths?.(target, datasets) ?? []),
      ], datasets),
      readIdmapBase(host),
      needs.machines ? readMachines(host, needs.machines) : undefined,
    ]);
  return {
    backend,
    server: info,
    ...(members ? { members } : {}),
    instances: byKey,
    ...(sibling ? { sibling } : {}),
    snapshots,
    profiles: new Map(profiles.flat()),
    images: new Map(images),
    networks,
    ...volumes,
    datasets,
    zfsSnapshots,
    zfsTakesSeveral,
    directorySnapshots,
    sizes: needs.sizes ? await host.sizes(existingDirectories(targets, paths)) : new Map(),
    ...(needs.emptyDirectories
      ? { emptyDirectories: await readEmptyDirectories(host, targets, paths, datasets) }
      : {}),
    ...(targets.some(({ instance }) => instance.devices.some(({ shift }) => shift))
      ? { mounts: await host.mounts() }
      : {}),
    paths,
    idmapBase,
    remotes,
    journals,
    releases,
    ...(machines ? { machines } : {}),
  };
}

async function readMachines(
  host: Host,
  { here, there }: NonNullable<Needs["machines"]>,
): Promise<NonNullable<World["machines"]>> {
  const [mine, other] = await Promise.all([host.machine(here), there && host.machine(there)]);
  return { here: mine, ...(other ? { there: other } : {}) };
}

async function readInstances(
  server: InstanceServer,
  projects: readonly string[],
  everywhere: boolean,
): Promise<readonly InstanceInfo[]> {
  const all = new Set(projects);
  if (everywhere) { for (const project of await server.projects()) all.add(project.name); }
  return (await Promise.all([...all].map((project) => server.instances(project)))).flat();
}

async function readMembers(server: InstanceServer): Promise<readonly string[] | undefined> {
  try {
    const paths = await server.get(membersPath());
    return Array.isArray(paths) ? paths.map((path) => lastName(String(path))) : undefined;
  } catch (error) {
    // Those who may use one project only may not see the cluster.
    if (error instanceof ServerError && error.status === 403) return undefined;
    throw error;
  }
}

async function readNetworks(server: InstanceServer, targets: readonly Target[]): Promise<World["networks"]> {
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

/** Options that are wrong are reported by the planner that needs them; `delete` does not. */
function networkOf(target: Target): string | undefined {
  try {
    return readLxcOptions(target).network;
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

function present(targets: readonly Target[], instances: World["instances"]): InstanceInfo[] {
  return targets.flatMap(({ instance }) =>
    [instance.name, ...swapNames(instance.name)].flatMap((name) =>
      instances.get(objectKey(instance.project, name)) ?? []
    )
  );
}

async function readSnapshots(
  server: InstanceServer,
  instances: readonly InstanceRef[],
): Promise<World["snapshots"]> {
  const found = await Promise.all(
    instances.map(async (ref) => {
      const { project, name } = ref;
      const paths = await server.get(snapshotsPath(ref));
      const names = Array.isArray(paths) ? paths.map((path) => lastName(String(path))) : [];
      return [objectKey(project, name), names] as const;
    }),
  );
  return new Map(found);
}

/** The name that the path of an object ends in. */
function lastName(path: string): string {
  return decodeURIComponent(new URL(path, "http://daemon").pathname.split("/").pop() ?? "");
}

async function readJournals(
  server: InstanceServer,
  targets: readonly Target[],
  instances: World["instances"],
  agentSeconds: number | undefined,
): Promise<World["journals"]> {
  const found = await Promise.all(
    present(targets, instances).filter((info) => mayHaveJournal(info, instances)).map(async (info) => {
      const bytes = await askInstance(info, () => server.readFile(info, JOURNAL), agentSeconds);
      return [
        objectKey(info.project, info.name),
        new TextDecoder().decode(bytes ?? new Uint8Array()),
      ] as const;
    }),
  );
  return new Map(found);
}

async function readReleases(
  server: InstanceServer,
  targets: readonly Target[],
  instances: World["instances"],
  agentSeconds: number | undefined,
): Promise<World["releases"]> {
  const unknown = targets.filter(({ instance, cloudConfigs }) =>
    cloudConfigs.length > 0 && !instance.config.ostype
  ).flatMap((target) => [target.instance, originOf(target) ?? []].flat())
    .flatMap(({ project, name }) => instances.get(objectKey(project, name)) ?? [])
    .filter((info) => !osTypeOfName(info.expandedConfig["image.os"] ?? ""));
  const found = await Promise.all(unknown.map(async (info) => {
    const bytes = await askInstance(info, () => server.readFile(info, "/etc/os-release"), agentSeconds);
    return [
      objectKey(info.project, info.name),
      new TextDecoder().decode(bytes ?? new Uint8Array()),
    ] as const;
  }));
  return new Map(found);
}

/** The daemon may see another file than this one; what it really does is checked when the instance is there. */
async function readIdmapBase(host: Host): Promise<World["idmapBase"]> {
  const [uid, gid] = await Promise.all([host.readText("/etc/subuid"), host.readText("/etc/subgid")]);
  return { uid: subordinateBase(uid), gid: subordinateBase(gid) };
}
