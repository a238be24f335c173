/**
 * Files and directories in which runs of lxops register on this machine. Only files that lxops can have made are
 * touched: directories and regular files of root that only root can write to, without a second link. No link is
 * followed, nothing that can block is opened, and each opening has a deadline.
 *
 * @module
 */
import { LxopsError } from "../../base/errors.ts";
import { after } from "../../base/time/timer.ts";

/** Prefix of the file of a run that has ended. */
const ENDED = "ended-";

/** The names of directories of daemons, and of files of runs. */
const DAEMON = /^%2F[\w.!~*'()%-]{0,197}$/;
const RUN = /^(ended-)?[0-9]{1,10}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The bits of a mode by which others can write. */
const OTHERS_WRITE = 0o022;

const OPEN_MS = 5000;

/** The file of a run. */
export interface RunFile {
  /** Name of the directory of its daemon. */
  readonly daemon: string;
  readonly path: string;
  readonly hasEnded: boolean;
}

/** The files in the directory of all daemons. */
export interface RunFiles {
  readonly daemons: readonly { readonly path: string; readonly files: readonly RunFile[] }[];
  /** Paths of files that lxops did not make. */
  readonly foreign: readonly string[];
}

/** Returns the name of the directory of a daemon. */
export function daemonName(socket: string): string {
  return `%2F${encodeURIComponent(socket.replace(/^\/+/, "")).slice(-197)}`;
}

/** Lists the files of runs, by their names alone, and all other files except one. */
export async function filesIn(root: string, except: string): Promise<RunFiles> {
  const foreign: string[] = [];
  const names = (await namesIn(root)).filter((name) => name !== except).sort();
  const daemons = await Promise.all(names.map(async (daemon) => {
    const path = `${root}/${daemon}`;
    try {
      const info = await unlessAbsent(Deno.lstat(path));
      if (!info) return [];
      if (!DAEMON.test(daemon) || !isRootsDirectory(info)) throw foreignError(path);
      const found = (await namesIn(path)).sort();
      foreign.push(...found.filter((file) => !RUN.test(file)).map((file) => `${path}/${file}`));
      const files = found.filter((file) => RUN.test(file)).map((file): RunFile => ({
        daemon,
        path: `${path}/${file}`,
        hasEnded: file.startsWith(ENDED),
      }));
      return [{ path, files }];
    } catch {
      foreign.push(path);
      return [];
    }
  }));
  return { daemons: daemons.flat(), foreign };
}

/** Creates a directory that only root can write to. */
export async function prepare(path: string): Promise<void> {
  await unless(Deno.errors.AlreadyExists, Deno.mkdir(path, { mode: 0o700 }));
  if (isRootsDirectory(await Deno.lstat(path))) return;
  throw new LxopsError(`"${path}" is not a directory of root that only root can write to`);
}

/** Opens a file, and creates it where it is absent. */
export async function openOrMake(path: string): Promise<Deno.FsFile> {
  // Neither call follows a link.
  const how = { createNew: true, read: true, write: true, mode: 0o600 };
  const file = await unless(Deno.errors.AlreadyExists, Deno.open(path, how)) ?? await open(path);
  if (!file) throw new LxopsError(`"${path}" was deleted`);
  return file;
}

/**
 * Opens an existing file for reading and writing. Only root can replace it between the check and the opening, and
 * opening a FIFO for both does not block.
 *
 * @throws {LxopsError} where lxops cannot have made it
 */
export async function open(path: string): Promise<Deno.FsFile | undefined> {
  const before = await unlessAbsent(Deno.lstat(path));
  if (!before) return undefined;
  if (!isRootsFile(before)) throw foreignError(path);
  const file = await unlessAbsent(inTime(Deno.open(path, { read: true, write: true }), path));
  if (!file) return undefined;
  try {
    if (isSame(before, await file.stat())) return file;
    throw foreignError(path);
  } catch (error) {
    file.close();
    throw error;
  }
}

/** Marks the open file of a run as that of a run that has just ended. */
export async function end(path: string, file: Deno.FsFile): Promise<void> {
  const found = await unlessAbsent(Deno.lstat(path));
  if (!found || !isSame(found, await file.stat())) return;
  const ended = endedName(path);
  // No existing file is overwritten.
  if (await unlessAbsent(Deno.lstat(ended))) return;
  const now = new Date();
  await file.utime(now, now);
  await unlessAbsent(Deno.rename(path, ended));
}

/** Returns the path of a run's file after the run has ended. */
export function endedName(path: string): string {
  return path.replace(/[^/]+$/, (name) => ENDED + name);
}

/**
 * Removes the file of a run that ended some time ago.
 *
 * @throws {LxopsError} where lxops cannot have made it
 */
export async function forget(path: string, olderMs: number): Promise<void> {
  const info = await unlessAbsent(Deno.lstat(path));
  if (!info) return;
  if (!isRootsFile(info)) throw foreignError(path);
  if (Date.now() - (info.mtime?.getTime() ?? 0) > olderMs) await unlessAbsent(Deno.remove(path));
}

/** Removes the directory of a daemon, unless there is anything in it. */
export async function removeEmpty(path: string): Promise<void> {
  if ((await namesIn(path)).length > 0) return;
  // The directory can be a mount point, which cannot be removed.
  await Deno.remove(path).catch(() => {});
}

async function inTime(opening: Promise<Deno.FsFile>, path: string): Promise<Deno.FsFile> {
  const late = Promise.withResolvers<never>();
  const cancel = after(OPEN_MS, () => {
    late.reject(new LxopsError(`"${path}" cannot be opened within ${OPEN_MS / 1000} s`));
    opening.then((file) => file.close(), () => {});
  });
  return await Promise.race([opening, late.promise]).finally(cancel);
}

function isRootsDirectory({ isDirectory, uid, mode }: Deno.FileInfo): boolean {
  return isDirectory && uid === Deno.uid() && ((mode ?? 0) & OTHERS_WRITE) === 0;
}

function isRootsFile({ isFile, uid, mode, nlink }: Deno.FileInfo): boolean {
  return isFile && uid === Deno.uid() && nlink === 1 && ((mode ?? 0) & OTHERS_WRITE) === 0;
}

function isSame(one: Deno.FileInfo, other: Deno.FileInfo): boolean {
  return one.dev === other.dev && one.ino === other.ino;
}

function foreignError(path: string): LxopsError {
  return new LxopsError(
    `"${path}" is not a file that lxops made: a regular one of root alone, with one link`,
  );
}

async function namesIn(directory: string): Promise<string[]> {
  return await unlessAbsent(Array.fromAsync(Deno.readDir(directory), ({ name }) => name)) ?? [];
}

async function unlessAbsent<T>(promise: Promise<T>): Promise<T | undefined> {
  return await unless(Deno.errors.NotADirectory, unless(Deno.errors.NotFound, promise));
}

async function unless<T>(kind: new (text: string) => Error, promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof kind) return undefined;
    throw error;
  }
}
