/**
 * The machine, to look at.
 *
 * @module
 */
import { basename, dirname } from "@std/path";
import { CommandError, UnreadableError } from "../../base/errors.ts";
import { bytesOf } from "../../base/sizes.ts";
import type { Dataset, Host, PathInfo, ZfsProperty, ZfsSnapshot } from "../../ports/mod.ts";
import type { Launcher } from "../../ports/launcher.ts";
import { type Mounts, placeIn, placeKey } from "../../ports/mounts.ts";
import { textOf } from "../../base/bytes.ts";
import { runProgram } from "./process.ts";
import { findProgram } from "./programs.ts";
import { BYTES_LIMIT_MIB, openFile, readFile, TEXT_LIMIT_MIB } from "../read_file.ts";
import {
  DATASET_COLUMNS,
  getProperties,
  hasNoZfs,
  propertiesOf,
  rowsOf,
  takesSeveral,
  toDatasets,
} from "./zfs_output.ts";

/** Returns a variable of the environment; those that the program may not read count as absent. */
function env(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch (error) {
    // A name with "=" is none; the binary lacks the right to others.
    if (error instanceof TypeError || error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}

/** Returns the machine that lxops runs on. */
export function makeHost(): Host {
  let launcher: Promise<Launcher> | undefined;
  let thisRun: Promise<string | undefined> | undefined;
  const ownMounts = recentMounts();
  return {
    isRoot: Deno.uid() === 0,
    ...(Deno.uid() ? { user: { uid: Deno.uid()!, gid: Deno.gid()! } } : {}),
    cwd: Deno.cwd(),
    env,
    readText: (path) => unlessAbsent(readText(path)),
    readBytes: (path) => unlessAbsent(readFile(path, BYTES_LIMIT_MIB)),
    lstat: async (path) => {
      const info = await unlessAbsent(Deno.lstat(path));
      return info && toPathInfo(info);
    },
    sha256: (paths) => unlessAbsent(sha256(paths)),
    realPath: (path) => unlessAbsent(Deno.realPath(path)),
    readDir: async (path) =>
      await unlessAbsent(Array.fromAsync(Deno.readDir(path), (entry) => entry.name)) ?? [],
    datasets: readDatasets,
    zfsSnapshots: readSnapshots,
    zfsProperties: readProperties,
    zfsTakesSeveral,
    sizes: directorySizes,
    bytes: directoryBytes,
    launcher: () => launcher ??= import("./launcher.ts").then(({ makeLauncher }) => makeLauncher()),
    inspector: async () => (await import("./inspector.ts")).makeInspector(env),
    machine: async (question) => await (await import("./machine.ts")).lookAtMachine(question),
    mounts: async (daemon) => await ownMounts.kept((await import("./mounts.ts")).readMounts(daemon)),
    realPaths: (paths) => Promise.resolve(new Map(paths.map((path) => [path, realPathOf(path)]))),
    directoryKeys: async (paths) =>
      paths.length === 0 ? new Map() : directoryKeys(paths, await ownMounts.here()),
    thisRun: () => thisRun ??= import("./runs.ts").then((runs) => runs.thisRun()),
    runStates: async (texts) => await (await import("./runs.ts")).runStates(texts),
    listeners: async () => await (await import("./listeners.ts")).listeners(),
    processesThatSee: async (directory) =>
      await (await import("./mount_spaces.ts")).processesThatSee(directory),
    tree: async (directory) => await (await import("./tree.ts")).readTree(directory),
  };
}

/** Resolves the symbolic links of a path; of a missing path, those of the nearest existing directory. */
function realPathOf(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : `${realPathOf(parent).replace(/\/$/, "")}/${basename(path)}`;
  }
}

/** The time for which a table of mounts is not read again. */
const FRESH_MS = 1000;

/** The mounts that lxops sees, of the last look at any; without their table, a directory still has its inode. */
function recentMounts(): {
  readonly here: () => Promise<Mounts["here"]>;
  /** Keeps the table of another look. */
  readonly kept: (look: Promise<Mounts>) => Promise<Mounts>;
} {
  let [at, here]: [number, Promise<Mounts["here"]> | undefined] = [0, undefined];
  const read = async () => (await (await import("./mounts.ts")).readMounts()).here;
  return {
    here: async () => {
      if (here === undefined || performance.now() - at > FRESH_MS) {
        [at, here] = [performance.now(), read().catch(() => [])];
      }
      return await here;
    },
    kept: async (look) => {
      [at, here] = [performance.now(), look.then(({ here }) => here).catch(() => [])];
      return await look;
    },
  };
}

function directoryKeys(
  paths: readonly string[],
  here: Mounts["here"],
): ReadonlyMap<string, readonly string[]> {
  const known = new Map<string, string | undefined>();
  const keyOf = (path: string): string | undefined => {
    if (!known.has(path)) known.set(path, inodeOf(path));
    return known.get(path);
  };
  return new Map(paths.map((path) => {
    const keys: string[] = [];
    for (let at = path, rest = "";; rest = `/${basename(at)}${rest}`, at = dirname(at)) {
      const key = keyOf(at);
      if (key !== undefined) keys.push(`${key}${rest}`);
      if (dirname(at) !== at) continue;
      const place = path.startsWith("/") ? placeIn(here, realPathOf(path)) : undefined;
      return [path, place === undefined ? keys : [...keys, placeKey(place)]];
    }
  }));
}

function inodeOf(path: string): string | undefined {
  try {
    const { dev, ino } = Deno.statSync(path);
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

/** Reads a text file, and refuses one in another encoding, which would silently become another text. */
async function readText(path: string): Promise<string> {
  const text = textOf(await readFile(path, TEXT_LIMIT_MIB));
  if (text === undefined) throw new UnreadableError(path, "it is not UTF-8 text");
  return text;
}

async function sha256(paths: readonly string[]): Promise<string> {
  const { createHash } = await import("node:crypto");
  const hash = createHash("sha256");
  for (const path of paths) {
    for await (const chunk of (await openFile(path)).readable) hash.update(chunk);
  }
  return hash.digest("hex");
}

async function unlessAbsent<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return undefined;
    throw error;
  }
}

function toPathInfo(info: Deno.FileInfo): PathInfo {
  const kind = info.isSymlink ? "symlink" : info.isDirectory ? "directory" : info.isFile ? "file" : "other";
  return {
    kind,
    mode: (info.mode ?? 0) & 0o7777,
    uid: info.uid ?? 0,
    gid: info.gid ?? 0,
    size: info.size,
    device: info.dev,
    ...(info.isDirectory && info.nlink === 0 ? { deleted: true } : {}),
  };
}

/** Runs `zfs list`; nothing where the machine has no ZFS. */
async function zfsList(type: "filesystem,volume" | "snapshot", columns: string): Promise<string[][]> {
  const program = await findProgram("zfs");
  if (program === undefined) return [];
  const argv = [program, "list", "-H", "-t", type, "-o", columns] as const;
  const result = await runProgram(argv, undefined, () => {}, new AbortController().signal);
  if (result.code === 0) return rowsOf(result.stdout);
  // A machine may have the program, and no pool.
  if (hasNoZfs(result.stderr)) return [];
  throw new CommandError(`"zfs list" failed with exit code ${result.code}`, {
    argv,
    code: result.code,
    stderr: result.stderr.trimEnd(),
    advice: ["What lxops needs of ZFS works where this does, as the same user: zfs list"],
  });
}

async function readDatasets(): Promise<ReadonlyMap<string, Dataset>> {
  return toDatasets(await zfsList("filesystem,volume", DATASET_COLUMNS));
}

async function readSnapshots(): Promise<ReadonlyMap<string, readonly ZfsSnapshot[]>> {
  const found = new Map<string, ZfsSnapshot[]>();
  for (const [full = "", used = "", creation = ""] of await zfsList("snapshot", "name,used,creation")) {
    const at = full.indexOf("@");
    const list = found.get(full.slice(0, at)) ?? [];
    list.push({ name: full.slice(at + 1), used, creation });
    found.set(full.slice(0, at), list);
  }
  return found;
}

async function readProperties(
  datasets: readonly string[],
  properties: readonly string[],
): Promise<ReadonlyMap<string, Readonly<Record<string, ZfsProperty>>>> {
  const program = await findProgram("zfs");
  if (program === undefined) return new Map();
  const argv = [program, ...getProperties(datasets, properties)] as const;
  return propertiesOf((await runProgram(argv, undefined, () => {}, new AbortController().signal)).stdout);
}

/** Its usage says so; there is no version to ask old ones for. */
async function zfsTakesSeveral(): Promise<boolean> {
  const program = await findProgram("zfs");
  if (program === undefined) return false;
  const { stderr } = await runProgram(
    [program, "snapshot"],
    undefined,
    () => {},
    new AbortController().signal,
  );
  return takesSeveral(stderr);
}

/** Measures each directory by itself: in a common run, files of two directories would count once. */
async function directoryBytes(paths: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const program = await findProgram("du");
  if (program === undefined) return new Map();
  const found = await Promise.all(paths.map(async (path): Promise<[string, number][]> => {
    const argv = [program, "-s", "-x", "-B1", "--", path] as const;
    const { code, stdout } = await runProgram(argv, undefined, () => {}, new AbortController().signal);
    return code === 0 ? bytesOf(stdout).map((bytes) => [path, bytes]) : [];
  }));
  return new Map(found.flat());
}

/** Parts that cannot be read are not counted: the sizes are for display only. */
async function directorySizes(paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const program = await findProgram("du");
  if (program === undefined || paths.length === 0) return new Map();
  const argv = [program, "-s", "-x", "-h", "--", ...paths] as const;
  const { stdout } = await runProgram(argv, undefined, () => {}, new AbortController().signal);
  return new Map(
    stdout.split("\n").flatMap((line): [string, string][] => {
      const [size, path] = line.split("\t");
      return size && path ? [[path, size]] : [];
    }),
  );
}
