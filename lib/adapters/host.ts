/**
 * The machine, to look at.
 *
 * @module
 */
import { CommandError } from "../errors.ts";
import type { Dataset, Host, PathInfo } from "../ports.ts";
import { runProgram } from "./process.ts";
import { findProgram } from "./programs.ts";

/** The machine that lxops runs on. */
export function makeHost(): Host {
  return {
    isRoot: Deno.uid() === 0,
    cwd: Deno.cwd(),
    env: (name) => Deno.env.get(name),
    readText: (path) => unlessAbsent(Deno.readTextFile(path)),
    readBytes: (path) => unlessAbsent(Deno.readFile(path)),
    lstat: async (path) => {
      const info = await unlessAbsent(Deno.lstat(path));
      return info && toPathInfo(info);
    },
    realPath: (path) => unlessAbsent(Deno.realPath(path)),
    readDir: async (path) =>
      await unlessAbsent(Array.fromAsync(Deno.readDir(path), (entry) => entry.name)) ?? [],
    datasets: readDatasets,
  };
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
  };
}

const COLUMNS = "name,mountpoint,mounted,origin";

async function readDatasets(): Promise<ReadonlyMap<string, Dataset>> {
  const program = await findProgram("zfs");
  if (program === undefined) return new Map();
  const argv = [program, "list", "-H", "-t", "filesystem", "-o", COLUMNS] as const;
  const result = await runProgram(argv, undefined, () => {}, new AbortController().signal);
  if (result.code === 0) return new Map(result.stdout.split("\n").flatMap(toDataset));
  // A machine may have the program, but neither the module nor a pool.
  if (
    /no datasets available|module.*not loaded|\/dev\/zfs|internal error: failed to initialize/i.test(
      result.stderr,
    )
  ) {
    return new Map();
  }
  throw new CommandError(
    `"zfs list" failed with exit code ${result.code}`,
    argv,
    result.code,
    result.stderr.trimEnd(),
  );
}

function toDataset(line: string): [string, Dataset][] {
  const [name, mountpoint, mounted, origin] = line.split("\t");
  if (!name || mountpoint === undefined) return [];
  return [[name, {
    name,
    mountpoint,
    mounted: mounted === "yes",
    ...(origin && origin !== "-" ? { origin } : {}),
  }]];
}
