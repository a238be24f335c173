/**
 * Files that root reads and other users can change: such a user could become root by the next command.
 *
 * @module
 */
import { dirname } from "@std/path";
import { ConfigError, type Issue } from "../../base/errors.ts";
import { quote } from "../../base/shell.ts";
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

/** Reason why others can change or replace a file. */
export interface Exposure {
  readonly reason: string;
  /** The command that ends it. */
  readonly cure: string;
}

/** Returns warnings about those of some files that other users can change or replace. */
export async function exposedFiles(paths: readonly string[], host: Host): Promise<readonly Issue[]> {
  const known = new Map<string, Promise<PathInfo | undefined>>();
  const issues = await Promise.all(paths.map(async (path): Promise<Issue[]> => {
    const found = await exposureOf(path, host, known);
    if (!found) return [];
    const message = `Others can change this file, which lxops follows as root: ${found.reason}`;
    return [{ file: path, message, severity: "warning" }];
  }));
  return issues.flat();
}

/** Returns what lets users other than root and the one behind sudo change or replace a file. */
export async function exposureOf(
  path: string,
  host: Host,
  known = new Map<string, Promise<PathInfo | undefined>>(),
): Promise<Exposure | undefined> {
  const trusted = ["0", host.env("SUDO_UID") ?? "0"];
  const isForeign = ({ uid }: PathInfo) => !trusted.includes(String(uid));
  const look = (path: string) => {
    const found = known.get(path) ?? host.lstat(path);
    known.set(path, found);
    return found;
  };
  const real = await host.realPath(path);
  if (real === undefined) return undefined;
  const directory = dirname(real);
  const [file, around] = await Promise.all([look(real), look(directory)]);
  if (!file || file.kind !== "file") return undefined;
  if (file.mode & OTHERS) return { reason: "everybody can write to it", cure: `chmod o-w ${quote(real)}` };
  if (isForeign(file)) return { reason: `it belongs to user ${file.uid}`, cure: `chown root ${quote(real)}` };
  if (!around) return undefined;
  if ((around.mode & OTHERS) !== 0 && (around.mode & STICKY) === 0) {
    return { reason: `everybody can replace it in "${directory}"`, cure: `chmod o-w ${quote(directory)}` };
  }
  if (!isForeign(around)) return undefined;
  return {
    reason: `"${directory}" belongs to user ${around.uid}, who can replace it`,
    cure: `chown root ${quote(directory)}`,
  };
}
