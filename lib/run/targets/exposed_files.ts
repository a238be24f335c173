/**
 * Files that root reads and other users can change: such a user could become root by the next command.
 *
 * @module
 */
import { dirname } from "@std/path";
import { ConfigError, type Issue } from "../../base/errors.ts";
import type { Host, PathInfo } from "../../ports/mod.ts";

/** Remembers which files are read. */
export interface Watched {
  readonly host: Host;
  /** Returns warnings about files that other users can change, each once; with `refuses`, throws where there is one. */
  readonly exposed: (refuses?: boolean) => Promise<readonly Issue[]>;
}

/** Watches the files that are read on the machine. Unless lxops is root, files of other users are no danger. */
export function watch(host: Host): Watched {
  if (!host.isRoot) return { host, exposed: () => Promise.resolve([]) };
  const read = new Set<string>();
  const readText = (path: string) => {
    read.add(path);
    return host.readText(path);
  };
  const exposed = async (refuses = false) => {
    const issues = await exposedFiles([...read], host);
    if (!refuses || issues.length === 0) return issues;
    throw new ConfigError(issues.map((issue) => ({ ...issue, severity: "error" })));
  };
  return { host: { ...host, readText }, exposed };
}

const STICKY = 0o1000;
const OTHERS = 0o002;

/** Returns warnings about those of some files that other users can change or replace. */
export async function exposedFiles(paths: readonly string[], host: Host): Promise<readonly Issue[]> {
  const trusted = ["0", host.env("SUDO_UID") ?? "0"];
  const isForeign = ({ uid }: PathInfo) => !trusted.includes(String(uid));
  const infos = new Map<string, Promise<PathInfo | undefined>>();
  const look = (path: string) => {
    const found = infos.get(path) ?? host.lstat(path);
    infos.set(path, found);
    return found;
  };
  const issues = await Promise.all(paths.map(async (path): Promise<Issue[]> => {
    const real = await host.realPath(path);
    if (real === undefined) return [];
    const directory = dirname(real);
    const [file, around] = await Promise.all([look(real), look(directory)]);
    if (!file || file.kind !== "file") return [];
    const reason = file.mode & OTHERS
      ? "everybody can write to it"
      : isForeign(file)
      ? `it belongs to user ${file.uid}`
      : !around
      ? undefined
      : (around.mode & OTHERS) !== 0 && (around.mode & STICKY) === 0
      ? `everybody can replace it in "${directory}"`
      : isForeign(around)
      ? `"${directory}" belongs to user ${around.uid}, who can replace it`
      : undefined;
    if (reason === undefined) return [];
    const message = `Others can change this file, which lxops follows as root: ${reason}`;
    return [{ file: path, message, severity: "warning" }];
  }));
  return issues.flat();
}
