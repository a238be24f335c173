/** A daemon in memory, to look at: it answers from a world and remembers what it was asked. */
import { JOURNAL } from "../../lib/cloudconfig/batch/journal.ts";
import { volumeKey } from "../../lib/plan/storage/kinds/volumes.ts";
import { endOfArchive, writeHeader } from "../../lib/run/tar/write.ts";
import { objectKey, type World } from "../../lib/plan/world.ts";
import type { Looked, Peek } from "../../lib/ports/peek.ts";
import type { Address, InstanceRef, InstanceServer } from "../../lib/ports/mod.ts";

/** Returns the state of an instance at each request. */
export interface MemoryState {
  readonly status: string;
  readonly addresses: readonly Address[];
}

/** Answers of a daemon in memory that no world has. */
export interface MemoryServerOptions {
  readonly projects?: readonly string[];
  /** State of instances; by default every one runs and has addresses. */
  readonly state?: (ref: InstanceRef) => MemoryState | undefined;
  /** Id map of an existing instance's root, from the first request for it alone. */
  readonly mappedTo?: number;
  /** The reason why no small file can be read. */
  readonly unreadable?: Error;
  /** Output of a script in every instance. */
  readonly looked?: Looked;
}

/** A daemon in memory, and the questions that it was asked, in order. */
export interface MemoryServer extends InstanceServer {
  readonly questions: readonly string[];
}

/** Addresses that others can reach. */
export const ADDRESSES: readonly Address[] = [
  { family: "inet", address: "10.0.0.9", scope: "global", interface: "eth0", hostInterface: "veth1" },
  { family: "inet6", address: "fd00::9", scope: "global", interface: "eth0", hostInterface: "veth1" },
];

/** The answer of an instance that has no files. */
const NOTHING_THERE: Looked = { text: "seen\t0\nbaseline\twhole\ntotal\t0\t0\nlxops end\n" };

/** Makes a daemon of a world. */
export function memoryServer(world: World, options: MemoryServerOptions = {}): MemoryServer {
  const questions: string[] = [];
  const ask = <T>(question: string, answer: T): Promise<T> => {
    questions.push(question);
    return Promise.resolve(answer);
  };
  const inProject = <T extends { readonly project: string }>(all: ReadonlyMap<string, T>, project?: string) =>
    [...all.values()].filter((one) => project === undefined || one.project === project);
  return {
    questions,
    address: "/run/memory.socket",
    server: () => ask("server", world.server),
    instances: (project) => ask(`instances ${project}`, inProject(world.instances, project)),
    instance: (ref) => {
      // One that a plan makes is there once it is asked about, but for those of a rebuild that fails.
      if (/-lxops-(new|old)-/.test(ref.name)) {
        return ask(`instance ${objectKey(ref.project, ref.name)}`, undefined);
      }
      const found = world.instances.get(objectKey(ref.project, ref.name)) ?? anyInstance(ref);
      return ask(`instance ${objectKey(ref.project, ref.name)}`, {
        ...found,
        config: { ...found.config, ...idmap(options.mappedTo) },
      });
    },
    instanceState: (ref) => {
      const state = options.state ? options.state(ref) : { status: "Running", addresses: ADDRESSES };
      return ask(`state ${objectKey(ref.project, ref.name)}`, state);
    },
    profiles: (project) => ask(`profiles ${project}`, inProject(world.profiles, project)),
    projects: () =>
      ask(
        "projects",
        (options.projects ?? ["default", "web"]).map((name) => ({
          name,
          config: {
            ...(name !== "default" && world.volumeProjects.has(name)
              ? { "features.storage.volumes": "true" }
              : {}),
            ...world.projects?.get(name)?.config,
          },
        })),
      ),
    images: (project) => ask(`images ${project}`, world.images.get(project) ?? []),
    readFile: (ref, path) => {
      const text = textOfFile(world, ref, path);
      return ask(
        `file ${objectKey(ref.project, ref.name)}${path}`,
        text === undefined ? undefined : new TextEncoder().encode(text),
      );
    },
    isDirectory: (ref, path) => ask(`directory ${objectKey(ref.project, ref.name)}${path}`, true),
    look: (ref) => ask(`look ${objectKey(ref.project, ref.name)}`, options.looked ?? NOTHING_THERE),
    readBoth: () => Promise.resolve(undefined),
    readSmall: (ref, path) =>
      options.unreadable
        ? Promise.reject(options.unreadable)
        : ask(`file ${objectKey(ref.project, ref.name)}${path}`, peekOf(world, ref, path)),
    getBytes: (path) => ask(`get ${path}`, new TextEncoder().encode("log\n")),
    stream: (path) => ask(`stream ${path}`, archive()),
    get: (path) => ask(`get ${path}`, getFrom(world, path)),
    events: () => {
      throw new Error("no test needs events");
    },
  };
}

function peekOf(world: World, ref: InstanceRef, path: string): Peek {
  const { unknown = [] } = world.accounts.get(objectKey(ref.project, ref.name)) ?? {};
  const start = `"${path}" cannot be used: `;
  const why = unknown.find((one) => one.startsWith(start));
  if (why !== undefined) return { text: "", strange: why.slice(start.length) };
  const text = textOfFile(world, ref, path);
  return text === undefined ? { text: "", absent: true } : { text };
}

function textOfFile(world: World, ref: InstanceRef, path: string): string | undefined {
  const accounts = world.accounts.get(objectKey(ref.project, ref.name));
  // A file of accounts without text is one that does not exist.
  if (path === "/etc/passwd") return accounts?.passwd || undefined;
  if (path === "/etc/group") return accounts?.group || undefined;
  const texts = path === JOURNAL ? world.journals : path === "/etc/os-release" ? world.releases : undefined;
  return texts?.get(objectKey(ref.project, ref.name));
}

/** Returns a backup of an instance that has an empty `/etc`. */
async function* archive(): AsyncGenerator<Uint8Array> {
  yield writeHeader({
    path: "backup/container/rootfs/etc",
    type: "5",
    linkPath: "",
    mode: 0o755,
    uid: 0,
    gid: 0,
    size: 0,
    mtime: "0",
    major: 0,
    minor: 0,
    attributes: new Map(),
  });
  yield endOfArchive();
}

/** Returns the daemon's description of an instance that was just created. */
function anyInstance(ref: InstanceRef) {
  return {
    ...ref,
    type: "container",
    status: "Stopped",
    ephemeral: false,
    description: "",
    architecture: "x86_64",
    createdAt: "2026-01-01T00:00:00Z",
    profiles: [],
    config: {},
    devices: {},
    expandedConfig: {},
    expandedDevices: {},
  };
}

function idmap(base: number | undefined): Record<string, string> {
  if (base === undefined) return {};
  const entry = { Hostid: base, Nsid: 0, Maprange: 65536 };
  return {
    "volatile.idmap.next": JSON.stringify([{ ...entry, Isuid: true }, { ...entry, Isgid: true }]),
  };
}

/** Pools, volumes, and what is below those. */
function getStorage(world: World, [pool, , , name, below]: readonly string[], project: string): unknown {
  if (pool === undefined) return [...world.pools.values()];
  const ref = { project, pool, name: name ?? "" };
  const info = world.volumes.get(volumeKey(world, ref));
  if (!info) return undefined;
  if (below === "state") return info.bytes === undefined ? { usage: null } : { usage: { used: info.bytes } };
  if (below === "backups") {
    const backups = info.backups ?? [];
    return backups.map((one) => `/1.0/storage-pools/${pool}/volumes/custom/${name}/backups/${one}`);
  }
  if (below === "snapshots") {
    return info.snapshots.map((one) => ({ name: `${info.name}/${one.name}`, created_at: one.createdAt }));
  }
  return {
    name: info.name,
    project: info.project,
    content_type: info.contentType,
    config: info.config,
    used_by: info.usedBy,
  };
}

function getFrom(world: World, path: string): unknown {
  const url = new URL(path, "http://memory");
  const project = url.searchParams.get("project") ?? "default";
  const [, , kind, name = "", below] = url.pathname.split("/").map(decodeURIComponent);
  const key = objectKey(project, name);
  if (kind === undefined) {
    const { server, version, kernel, extensions } = world.server;
    const environment = { server, server_version: version, kernel_features: kernel };
    return { auth: "trusted", api_extensions: [...extensions], environment };
  }
  if (kind === "networks" && name === "") return [];
  if (kind === "profiles" && name === "") {
    return [...world.profiles.values()].filter((one) => one.project === project)
      .map(({ usedBy, ...one }) => ({ ...one, used_by: usedBy }));
  }
  if (kind === "storage-pools" && below === "resources") {
    const free = world.room?.get(name);
    return free === undefined ? undefined : { space: { used: 1000, total: 1000 + free } };
  }
  if (kind === "storage-pools") {
    return getStorage(world, url.pathname.split("/").slice(3).map(decodeURIComponent), project);
  }
  if (kind === "images" && name === "aliases") {
    const image = (world.images.get(project) ?? []).find(({ aliases }) => aliases.includes(below ?? ""));
    return image && { name: below, target: image.fingerprint, description: "" };
  }
  if (kind === "cluster") return world.members?.map((member) => `/1.0/cluster/members/${member}`);
  const filter = url.searchParams.get("filter");
  if (kind === "instances" && name === "" && filter !== null) {
    const [key = "", value] = filter.replace(/^config\./, "").split(" eq ");
    return [...world.instances.values()].filter((one) => one.project === project && one.config[key] === value)
      .map(({ createdAt, ...one }) => ({ ...one, created_at: createdAt }));
  }
  if ((kind === "instances" || kind === "profiles") && name === "") {
    return [...world[kind].values()].filter((one) => one.project === project)
      .map((one) => `/1.0/${kind}/${encodeURIComponent(one.name)}?project=${project}`);
  }
  if (kind === "profiles") return world.profiles.get(key);
  if (kind === "instances" && below === undefined) return world.instances.get(key);
  if (kind === "networks") {
    if (below === "leases") return world.settings?.networks.get(key)?.leases ?? [];
    const network = world.networks.get(key);
    return network && { config: {}, ...network };
  }
  if (kind === "instances" && below === "snapshots") {
    return (world.snapshots.get(key) ?? []).map((snapshot) =>
      `/1.0/instances/${name}/snapshots/${encodeURIComponent(snapshot)}?project=${project}`
    );
  }
  return undefined;
}
