/**
 * The locks of directories of this machine. Each run of lxops as root has a file below `/run/lxops`, in a directory of
 * its daemon, that names the directories which it works on. It holds a lock (flock) of that file, which the kernel
 * gives up with the process, whatever ends it. All files are compared and written while another file is locked. The
 * file of a run that has ended stays for some minutes, so that others who looked before know what may have changed.
 *
 * @module
 */
import { LxopsError, refuse } from "../../base/errors.ts";
import { after } from "../../base/time/timer.ts";
import { isWithin } from "../../base/within.ts";
import type {
  DirectoryUse,
  HeldDirectories,
  MachineLocks,
  MachineRun,
  OtherRun,
} from "../../ports/machine_lock.ts";

const ROOT = "/run/lxops";
const GATE = "gate";

/** Begins the name of the file of a run that has ended. */
const ENDED = "ended-";

/** The longest time that others may compare files; each takes a few milliseconds. */
const GATE_MS = 5000;
const PAUSE_MS = 5;

/** The age at which a run that has ended is forgotten, and one minute less, after which a look does not count. */
const FORGET_MS = 300_000;
const LOOK_MS = 240_000;

/** The size of a file of a run above which it is not read. */
const FILE_LIMIT = 1024 * 1024;

/** Returns the locks of directories for runs at the daemon of a socket. */
export function machineLocks(daemon: string, root: string = ROOT): MachineLocks {
  const own = encodeURIComponent(daemon).slice(-200);
  const filesOf = async (name: string) =>
    (await namesIn(`${root}/${name}`)).map((file) => ({ name, file, path: `${root}/${name}/${file}` }));
  const daemons = async () => (await namesIn(root)).filter((name) => name !== GATE);
  return {
    async look() {
      const at = performance.now();
      const files = await Promise.all((await daemons()).filter((name) => name !== own).map(filesOf));
      const ended = files.flat().filter(({ file }) => file.startsWith(ENDED));
      return { ended: new Set(ended.map(({ path }) => path)), at };
    },
    async take(run, since, signal) {
      await prepare(root);
      using gate = await openGate(`${root}/${GATE}`, signal);
      void gate;
      await prepare(`${root}/${own}`);
      let hasChanged = performance.now() - since.at > LOOK_MS;
      const files = await Promise.all((await daemons()).map(async (name) => {
        const found = await filesOf(name);
        if (found.length === 0 && name !== own) await unlessAbsent(Deno.remove(`${root}/${name}`));
        return found;
      }));
      for (const { name, file, path } of files.flat()) {
        const isOwn = name === own;
        if (file.startsWith(ENDED) && (isOwn || since.ended.has(path))) {
          await forgetOld(path);
          continue;
        }
        // One may have ended since it was listed.
        const found = await lookAt(path) ?? await lookAt(endedName(path));
        const meeting = found && meetingOf(found.run, run, isOwn);
        if (meeting && found.isAlive) return { ...found.run, use: meeting };
        if (found && !found.isAlive && !file.startsWith(ENDED)) await end(path);
        hasChanged ||= !isOwn && meeting !== undefined;
      }
      return { hasChanged, release: await register(`${root}/${own}`, run) };
    },
  };
}

/** Makes a directory that is root's alone. */
async function prepare(path: string): Promise<void> {
  try {
    await Deno.mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
  const { isDirectory, uid, mode } = await Deno.lstat(path);
  if (isDirectory && uid === Deno.uid() && ((mode ?? 0) & 0o022) === 0) return;
  throw new LxopsError(`"${path}" is not a directory of root that only root can write to`);
}

/** Marks the file of a run as that of one that has ended now. */
async function end(path: string): Promise<void> {
  const now = new Date();
  await unlessAbsent(Deno.utime(path, now, now));
  await unlessAbsent(Deno.rename(path, endedName(path)));
}

/** Returns the path that the file of a run has once that has ended. */
function endedName(path: string): string {
  return path.replace(/[^/]+$/, (name) => ENDED + name);
}

/** Removes the file of a run that ended long ago. */
async function forgetOld(path: string): Promise<void> {
  const info = await unlessAbsent(Deno.lstat(path));
  if (info && Date.now() - (info.mtime?.getTime() ?? 0) > FORGET_MS) await unlessAbsent(Deno.remove(path));
}

/** Locks the file under which files of runs are compared and written. */
async function openGate(path: string, signal: AbortSignal): Promise<Deno.FsFile> {
  const file = await Deno.open(path, { create: true, write: true, mode: 0o600 });
  try {
    for (const begin = performance.now(); !await file.tryLock(true);) {
      signal.throwIfAborted();
      if (performance.now() - begin > GATE_MS) {
        const held = `another lxops has locked "${path}" for ${GATE_MS / 1000} s`;
        throw refuse("Cannot lock directories", held, [`To see which: fuser -v ${path}`], "locked");
      }
      await new Promise<void>((resolve) => void after(PAUSE_MS, resolve));
    }
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

/** Reads the file of a run, and tells whether that still runs. */
async function lookAt(path: string): Promise<{ run: Partial<MachineRun>; isAlive: boolean } | undefined> {
  const file = await unlessAbsent(Deno.open(path, { read: true, write: true }));
  if (!file) return undefined;
  using _ = file;
  const run = await read(file);
  return { run, isAlive: !await file.tryLock(true) };
}

/** Writes the file of a run and locks it; returns what gives it up. */
async function register(directory: string, run: MachineRun): Promise<HeldDirectories["release"]> {
  const path = `${directory}/${run.pid}-${crypto.randomUUID()}`;
  const file = await Deno.open(path, { createNew: true, write: true, mode: 0o600 });
  const release = async () => {
    await end(path).finally(() => file.close());
  };
  try {
    if (!await file.tryLock(true)) throw new LxopsError(`Another program has locked "${path}"`);
    await file.write(new TextEncoder().encode(JSON.stringify(run)));
  } catch (error) {
    await release();
    throw error;
  }
  return release;
}

/** Reads what a run tells of itself; nothing where it cannot be read. */
async function read(file: Deno.FsFile): Promise<Partial<MachineRun>> {
  const { isFile, size } = await file.stat();
  if (!isFile || size > FILE_LIMIT) return {};
  const text = await new Response(new Blob([await contentOf(file, size)])).text();
  try {
    return runOf(JSON.parse(text));
  } catch {
    return {};
  }
}

async function contentOf(file: Deno.FsFile, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const content = new Uint8Array(size);
  for (let at = 0; at < size;) {
    const count = await file.read(content.subarray(at));
    if (count === null) return content.subarray(0, at);
    at += count;
  }
  return content;
}

function runOf(value: unknown): Partial<MachineRun> {
  if (typeof value !== "object" || value === null) return {};
  const found = value as Record<string, unknown>;
  const text = (key: string) => typeof found[key] === "string" ? { [key]: found[key] } : {};
  return {
    ...text("program"),
    ...text("command"),
    ...text("user"),
    ...text("since"),
    ...(Number.isSafeInteger(found["pid"]) ? { pid: found["pid"] as number } : {}),
    ...(Array.isArray(found["uses"]) && found["uses"].every(hasDirectory)
      ? { uses: found["uses"].map(useOf) }
      : {}),
  };
}

function hasDirectory(value: unknown): value is { readonly directory: string } {
  return typeof value === "object" && value !== null && "directory" in value &&
    typeof value.directory === "string";
}

/** Reads a directory of a run, which may be of another version of lxops. */
function useOf({ directory, ...rest }: { readonly directory: string }): DirectoryUse {
  const { instance, own } = rest as Record<string, unknown>;
  return { directory, own: own !== false, ...(typeof instance === "string" ? { instance } : {}) };
}

/**
 * Returns the directory of another run that this one must not work on at the same time. At another daemon, it is one
 * that a directory of this run is, or is in, or holds, where one of them is an instance's own. At the same daemon,
 * instances have locks, and it is one that is the own of two instances. A run at another daemon that does not tell its
 * directories may have any.
 */
function meetingOf(
  { uses }: Partial<MachineRun>,
  run: MachineRun,
  sameDaemon: boolean,
): OtherRun["use"] | undefined {
  if (!uses) return sameDaemon ? undefined : run.uses.find(({ own }) => own);
  return uses.find((theirs) =>
    run.uses.some((use) =>
      sameDaemon
        ? use.own && theirs.own && use.directory === theirs.directory && use.instance !== theirs.instance
        : (use.own || theirs.own) &&
          (isWithin(use.directory, theirs.directory) || isWithin(theirs.directory, use.directory))
    )
  );
}

async function namesIn(directory: string): Promise<string[]> {
  return await unlessAbsent(Array.fromAsync(Deno.readDir(directory), ({ name }) => name)) ?? [];
}

async function unlessAbsent<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return undefined;
    throw error;
  }
}
