/**
 * The locks of directories of this machine. Each run of lxops as root has a file below `/run/lxops/locks`, in a
 * directory of its daemon, that names the directories which it works on. It holds a lock (flock) of that file, which
 * the kernel gives up with the process, whatever ends it. All files are compared and written while another file is
 * locked. The file of a run that has ended stays for some minutes, so that others who looked before know what may have
 * changed. What else is there is left alone, and told.
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
import { areKeysWithin } from "../../ports/mounts.ts";
import {
  daemonName,
  end,
  endedName,
  filesIn,
  forget,
  open,
  openOrMake,
  prepare,
  removeEmpty,
  type RunFile,
} from "./lock_files.ts";

/** The directory of lxops, which on a machine that is itself an instance also has its secrets. */
const ROOT = "/run/lxops";
const LOCKS = "locks";
const GATE = "gate";

/** The longest time that others may compare files; each takes a few milliseconds. */
const GATE_MS = 30_000;
const PAUSE_MS = 5;

/** The age at which a run that has ended is forgotten, and one minute less, after which a look does not count. */
const FORGET_MS = 300_000;
const LOOK_MS = 240_000;

/** The size of a file of a run above which it is not read. */
const FILE_LIMIT = 1024 * 1024;

/** Returns the locks of directories for runs at the daemon of a socket. */
export function machineLocks(daemon: string, root: string = ROOT): MachineLocks {
  const own = daemonName(daemon);
  const locks = `${root}/${LOCKS}`;
  return {
    async look() {
      const at = performance.now();
      // Files that were not seen count as new later.
      const { daemons } = await filesIn(locks, GATE).catch(() => ({ daemons: [] }));
      const ended = daemons.flatMap(({ files }) => files).filter(({ hasEnded }) => hasEnded);
      return { ended: new Set(ended.map(({ path }) => path)), at };
    },
    async take(run, since, signal) {
      await prepare(root);
      await prepare(locks);
      using gate = await openGate(`${locks}/${GATE}`, signal);
      void gate;
      await prepare(`${locks}/${own}`);
      const found = await filesIn(locks, GATE);
      const foreign = [...found.foreign];
      let hasChanged = performance.now() - since.at > LOOK_MS;
      for (const { path, files } of found.daemons) {
        if (files.length === 0 && path !== `${locks}/${own}`) await removeEmpty(path);
        for (const file of files) {
          const isOwn = file.daemon === own;
          try {
            if (file.hasEnded) await forget(file.path, FORGET_MS);
            if (since.ended.has(file.path)) continue;
            const other = await lookAt(file);
            const meeting = other && meetingOf(other.run, run, isOwn);
            if (meeting && other.isAlive) return { ...other.run, use: meeting };
            hasChanged ||= meeting !== undefined;
          } catch {
            // One thing that no lxops made is no reason to have no locks at all.
            foreign.push(file.path);
          }
        }
      }
      return { hasChanged, foreign, release: await register(`${locks}/${own}`, run) };
    },
  };
}

/**
 * Reads the files of runs that have not ended, without a lock, and changes nothing. Those of killed runs are among them,
 * until another run marks them.
 */
export async function notedRuns(root: string = ROOT): Promise<readonly Partial<MachineRun>[]> {
  const { daemons } = await filesIn(`${root}/${LOCKS}`, GATE).catch(() => ({ daemons: [] }));
  const files = daemons.flatMap(({ files }) => files).filter(({ hasEnded }) => !hasEnded);
  return await Promise.all(files.map(async ({ path }) => {
    const file = await open(path).catch(() => undefined);
    if (!file) return {};
    using _ = file;
    return await read(file);
  }));
}

/** Locks the file under which files of runs are compared and written. */
async function openGate(path: string, signal: AbortSignal): Promise<Deno.FsFile> {
  const file = await openOrMake(path);
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

/** Reads the file of a run, and tells whether that still runs; marks it where it does not. */
async function lookAt({ path, hasEnded }: RunFile): Promise<
  { readonly run: Partial<MachineRun>; readonly isAlive: boolean } | undefined
> {
  // One may have ended since it was listed.
  const file = await open(path) ?? (hasEnded ? undefined : await open(endedName(path)));
  if (!file) return undefined;
  using _ = file;
  const run = await read(file);
  const isAlive = !await file.tryLock(true);
  if (!isAlive && !hasEnded) await end(path, file);
  return { run, isAlive };
}

/** Writes the file of a run and locks it; returns the function that releases it. */
async function register(directory: string, run: MachineRun): Promise<HeldDirectories["release"]> {
  const path = `${directory}/${run.pid}-${crypto.randomUUID()}`;
  const file = await Deno.open(path, { createNew: true, write: true, mode: 0o600 });
  const release = async () => {
    await end(path, file).finally(() => file.close());
  };
  try {
    if (!await file.tryLock(true)) throw new LxopsError(`Another program has locked "${path}"`);
    const text = new TextEncoder().encode(JSON.stringify(run));
    for (let at = 0; at < text.length;) at += await file.write(text.subarray(at));
  } catch (error) {
    await release();
    throw error;
  }
  return release;
}

/** Reads the file of a run; returns nothing where it cannot be read. */
async function read(file: Deno.FsFile): Promise<Partial<MachineRun>> {
  const { size } = await file.stat();
  if (size > FILE_LIMIT) return {};
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
  const { instance, own, replaced, keys } = rest as Record<string, unknown>;
  return {
    directory,
    own: own !== false,
    ...(replaced === true ? { replaced } : {}),
    ...(typeof instance === "string" ? { instance } : {}),
    ...(Array.isArray(keys) && keys.every((one) => typeof one === "string") ? { keys } : {}),
  };
}

/**
 * Returns the directory of another run that this one must not work on at the same time. At another daemon, it is one
 * that a directory of this run is, or is in, or holds, where one of them is an instance's own or is replaced. At the same
 * daemon, instances have locks, and it is one that is the own of two instances, or one that is replaced and that a
 * directory of the other run is or is in. A run at another daemon that does not tell its directories may have any.
 */
function meetingOf(
  { uses, pid }: Partial<MachineRun>,
  run: MachineRun,
  sameDaemon: boolean,
): OtherRun["use"] | undefined {
  if (!uses) return sameDaemon ? undefined : run.uses.find(({ own, replaced }) => own || replaced);
  // A run does not meet itself.
  const isSelf = sameDaemon && pid === run.pid;
  return uses.find((theirs) =>
    run.uses.some((use) =>
      sameDaemon
        ? areOwn(use, theirs) || !isSelf && (isTakenFrom(use, theirs) || isTakenFrom(theirs, use))
        : [use, theirs].some(({ own, replaced }) => own || replaced) &&
          (isIn(use, theirs) || isIn(theirs, use))
    )
  );
}

/** Tells whether a directory is the own one of two instances. */
function areOwn(a: DirectoryUse, b: DirectoryUse): boolean {
  return a.own && b.own && a.instance !== b.instance && isIn(a, b) && isIn(b, a);
}

/** Tells whether a directory goes away where another one is replaced. */
function isTakenFrom(use: DirectoryUse, other: DirectoryUse): boolean {
  return other.replaced === true && isIn(use, other);
}

/** Tells whether a directory is another one, or in it, also where one place is mounted at another, too. */
function isIn({ directory, keys = [] }: DirectoryUse, other: DirectoryUse): boolean {
  return isWithin(directory, other.directory) || areKeysWithin(keys, other.keys ?? []);
}
