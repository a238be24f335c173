/**
 * The locks of directories of this machine. Each run of lxops as root has a file below `/run/lxops`, in a directory of
 * its daemon, that names the directories which it works on. It holds a lock (flock) of that file, which the kernel
 * gives up with the process, whatever ends it. All files are compared and written while another file is locked.
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

/** The longest time that others may compare files; each takes a few milliseconds. */
const GATE_MS = 5000;
const PAUSE_MS = 5;

/** The age from which nothing is lost with an empty directory. */
const OLD_MS = 3_600_000;

/** The size of a file of a run, and the number of directories in it, above which it is not read. */
const FILE_LIMIT = 1024 * 1024;

/** Returns the locks of directories for runs at the daemon of a socket. */
export function machineLocks(daemon: string, root: string = ROOT): MachineLocks {
  const own = encodeURIComponent(daemon).slice(-200);
  const sign = async () => {
    const others = (await namesIn(root)).filter((name) => name !== own && name !== GATE).sort();
    const lines = others.map(async (name) => {
      const [info, files] = await Promise.all([
        unlessAbsent(Deno.lstat(`${root}/${name}`)),
        namesIn(`${root}/${name}`),
      ]);
      return [name, info?.mtime?.getTime(), ...files.sort()].join(" ");
    });
    return (await Promise.all(lines)).join("\n");
  };
  return {
    sign,
    async take(run, signal) {
      await prepare(root);
      using gate = await openGate(`${root}/${GATE}`, signal);
      void gate;
      await prepare(`${root}/${own}`);
      const before = await sign();
      let hasMet = false;
      for (const name of (await namesIn(root)).filter((one) => one !== GATE)) {
        const files = await namesIn(`${root}/${name}`);
        if (files.length === 0 && name !== own) await removeOld(`${root}/${name}`);
        for (const file of files) {
          const found = await lookAt(`${root}/${name}/${file}`);
          const meeting = found && meetingOf(found.run, run, name === own);
          if (meeting && found.isAlive) return { ...found.run, use: meeting };
          // What it did last may be younger than what this run has seen.
          hasMet ||= meeting !== undefined;
        }
      }
      return { sign: hasMet ? "" : before, release: await register(`${root}/${own}`, run) };
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

/** Removes the directory of a daemon without runs, unless its time still tells others that there was one. */
async function removeOld(path: string): Promise<void> {
  const info = await unlessAbsent(Deno.lstat(path));
  if (info?.isDirectory && Date.now() - (info.mtime?.getTime() ?? 0) > OLD_MS) {
    await unlessAbsent(Deno.remove(path));
  }
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

/** Reads the file of a run; removes that of one that has ended. */
async function lookAt(path: string): Promise<{ run: Partial<MachineRun>; isAlive: boolean } | undefined> {
  const file = await unlessAbsent(Deno.open(path, { read: true, write: true }));
  if (!file) return undefined;
  using _ = file;
  const run = await read(file);
  const isAlive = !await file.tryLock(true);
  if (!isAlive) await unlessAbsent(Deno.remove(path));
  return { run, isAlive };
}

/** Writes the file of a run and locks it; returns what gives it up. */
async function register(directory: string, run: MachineRun): Promise<HeldDirectories["release"]> {
  const path = `${directory}/${run.pid}-${crypto.randomUUID()}`;
  const file = await Deno.open(path, { createNew: true, write: true, mode: 0o600 });
  const release = async () => {
    await unlessAbsent(Deno.remove(path)).finally(() => file.close());
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
    ...(Array.isArray(found["uses"]) && found["uses"].every(isUse) ? { uses: found["uses"] } : {}),
  };
}

function isUse(value: unknown): value is DirectoryUse {
  if (typeof value !== "object" || value === null) return false;
  const { directory, instance, own } = value as Record<string, unknown>;
  return typeof directory === "string" && typeof instance === "string" && typeof own === "boolean";
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
