/** Worlds for tests, from what is worth saying about them. */
import { backend } from "../../backends/incus.ts";
import { type AccountFiles, type NetworkLease, objectKey, type World } from "../../lib/plan/world.ts";
import { mountsOf, settingFacts } from "./world_parts.ts";
import type { Machine } from "../../lib/ports/machine.ts";
import type {
  Dataset,
  Devices,
  ImageInfo,
  InstanceInfo,
  Listener,
  PathInfo,
  ProfileInfo,
  RunState,
  VolumeInfo,
} from "../../lib/ports/mod.ts";

/** Description of a world by a test; everything else is that of a fresh machine with one image `tiny`. */
export interface WorldSpec {
  readonly extensions?: readonly string[];
  /** Name of the daemon in its cluster; empty: it is in none. */
  readonly clustered?: string;
  readonly members?: readonly string[];
  readonly instances?: readonly (Partial<InstanceInfo> & { readonly name: string })[];
  /** Instances of the other kind of daemon. */
  readonly otherDaemon?: readonly (Partial<InstanceInfo> & { readonly name: string })[];
  readonly otherDaemonProblem?: string;
  readonly snapshots?: Readonly<Record<string, readonly string[]>>;
  readonly profiles?: readonly (Partial<ProfileInfo> & { readonly name: string })[];
  readonly images?: readonly Partial<ImageInfo>[];
  /** Configurations of projects by name. */
  readonly projects?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly networks?: Readonly<
    Record<
      string,
      { managed: boolean; type: string; config?: Record<string, string>; leases?: NetworkLease[] }
    >
  >;
  /** Addresses that programs of the machine listen at. */
  readonly listeners?: readonly Listener[];
  /** Text of /etc/subuid and /etc/subgid. */
  readonly subordinateIds?: string;
  readonly datasets?: readonly (Partial<Dataset> & { readonly name: string })[];
  /** Names of snapshots by dataset, the oldest first. */
  readonly zfsSnapshots?: Readonly<Record<string, readonly string[]>>;
  /** Names of snapshots by directory. */
  readonly directorySnapshots?: Readonly<Record<string, readonly string[]>>;
  readonly leftovers?: readonly string[];
  /** Bytes that directories use. */
  readonly bytes?: Readonly<Record<string, number>>;
  /** Types of filesystems by mountpoint, with their source after a blank; datasets that are mounted need not be said. */
  readonly mounts?: Readonly<Record<string, string>>;
  /** Mounts that only the daemon sees. */
  readonly daemonMounts?: Readonly<Record<string, string>>;
  readonly mountsProblem?: string;
  /** Paths that links lead to, by path. */
  readonly realPaths?: Readonly<Record<string, string>>;
  /** Features of the daemon's kernel. */
  readonly kernel?: Readonly<Record<string, string>>;
  readonly server?: string;
  readonly version?: string;
  readonly kernelVersion?: string;
  readonly zfsTakesSeveral?: boolean;
  readonly paths?: Readonly<Record<string, PathInfo["kind"]>>;
  /** The machines that filesystems are copied between. */
  readonly machines?: { readonly here?: MachineSpec; readonly there?: MachineSpec };
  /** Bytes that are free in storage pools. */
  readonly room?: Readonly<Record<string, number>>;
  /** Storage drivers that the daemon uses. */
  readonly storage?: readonly string[];
  /** Drivers of storage pools by name; one named default where nothing is said. */
  readonly pools?: Readonly<Record<string, string>>;
  /** Volumes that lxops made unless their configuration says otherwise; snapshots by name, the oldest first. */
  readonly volumes?: readonly VolumeSpec[];
  /** Projects that have volumes of their own. */
  readonly volumeProjects?: readonly string[];
  /** Owners of paths, where they are not root. */
  readonly owned?: Readonly<Record<string, number>>;
  readonly journals?: Readonly<Record<string, string>>;
  readonly releases?: Readonly<Record<string, string>>;
  readonly accounts?: Readonly<Record<string, AccountFiles>>;
  /** Identity of this run of lxops, and the state of others. */
  readonly thisRun?: string;
  readonly runs?: Readonly<Record<string, RunState>>;
}

/** Description of a machine by a test. */
export interface MachineSpec {
  readonly user?: boolean;
  readonly datasets?: readonly (Partial<Dataset> & { readonly name: string })[];
  /** Snapshots by dataset, the oldest first, each as `name=number`. */
  readonly snapshots?: Readonly<Record<string, readonly string[]>>;
  /** Tells whether datasets were written to since; absent if their zfs cannot tell. */
  readonly written?: Readonly<Record<string, boolean>>;
  /** Streams that were cut off, by dataset: the number of their snapshot. */
  readonly tokens?: Readonly<Record<string, string>>;
  readonly resumes?: boolean;
  readonly paths?: Readonly<Record<string, PathInfo["kind"]>>;
}

const EXTENSIONS = [
  "instances_rebuild",
  "virtual-machines",
  "clustering",
  "clustering_groups",
  "container_disk_shift",
];

type VolumeSpec = Partial<Omit<VolumeInfo, "snapshots">> & {
  readonly name: string;
  readonly snapshots?: readonly string[];
};

const NIC: Devices = { eth0: { type: "nic", name: "eth0", network: "br0" } };
const ROOT: Devices = { root: { type: "disk", path: "/", pool: "default" } };

/** Makes a world of a specification. */
export function worldOf(spec: WorldSpec): World {
  const instances = (spec.instances ?? []).map(instanceOf);
  const profiles = [{ name: "default", devices: { ...NIC, ...ROOT } }, ...spec.profiles ?? []].map((one) =>
    profileOf(one.name === "default" ? { ...one, devices: { ...ROOT, ...one.devices } } : one)
  );
  return {
    backend,
    server: {
      extensions: new Set(spec.extensions ?? EXTENSIONS),
      server: spec.server ?? "incus",
      version: spec.version ?? "6.0.4",
      kernel: spec.kernel ?? { idmapped_mounts: "true" },
      kernelVersion: spec.kernelVersion ?? "6.1.0-18-amd64",
      architectures: ["x86_64"],
      config: {},
      ...(spec.storage ? { storage: spec.storage } : {}),
      ...(spec.clustered === undefined ? {} : { clustered: spec.clustered !== "", name: spec.clustered }),
    },
    ...(spec.members ? { members: spec.members } : {}),
    instances: new Map(instances.map((one) => [objectKey(one.project, one.name), one])),
    snapshots: new Map(
      Object.entries(spec.snapshots ?? {}).map(([name, list]) => [objectKey("default", name), list]),
    ),
    otherDaemon: {
      title: "LXD",
      instances: (spec.otherDaemon ?? []).map(instanceOf),
      ...(spec.otherDaemonProblem ? { problem: spec.otherDaemonProblem } : {}),
    },
    profiles: new Map(profiles.map((one) => [objectKey(one.project, one.name), one])),
    images: new Map([["default", (spec.images ?? [{ aliases: ["tiny"] }]).map(imageOf)], ["web", [
      imageOf({}),
    ]]]),
    ...(spec.projects
      ? {
        projects: new Map(Object.entries(spec.projects).map(([name, config]) => [name, { name, config }])),
      }
      : {}),
    networks: new Map(
      Object.entries(spec.networks ?? {}).map(([name, one]) => [objectKey("default", name), one]),
    ),
    ...(spec.networks || spec.listeners || spec.subordinateIds ? { settings: settingFacts(spec) } : {}),
    datasets: datasetsOf(spec.datasets),
    zfsSnapshots: new Map(
      Object.entries(spec.zfsSnapshots ?? {}).map(([name, list]) => [
        name,
        list.map((one) => ({ name: one, used: "1K", creation: "Thu Jan  1 00:00 1970" })),
      ]),
    ),
    sizes: new Map(
      Object.entries(spec.paths ?? {}).flatMap(([path, kind]) => kind === "directory" ? [[path, "5M"]] : []),
    ),
    directorySnapshots: new Map(Object.entries(spec.directorySnapshots ?? {})),
    ...(spec.leftovers ? { leftovers: spec.leftovers } : {}),
    ...(spec.bytes ? { bytes: new Map(Object.entries(spec.bytes)) } : {}),
    mounts: mountsOf(spec),
    realPaths: new Map(Object.entries(spec.realPaths ?? {})),
    zfsTakesSeveral: spec.zfsTakesSeveral ?? true,
    paths: new Map(
      Object.entries(spec.paths ?? {}).map((
        [path, kind],
      ) => [path, {
        kind,
        mode: 0o755,
        uid: spec.owned?.[path] ?? 0,
        gid: spec.owned?.[path] ?? 0,
        size: 0,
      }]),
    ),
    emptyDirectories: new Set(
      Object.keys(spec.paths ?? {}).filter((path) =>
        !Object.keys(spec.paths ?? {}).some((other) => other.startsWith(`${path}/`))
      ),
    ),
    ...(spec.machines
      ? {
        machines: { here: machineOf(spec.machines.here ?? {}), there: machineOf(spec.machines.there ?? {}) },
      }
      : {}),
    ...(spec.thisRun ? { thisRun: spec.thisRun } : {}),
    ...(spec.runs ? { runs: new Map(Object.entries(spec.runs)) } : {}),
    pools: new Map(
      Object.entries(spec.pools ?? { default: "dir" }).map(([name, driver]) => [name, { name, driver }]),
    ),
    volumes: new Map((spec.volumes ?? []).map((one) => {
      const info = volumeOf(one);
      return [`volume:${info.project}/${info.pool}/${info.name}`, info];
    })),
    volumeProjects: new Set(["default", ...spec.volumeProjects ?? []]),
    ...(spec.room ? { room: new Map(Object.entries(spec.room)) } : {}),
    idmapBase: { uid: 1000000, gid: 1000000 },
    remotes: new Map([
      ["images", { url: "https://images.example.org", protocol: "simplestreams" }],
      ["docker", { url: "https://docker.example.org", protocol: "oci" }],
    ]),
    journals: new Map(
      Object.entries(spec.journals ?? {}).map(([name, text]) => [objectKey("default", name), text]),
    ),
    accounts: new Map(
      Object.entries(spec.accounts ?? {}).map(([name, texts]) => [objectKey("default", name), texts]),
    ),
    releases: new Map(
      Object.entries(spec.releases ?? {}).map(([name, text]) => [objectKey("default", name), text]),
    ),
  };
}

/** Returns datasets by name. */
export function datasetsOf(list: WorldSpec["datasets"] = [{ name: "tank" }]): World["datasets"] {
  return new Map(list.map((one) => [one.name, { mountpoint: `/${one.name}`, mounted: true, ...one }]));
}

function machineOf(spec: MachineSpec): Machine {
  const each = <T>(record: Readonly<Record<string, T>> = {}) => Object.entries(record);
  return {
    isRoot: !spec.user,
    datasets: datasetsOf(spec.datasets),
    snapshots: new Map(
      each(spec.snapshots).map(([name, list]) => [
        name,
        list.map((one) => ({ name: one.split("=")[0]!, guid: one.split("=")[1]! })),
      ]),
    ),
    written: new Map(each(spec.written)),
    tokens: new Map(each(spec.tokens).map(([name, guid]) => [name, { token: `1-${guid}`, guid }])),
    zfsResumes: spec.resumes ?? false,
    zfsTakesSeveral: true,
    paths: new Map(each(spec.paths)),
  };
}

function volumeOf({ snapshots = [], ...given }: VolumeSpec): VolumeInfo {
  return {
    pool: "default",
    project: "default",
    contentType: "filesystem",
    config: { "user.lxops.config": "/c/a.yaml" },
    usedBy: [],
    bytes: 5 * 2 ** 20,
    snapshots: snapshots.map((name) => ({ name, createdAt: "" })),
    ...given,
  };
}

function instanceOf(given: Partial<InstanceInfo> & { readonly name: string }): InstanceInfo {
  return {
    project: "default",
    type: "container",
    status: "Running",
    ephemeral: false,
    description: "",
    architecture: "x86_64",
    createdAt: "2026-01-01T00:00:00Z",
    profiles: ["default", `${given.name}.lxops`],
    config: {},
    devices: {},
    expandedConfig: given.config ?? {},
    expandedDevices: { ...NIC, ...given.devices },
    ...given,
  };
}

function profileOf(given: Partial<ProfileInfo> & { readonly name: string }): ProfileInfo {
  return { project: "default", description: "", config: {}, devices: {}, usedBy: [], ...given };
}

function imageOf(given: Partial<ImageInfo>): ImageInfo {
  return {
    fingerprint: "f00d".repeat(16),
    aliases: ["tiny"],
    properties: {},
    type: "container",
    architecture: "x86_64",
    ...given,
  };
}
