/**
 * The directory of a bed, and its names outside of its directory. Bridges, the pool and the subnets follow
 * from the directory's path, so that what a crash left behind is found again without any record of it.
 *
 * @module
 */
import { fromFileUrl, join } from "@std/path";
import { LxopsError } from "../../lib/base/errors.ts";
import { must } from "./run.ts";

/** The daemons that a bed can have; `incus7` is a younger Incus than the machine's own. */
export const DAEMON_KINDS = ["incus", "lxd", "incus7"] as const;

/** Name of a daemon. */
export type DaemonKind = typeof DAEMON_KINDS[number];

/** Paths and names of a bed. */
export interface Place {
  readonly dir: string;
  /** Short, from the directory's path: two beds differ in it. */
  readonly id: string;
  /** The file that says that the directory is a bed; nothing is ever removed without it. */
  readonly marker: string;
  readonly state: string;
  /** A mount of its own, private: it holds the name of the daemons' mount namespace. */
  readonly nsDir: string;
  readonly ns: string;
  /** A mount of its own, shared: what is mounted below it later is seen by the daemons. */
  readonly shared: string;
  readonly zfsDir: string;
  readonly plainDir: string;
  readonly pool: string;
  readonly poolFile: string;
}

/** Returns the default directory of a bed. */
export function defaultDir(): string {
  return Deno.env.get("LXOPS_TESTBED_DIR") || join(Deno.env.get("TMPDIR") || "/tmp", "lxops-testbed");
}

/** The beds of the test bed's own tests. */
export const TEST_BEDS = ["one", "two"] as const;

/** The bed whose daemons are made members of clusters. */
export const CLUSTER_BED = "cluster";

/** Returns the directory of a bed for tests of this checkout, which is the same in every run. */
export function ownBed(name: string): string {
  const checkout = hash(fromFileUrl(new URL("../..", import.meta.url))).toString(16);
  return join(Deno.env.get("TMPDIR") || "/tmp", `lxops-test-${checkout}-${name}`);
}

/** Hashes a text by FNV-1a, which is small, stable, and good enough to keep beds apart. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const char of text) value = Math.imul(value ^ char.charCodeAt(0), 0x01000193) >>> 0;
  return value;
}

/** Derives the names of a bed from its directory. */
export function placeAt(dir: string): Place {
  const id = (hash(dir) % 0x1000000).toString(16).padStart(6, "0");
  const shared = join(dir, "fs");
  return {
    dir,
    id,
    marker: join(dir, ".lxops-testbed"),
    state: join(dir, "bed.json"),
    nsDir: join(dir, "ns"),
    ns: join(dir, "ns", "mnt"),
    shared,
    zfsDir: join(shared, "zfs"),
    plainDir: join(shared, "dir"),
    pool: `tb${id}`,
    poolFile: join(dir, "zfs.img"),
  };
}

/** Returns the bridge of a bed's daemon; the kernel allows 15 characters. */
export function bridgeOf(place: Place, kind: DaemonKind): string {
  return `tb${{ incus: "i", lxd: "l", incus7: "j" }[kind]}${place.id}`;
}

/** Returns the directory of a daemon's state. */
export function daemonDir(place: Place, kind: DaemonKind): string {
  return join(place.dir, kind, "d");
}

/** Makes the bed's directory, or refuses one that is not safe to use or is something else. */
export async function claim(place: Place): Promise<void> {
  await Deno.mkdir(place.dir, { recursive: true, mode: 0o755 });
  const info = await Deno.lstat(place.dir);
  if (!info.isDirectory || info.uid !== 0 || (info.mode ?? 0) & 0o022) {
    throw new LxopsError(`Cannot use "${place.dir}": it must be a directory that only root can write`);
  }
  if (!await isBed(place)) {
    const foreign = (await Array.fromAsync(Deno.readDir(place.dir)))[0];
    if (foreign) {
      throw new LxopsError(`Cannot use "${place.dir}": it is not a test bed and contains "${foreign.name}"`);
    }
    await Deno.chmod(place.dir, 0o755);
    await Deno.writeTextFile(place.marker, "A test bed of lxops; remove it with: deno task testbed down\n");
  }
  for (let dir = place.dir; dir !== "/"; dir = join(dir, "..")) {
    if (!((await Deno.stat(dir)).mode! & 0o001)) {
      throw new LxopsError(`Cannot use "${place.dir}": containers' roots may not pass "${dir}"`, [
        `chmod o+x ${dir}, or choose another directory with --dir or LXOPS_TESTBED_DIR`,
      ]);
    }
  }
  if (join(daemonDir(place, "incus"), "unix.socket").length > 100) {
    throw new LxopsError(`Cannot use "${place.dir}": its path is too long for a unix socket`);
  }
}

/** Tells whether the directory was made by `claim()`. */
export async function isBed(place: Place): Promise<boolean> {
  try {
    return (await Deno.lstat(place.marker)).isFile;
  } catch {
    return false;
  }
}

/**
 * Runs an action while no other process does one on the same file or directory. The lock leaves nothing behind;
 * if the directory was removed meanwhile, the action runs without a lock.
 */
export async function locked<T>(path: string, action: () => Promise<T>): Promise<T> {
  for (;;) {
    const file = await Deno.open(path, { read: true }).catch(() => undefined);
    if (!file) return await action();
    using _closed = file;
    await file.lock(true);
    const now = await Deno.stat(path).catch(() => undefined);
    // A third process may have made the directory anew after the second one had removed it.
    if (!now || now.ino === (await file.stat()).ino) return await action();
  }
}

/** Finds a /24 below 10.0.0.0/8 that overlaps no other network of this machine, starting at the bed's own place. */
export async function freeSubnet(seed: string): Promise<string> {
  const routes = JSON.parse(await must(["ip", "-json", "-4", "route", "show", "table", "all"])) as {
    dst: string;
  }[];
  const taken = routes.map(({ dst }) => range(dst)).filter((item) => item !== undefined);
  for (let i = 0; i < 1000; i++) {
    const value = hash(`${seed} ${i}`);
    const net = `10.${64 + (value >>> 8) % 128}.${value % 256}`;
    const [first, last] = range(`${net}.0/24`)!;
    if (!taken.some(([low, high]) => low <= last && first <= high)) return `${net}.1/24`;
  }
  throw new LxopsError("Cannot find a free subnet in 10.64.0.0/9");
}

/** Returns the first and last address of a route, as numbers; `undefined` for the default route and other wide ones. */
function range(dst: string): [number, number] | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)(?:\/(\d+))?$/.exec(dst);
  if (!match) return undefined;
  const [a, b, c, d, bits = 32] = match.slice(1).map((part) => part === undefined ? 32 : Number(part));
  if (bits < 12) return undefined;
  const size = 2 ** (32 - bits);
  const address = ((a! * 256 + b!) * 256 + c!) * 256 + d!;
  const first = address - address % size;
  return [first, first + size - 1];
}
