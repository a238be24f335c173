/** A machine in memory, to look at. */
import type { Inspector } from "../../lib/ports/health/inspector.ts";
import { basename, dirname, normalize } from "@std/path";
import { UnreadableError } from "../../lib/base/errors.ts";
import { realPath } from "../../lib/plan/tree/paths.ts";
import type { World } from "../../lib/plan/world.ts";
import type {
  Dataset,
  Host,
  Listener,
  Mounts,
  PathInfo,
  RunState,
  ZfsSnapshot,
} from "../../lib/ports/mod.ts";

/** Files and mounts of the machine. */
export interface MemoryHostOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Text files by absolute path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly paths?: Readonly<Record<string, PathInfo>>;
  readonly datasets?: ReadonlyMap<string, Dataset>;
  readonly zfsProperties?: World["zfsProperties"];
  readonly zfsSnapshots?: ReadonlyMap<string, readonly ZfsSnapshot[]>;
  readonly mounts?: Mounts;
  /** Targets of links. */
  readonly realPaths?: ReadonlyMap<string, string>;
  /** Directories that containers have mounted. */
  readonly mountedInContainers?: readonly string[];
  /** The container of the process that sees them. */
  readonly container?: string;
  readonly zfsTakesSeveral?: boolean;
  readonly isRoot?: boolean;
  readonly bytes?: World["bytes"];
  readonly freeBytes?: number;
  readonly machines?: World["machines"];
  readonly thisRun?: string;
  readonly listeners?: readonly Listener[];
  readonly runs?: Readonly<Record<string, RunState>>;
}

/** The directory that commands are run in. */
const DIRECTORY: PathInfo = { kind: "directory", mode: 0o755, uid: 0, gid: 0, size: 0, device: 1 };

/** Makes a look at a machine with one filesystem, which has nothing else to be looked at. */
function inspectorWith(freeBytes: number): Inspector {
  const nothing = () => Promise.reject(new Error("nothing else was thought of"));
  return {
    sockets: nothing,
    user: nothing,
    texts: nothing,
    absentPrograms: nothing,
    sudo: nothing,
    zfs: nothing,
    atWork: nothing,
    places: nothing,
    room: (paths) =>
      Promise.resolve([{ paths, mount: "/", bytes: freeBytes, freeBytes, files: 0, freeFiles: 0 }]),
  };
}

/** Makes a machine. */
export function memoryHost(options: MemoryHostOptions = {}): Host {
  const cwd = options.cwd ?? "/";
  const absolute = (path: string) => normalize(path.startsWith("/") ? path : `${cwd}/${path}`);
  const read = (path: string) => options.files?.[absolute(path)];
  const { freeBytes } = options;
  return {
    ...(freeBytes === undefined ? {} : { inspector: () => Promise.resolve(inspectorWith(freeBytes)) }),
    isRoot: options.isRoot ?? true,
    cwd,
    env: (name) => options.env?.[name],
    readText: async (path) => {
      const text = await Promise.resolve(read(path));
      // Stands for bytes that are no text.
      if (text?.includes("\uFFFD")) throw new UnreadableError(path, "it is not UTF-8 text");
      return text;
    },
    readBytes: (path) => {
      const text = read(path);
      return Promise.resolve(text === undefined ? undefined : new TextEncoder().encode(text));
    },
    lstat: (path) => {
      const found = options.paths?.[absolute(path)];
      return Promise.resolve(found ?? (absolute(path) === cwd ? DIRECTORY : undefined));
    },
    sha256: async (paths) => {
      const texts = paths.map(read);
      if (texts.includes(undefined)) return undefined;
      const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(texts.join("")));
      return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    },
    realPath: (path) =>
      Promise.resolve(
        read(path) === undefined && !options.paths?.[absolute(path)] ? undefined : absolute(path),
      ),
    readDir: (path) =>
      Promise.resolve(
        Object.keys(options.paths ?? {}).filter((one) => dirname(one) === absolute(path)).map((one) =>
          basename(one)
        ),
      ),
    datasets: () => Promise.resolve(options.datasets ?? new Map()),
    zfsProperties: (datasets) =>
      Promise.resolve(
        new Map([...options.zfsProperties ?? []].filter(([name]) => datasets.includes(name))),
      ),
    zfsSnapshots: () => Promise.resolve(options.zfsSnapshots ?? new Map()),
    bytes: (paths) =>
      Promise.resolve(
        new Map([...options.bytes ?? paths.map((path) => [path, 5_000_000] as const)]
          .filter(([path]) => paths.includes(path))),
      ),
    sizes: (paths) => Promise.resolve(new Map(paths.map((path) => [path, "5M"]))),
    machine: ({ ssh }) => {
      const found = ssh ? options.machines?.there : options.machines?.here;
      return found ? Promise.resolve(found) : Promise.reject(new Error("no machine was thought of"));
    },
    processesThatSee: (directory) =>
      Promise.resolve(
        options.mountedInContainers?.includes(directory)
          ? [{ pid: "1", ...(options.container ? { container: options.container } : {}) }]
          : [],
      ),
    tree: (directory) =>
      Promise.resolve({
        directory,
        owners: [{ uid: 0, gid: 0 }, { uid: 5, gid: 1000006 }, { uid: 1000000, gid: 1000000 }],
        modes: [{ path: `${directory}/it's`, mode: "4755" }],
        attributes: `# file: ${directory}/acl\nsystem.posix_acl_access=0x0200000002000600e9030000\n`,
      }),
    mounts: () => Promise.resolve(options.mounts ?? { here: [] }),
    realPaths: (paths) => Promise.resolve(new Map(paths.map((path) => [path, realPath(path, options)]))),
    thisRun: () => Promise.resolve(options.thisRun),
    runStates: (texts) =>
      Promise.resolve(new Map(texts.map((text) => [text, options.runs?.[text] ?? "over"]))),
    listeners: () => Promise.resolve(options.listeners ?? []),
    zfsTakesSeveral: () => Promise.resolve(options.zfsTakesSeveral ?? true),
  };
}
