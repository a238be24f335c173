/**
 * A ZFS pool in a file of the bed: with the machine's own ZFS where it works, otherwise with zfs-fuse.
 *
 * One zfs-fuse serves all beds, since a second one opens the first one's pools and destroys them. The bed that
 * takes away the last pool ends it, unless it ran before.
 *
 * @module
 */
import { join } from "@std/path";
import { LxopsError } from "../../lib/base/errors.ts";
import { locked, type Place } from "./place.ts";
import { kill, mountNamespace, type Process, processes } from "./processes.ts";
import { must, run, textOf, until } from "./run.ts";

/** A bed's pool. */
export interface Zfs {
  readonly pool: string;
  readonly mountpoint: string;
  /** True where zfs-fuse serves it, which lacks some of what ZFS does. */
  readonly fuse: boolean;
}

const FUSE = "/usr/sbin/zfs-fuse";
/** Our zfs-fuse is known by this argument; the file itself goes with the process. */
const FUSE_MARK = "/run/lxops-testbed-zfs-fuse.pid";

/** Makes the pool, or returns the one that is there. */
export async function makePool(place: Place, size = "2G"): Promise<Zfs> {
  if (await Deno.stat("/dev/zfs").then(() => true, () => false) && await works()) {
    return await create(place, size, false);
  }
  if (!await isFile(FUSE)) {
    throw new LxopsError("Cannot make a ZFS pool: the kernel has no ZFS and zfs-fuse is not installed");
  }
  return await locked(FUSE, async () => {
    await startFuse(join(place.dir, "zfs-fuse.log"));
    return await create(place, size, true);
  });
}

/** Takes the pool away with all that is in it, and zfs-fuse too where the bed was its last user. */
export async function destroyPool(place: Place): Promise<void> {
  if (!await isFile(FUSE)) return await destroy(place);
  await locked(FUSE, async () => {
    await destroy(place);
    if (await ownFuse() && await works() && await poolNames() === "") await endFuse("SIGTERM", "SIGKILL");
  });
}

/** Tells whether the bed's pool is there. */
export async function hasPool(place: Place): Promise<boolean> {
  return await works() && await ownsPool(place);
}

async function create(place: Place, size: string, isFuse: boolean): Promise<Zfs> {
  const zfs = { pool: place.pool, mountpoint: place.zfsDir, fuse: isFuse };
  if (await ownsPool(place)) return zfs;
  await must(["truncate", "-s", size, place.poolFile]);
  // No cache file: after a crash or a reboot nothing opens the pool again.
  const options = ["-m", place.zfsDir, "-o", "cachefile=none", "-O", "atime=off"];
  await must(["zpool", "create", "-f", ...options, place.pool, place.poolFile]);
  await Deno.chmod(place.zfsDir, 0o755);
  return zfs;
}

/** Tells whether the bed has its pool; throws where a pool of that name is in another file. */
async function ownsPool(place: Place): Promise<boolean> {
  const { code, stdout } = await run(["zpool", "status", place.pool]);
  if (code !== 0) return false;
  if (stdout.includes(place.poolFile)) return true;
  throw new LxopsError(`Cannot use pool "${place.pool}": it exists and is not in "${place.poolFile}"`);
}

async function destroy(place: Place): Promise<void> {
  if (!await works() || !await ownsPool(place)) return;
  const destroyed = () => run(["zpool", "destroy", "-f", place.pool]).then(({ code }) => code === 0);
  if (await until(destroyed, 5_000)) return;
  // Without a cache file a pool is gone with the process that serves it, however busy it is.
  const fuse = await ownFuse();
  if (fuse && await poolNames() === place.pool) return await endFuse("SIGKILL");
  // Containers of other beds that started meanwhile see the pool's mounts, and hold them until they stop.
  if (!await until(destroyed, 60_000)) await must(["zpool", "destroy", "-f", place.pool]);
}

async function works(): Promise<boolean> {
  return (await run(["timeout", "60", "zpool", "list", "-H"])).code === 0;
}

async function isFile(path: string): Promise<boolean> {
  return await Deno.stat(path).then((info) => info.isFile, () => false);
}

/** Returns the zfs-fuse that a bed has started in this mount namespace. */
async function ownFuse(): Promise<Process | undefined> {
  const marked = (await processes()).filter(({ command }) =>
    command.startsWith(FUSE) && command.includes(FUSE_MARK)
  );
  const here = await mountNamespace("self");
  for (const process of marked) if (await mountNamespace(process.pid) === here) return process;
  return undefined;
}

async function poolNames(): Promise<string> {
  return (await must(["timeout", "10", "zpool", "list", "-H", "-o", "name"])).trim();
}

async function startFuse(log: string): Promise<void> {
  if (await works()) return;
  // One that hangs is of no use to any bed.
  await endFuse("SIGKILL");
  const script = 'exec "$0" --no-daemon --no-kstat-mount --pidfile "$1" > "$2" 2>&1';
  const args = ["/bin/sh", "-c", script, FUSE, FUSE_MARK, log];
  new Deno.Command("setsid", { args, stdin: "null", stdout: "null", stderr: "null" }).spawn().unref();
  if (await until(works, 60_000)) return;
  throw new LxopsError(`Cannot make a ZFS pool: zfs-fuse does not answer: ${(await textOf(log)).trim()}`);
}

async function endFuse(...signals: readonly Deno.Signal[]): Promise<void> {
  const gone = async () => await ownFuse() === undefined;
  for (const signal of signals) {
    const found = await ownFuse();
    if (found) kill(found.pid, signal);
    if (await until(gone, 5_000)) break;
  }
  await Deno.remove(FUSE_MARK).catch(() => {});
}
