/**
 * One look at the daemon and the host: all that planning needs to know, in as few questions as possible.
 *
 * @module
 */
import { isOnHost, listedByZfs } from "../../instance/kinds.ts";
import type { MachineQuestion } from "../../ports/machine.ts";
import type { Backend, Host, InstanceServer, ServerInfo, SiblingInstances } from "../../ports/mod.ts";
import {
  present,
  readInstances,
  readJournals,
  readMembers,
  readNetworks,
  readProfiles,
  readReleases,
  readSnapshots,
} from "./daemon.ts";
import { readVolumes } from "./volumes.ts";
import {
  existingDirectories,
  partialPaths,
  readDirectorySnapshots,
  readEmptyDirectories,
  readHeld,
  readPaths,
} from "./paths.ts";
import { formerSources } from "../../plan/checks/former_names.ts";
import { subordinateBase } from "../../plan/instance/idmap.ts";
import { notedRuns } from "../../plan/runs.ts";
import { type Described, type ImageRemote, objectKey, type Target, type World } from "../../plan/world.ts";

/** What to look at beyond instances, profiles and filesystems. */
export interface Needs {
  readonly images?: boolean;
  readonly journals?: boolean;
  readonly snapshots?: boolean;
  /** What system an instance says it is, where nothing else tells. */
  readonly releases?: boolean;
  /** Instances of all projects, to see who else uses a filesystem. */
  readonly allProjects?: boolean;
  /** Instances of all projects and of the other daemon, which could have put links in the way of filesystems. */
  readonly holders?: boolean;
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
  /** What is mounted, as directories may be removed, replaced, moved or packed with all that is in them. */
  readonly trees?: boolean;
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
  readonly sibling?: (want: { readonly profiles?: boolean }) => Promise<SiblingInstances>;
  /** Tells a person of what was found and is left aside. */
  readonly note?: (text: string) => void;
}

/** Looks at all that some targets are about. */
export async function observe(targets: readonly Target[], needs: Needs, sources: Sources): Promise<World> {
  const { backend, host, server, remotes } = sources;
  const how = { agentSeconds: needs.agentSeconds, note: sources.note };
  const projects = [
    ...new Set(
      targets.flatMap((target) =>
        [target.instance.project, target.copyOf?.project, target.devicesFrom?.instance.project].filter((
          one,
        ) => one !== undefined)
          .map((project) => project || "default")
      ),
    ),
  ];
  const described = targets.flatMap((target) => [target, target.devicesFrom ?? []].flat());
  const zfs = described.some(({ instance }) => listedByZfs(instance.filesystems).length > 0);
  const wantsAll = needs.allProjects || needs.holders && onHost(described);
  const clones = targets.some(({ instance }) => instance.deviceSource?.snapshot !== undefined);
  const [
    info,
    instances,
    profiles,
    images,
    networks,
    volumes,
    datasets,
    zfsSnapshots,
    zfsTakesSeveral,
    sibling,
  ] = await Promise.all([
    server.server(),
    readInstances(server, projects, wantsAll || targets.some(({ devicesFrom }) => devicesFrom)),
    readProfiles(server, projects, needs.allProjects ?? false),
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
    wantsAll ? sources.sibling?.({ profiles: needs.allProjects ?? false }) : undefined,
  ]);
  const byKey = new Map(instances.map((one) => [objectKey(one.project, one.name), one]));
  const noted = notedRuns(instances);
  const [
    thisRun,
    runs,
    members,
    snapshots,
    journals,
    releases,
    directorySnapshots,
    paths,
    idmapBase,
    machines,
    mounts,
  ] = await Promise.all([
    needs.allProjects || targets.some(({ devicesFrom }) => devicesFrom) ? host.thisRun() : undefined,
    noted.length > 0 ? host.runStates(noted) : undefined,
    info.clustered && needs.images ? readMembers(server) : undefined,
    readSnapshots(server, [
      ...(needs.snapshots ? present(targets, byKey) : []),
      ...targets.flatMap((target) => {
        const origin = target.copyOf;
        return origin?.snapshot === undefined ? [] : [origin];
      }),
    ]),
    needs.journals ? readJournals(server, targets, byKey, how) : new Map(),
    needs.releases ? readReleases(server, targets, byKey, how) : new Map(),
    needs.zfsSnapshots
      ? readDirectorySnapshots(host, [
        ...described,
        ...targets.flatMap((one) => needs.volumesOf?.(one) ?? []),
      ])
      : { directorySnapshots: new Map() },
    readPaths(host, described, [
      ...targets.flatMap((target) => partialPaths(target, datasets, needs.images)),
      ...targets.flatMap((target) => needs.paths?.(target, datasets) ?? []),
      ...targets.flatMap((target) =>
        present([target], byKey).flatMap((info) => formerSources(target.instance, info))
      ),
    ], datasets),
    readIdmapBase(host),
    needs.machines ? readMachines(host, needs.machines) : undefined,
    needsMounts(described, needs) ? host.mounts(daemonOf(info, backend)) : undefined,
  ]);
  return {
    backend,
    server: info,
    ...(members ? { members } : {}),
    instances: byKey,
    ...(sibling ? { sibling } : {}),
    snapshots,
    profiles,
    images: new Map(images),
    networks,
    ...volumes,
    datasets,
    zfsSnapshots,
    zfsTakesSeveral,
    ...directorySnapshots,
    sizes: needs.sizes ? await host.sizes(existingDirectories(targets, paths)) : new Map(),
    ...(needs.emptyDirectories
      ? { emptyDirectories: await readEmptyDirectories(host, targets, paths, datasets) }
      : {}),
    ...(mounts ? { mounts } : {}),
    ...await readHeld(host, described, datasets, paths, {
      backend,
      instances: byKey,
      ...(mounts ? { mounts } : {}),
      ...(sibling ? { sibling } : {}),
    }),
    idmapBase,
    remotes,
    journals,
    releases,
    ...(machines ? { machines } : {}),
    ...(thisRun === undefined ? {} : { thisRun }),
    ...(runs ? { runs } : {}),
    ...(host.user ? { user: host.user } : {}),
  };
}

function onHost(described: readonly Described[]): boolean {
  return described.some(({ instance }) =>
    instance.filesystems.some(isOnHost) ||
    instance.devices.some(({ dir }) => dir.startsWith("/"))
  );
}

/** Filesystems of the host may be worked on, or filled from another instance; or a device is to be shifted. */
function needsMounts(described: readonly Described[], needs: Needs): boolean {
  const instances = described.map(({ instance }) => instance);
  const fills = instances.some(({ deviceSource, devices }) =>
    deviceSource || devices.some((one) => one.extract)
  );
  return onHost(described) && (needs.trees || fills) ||
    instances.some(({ devices }) => devices.some(({ shift }) => shift));
}

function daemonOf({ pid }: ServerInfo, { title }: Backend) {
  return { title, ...(pid === undefined ? {} : { pid }) };
}

async function readMachines(
  host: Host,
  { here, there }: NonNullable<Needs["machines"]>,
): Promise<NonNullable<World["machines"]>> {
  const [mine, other] = await Promise.all([host.machine(here), there && host.machine(there)]);
  return { here: mine, ...(other ? { there: other } : {}) };
}

/** The daemon may see another file than this one; what it really does is checked when the instance is there. */
async function readIdmapBase(host: Host): Promise<World["idmapBase"]> {
  const [uid, gid] = await Promise.all([host.readText("/etc/subuid"), host.readText("/etc/subgid")]);
  return { uid: subordinateBase(uid), gid: subordinateBase(gid) };
}
