/**
 * Files that a plan will write, so that they can be loaded and checked before.
 *
 * @module
 */
import { basename, dirname, join } from "@std/path";
import type { Host, PathInfo } from "../../ports/mod.ts";

/** Returns a host on which files have these texts already; `files` are by their absolute paths. */
export function withFiles(host: Host, files: ReadonlyMap<string, { text: string; mode: number }>): Host {
  const owner = host.user ?? { uid: 0, gid: 0 };
  const directories = new Set([...files.keys()].flatMap(above));
  const realPath = async (path: string): Promise<string | undefined> => {
    const real = await host.realPath(path);
    if (real !== undefined || !files.has(path) && !directories.has(path)) return real;
    if (dirname(path) === path) return path;
    return join(await realPath(dirname(path)) ?? dirname(path), basename(path));
  };
  /** Finds a file by its path, also by the one without symbolic links. */
  const found = async (path: string) => {
    if (files.has(path)) return files.get(path);
    for (const [one, file] of files) {
      if (basename(one) === basename(path) && await realPath(one) === path) return file;
    }
    return undefined;
  };
  return {
    ...host,
    realPath,
    readText: async (path) => (await found(path))?.text ?? await host.readText(path),
    readDir: async (path) => {
      const added = [...files.keys(), ...directories].filter((one) => dirname(one) === path);
      const there = await host.readDir(path).catch((error) => {
        if (added.length > 0) return [];
        throw error;
      });
      return [...new Set([...there, ...added.map((one) => basename(one))])];
    },
    lstat: async (path): Promise<PathInfo | undefined> => {
      const file = await found(path);
      if (file) return { kind: "file", mode: file.mode, size: file.text.length, ...owner };
      const there = await host.lstat(path);
      return there ??
        (directories.has(path) ? { kind: "directory", mode: 0o755, size: 0, ...owner } : undefined);
    },
  };
}

/** Returns the directories that a path lies in. */
function above(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === path ? [] : [parent, ...above(parent)];
}
