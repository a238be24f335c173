/**
 * A look at the host: datasets and snapshots, directories and mounts, runs of lxops and other machines.
 *
 * @module
 */
import { isOnHost, listedByZfs } from "../../instance/kinds.ts";
import { formerSources } from "../../plan/checks/former_names.ts";
import { subordinateBase } from "../../plan/instance/idmap.ts";
import { notedRuns } from "../../plan/runs.ts";
import type { World } from "../../plan/world.ts";
import type { Dataset, Host } from "../../ports/mod.ts";
import { type DaemonWorld, present } from "./daemon.ts";
import { allOf, type Needs, type Scope } from "./needs.ts";
import {
  existingDirectories,
  lastingDirectories,
  partialPaths,
  readDirectorySnapshots,
  readEmptyDirectories,
  readHeld,
  readPaths,
} from "./paths.ts";

/** The part of a world that `zfs` lists. */
type DatasetWorld = Pick<World, "datasets" | "zfsSnapshots" | "zfsTakesSeveral" | "zfsProperties">;

/** Looks at datasets and their snapshots, where configurations have any. */
export async function observeDatasets({ described, needs, clones, sources }: Scope): Promise<DatasetWorld> {
  const { host } = sources;
  const zfs = described.some(({ instance }) => listedByZfs(instance.filesystems).length > 0);
  const seen = await allOf({
    datasets: zfs ? host.datasets() : new Map<string, Dataset>(),
    zfsSnapshots: zfs && (needs.zfsSnapshots || needs.dataSnapshots || clones)
      ? host.zfsSnapshots()
      : new Map(),
    zfsTakesSeveral: zfs && needs.zfsSnapshots ? host.zfsTakesSeveral() : true,
  });
  if (!needs.zfsProperties) return seen;
  const own = described.flatMap(({ instance }) => instance.filesystems).filter(({ path, kind }) =>
    kind === "dataset" && seen.datasets.has(path)
  );
  // Names that zfs does not know would be an error about all of them, and an option another command.
  const names = new Set(
    own.flatMap(({ zfsproperties }) => Object.keys(zfsproperties)).filter((name) =>
      /^[a-z][a-z0-9_.:-]*$/.test(name)
    ),
  );
  if (names.size === 0) return seen;
  const datasets = [...new Set(own.map(({ path }) => path))];
  return { ...seen, zfsProperties: await host.zfsProperties(datasets, [...names]) };
}

/** Looks at directories, mounts and runs of lxops. */
export async function observeDirectories(
  scope: Scope,
  daemon: DaemonWorld,
  { datasets }: DatasetWorld,
): Promise<
  & Pick<
    World,
    | "directorySnapshots"
    | "leftovers"
    | "sizes"
    | "bytes"
    | "emptyDirectories"
    | "mounts"
    | "realPaths"
    | "directoryKeys"
  >
  & Pick<World, "paths" | "idmapBase" | "machines" | "thisRun" | "runs">
> {
  const { targets, described, needs, sources: { host, backend, isLocal } } = scope;
  const noted = notedRuns(daemon.instances.values());
  const { pid } = daemon.server;
  const readMounts = () => host.mounts({ title: backend.title, ...(pid === undefined ? {} : { pid }) });
  // Without root, the directory around one may not be readable.
  const looksBeside = needs.zfsSnapshots || needs.dataSnapshots && host.isRoot && isLocal !== false;
  const beside = looksBeside ? readDirectorySnapshots(host, scope.withVolumes) : undefined;
  const seen = await allOf({
    thisRun: needs.allProjects || targets.some(({ devicesFrom }) => devicesFrom) ? host.thisRun() : undefined,
    runs: noted.length > 0 ? host.runStates(noted) : undefined,
    snapshots: beside ?? { directorySnapshots: new Map() },
    paths: readPaths(host, described, pathsBeyond(scope, daemon, datasets), datasets),
    idmapBase: readIdmapBase(host),
    machines: needs.machines ? readMachines(host, needs.machines) : undefined,
    mounts: needsMounts(scope)
      ? readMounts()
      : beside?.then((found) => needs.dataSnapshots && hasCopies(found) ? readMounts() : undefined),
  });
  const { thisRun, runs, machines, mounts, paths } = seen;
  return {
    ...seen.snapshots,
    sizes: needs.sizes ? await host.sizes(existingDirectories(targets, paths)) : new Map(),
    ...(needs.bytes ? { bytes: await host.bytes(lastingDirectories(targets, paths)) } : {}),
    ...(needs.emptyDirectories
      ? { emptyDirectories: await readEmptyDirectories(host, targets, paths, datasets) }
      : {}),
    ...(mounts ? { mounts } : {}),
    ...await readHeld(host, described, datasets, {
      backend,
      paths,
      instances: daemon.instances,
      ...(mounts ? { mounts } : {}),
      ...(daemon.otherDaemon ? { otherDaemon: daemon.otherDaemon } : {}),
    }),
    idmapBase: seen.idmapBase,
    ...(machines ? { machines } : {}),
    ...(thisRun === undefined ? {} : { thisRun }),
    ...(runs ? { runs } : {}),
  };
}

/** Tells whether there are copies of directories that a rebuild left, which the next one removes. */
function hasCopies(
  { directorySnapshots, leftovers = [] }: Pick<World, "directorySnapshots" | "leftovers">,
): boolean {
  return leftovers.length > 0 || [...directorySnapshots.values()].some((names) => names.length > 0);
}

/** Returns paths to look at besides those of filesystems and devices. */
function pathsBeyond(
  { targets, needs }: Scope,
  { instances }: DaemonWorld,
  datasets: World["datasets"],
): readonly string[] {
  return targets.flatMap((target) => [
    ...partialPaths(target, datasets, needs.images),
    ...needs.paths?.(target, datasets) ?? [],
    ...present([target], instances).flatMap((info) => formerSources(target.instance, info)),
  ]);
}

/**
 * Tells whether mounts matter: filesystems of the host may be worked on, or filled from another instance, or a device
 * is to be shifted.
 */
function needsMounts({ described, needs }: Scope): boolean {
  const instances = described.map(({ instance }) => instance);
  const fills = instances.some(({ deviceSource, devices }) =>
    deviceSource || devices.some((one) => one.extract)
  );
  return onHost(described) && (needs.trees || fills) ||
    instances.some(({ devices }) => devices.some(({ shift }) => shift));
}

/** Tells whether instances use anything of the host. */
export function onHost(described: Scope["described"]): boolean {
  return described.some(({ instance }) =>
    instance.filesystems.some(isOnHost) || instance.devices.some(({ dir }) => dir.startsWith("/"))
  );
}

async function readMachines(
  host: Host,
  { here, there }: NonNullable<Needs["machines"]>,
): Promise<NonNullable<World["machines"]>> {
  const [mine, other] = await Promise.all([host.machine(here), there && host.machine(there)]);
  return { here: mine, ...(other ? { there: other } : {}) };
}

/** Reads root's subordinate ids. The daemon may see other files; a step asks it once the instance is there. */
async function readIdmapBase(host: Host): Promise<World["idmapBase"]> {
  const [uid, gid] = await Promise.all([host.readText("/etc/subuid"), host.readText("/etc/subgid")]);
  return { uid: subordinateBase(uid), gid: subordinateBase(gid) };
}
