/**
 * Private daemons and a pool to test against, in a directory of their own, and nothing left of them afterwards.
 *
 * @module
 */
import { join } from "@std/path";
import { LxopsError } from "../../lib/base/errors.ts";
import { type Daemon, type Driver, initialise, isReady, socketOf, startDaemon } from "./daemon.ts";
import { type ImageName, importImage } from "./images.ts";
import { removeSpace } from "./incus7/space.ts";
import { leftovers } from "./leftovers.ts";
import { mountsOf, unmountBelow } from "./mounts.ts";
import { makeNamespace } from "./namespace.ts";
import {
  claim,
  DAEMON_KINDS,
  type DaemonKind,
  defaultDir,
  isBed,
  locked,
  type Place,
  placeAt,
} from "./place.ts";
import { killAll, processesOf } from "./processes.ts";
import { connect } from "./rest.ts";
import { type Log, must, namesIn } from "./run.ts";
import * as sweep from "./sweep.ts";
import { destroyPool, hasPool, makePool, type Zfs } from "./zfs.ts";

/** The parts of a bed. */
export type Part = DaemonKind | "zfs";

/** A part or image that this machine cannot have, and why. */
export interface Skip {
  readonly part: string;
  readonly reason: string;
}

/** A bed that is up. */
export interface Bed {
  readonly dir: string;
  readonly daemons: readonly Daemon[];
  readonly zfs?: Zfs;
  /** Directory for plain-directory filesystems: containers' roots can reach it, and the daemons see mounts in it. */
  readonly plainDir: string;
  readonly skipped: readonly Skip[];
}

/** The parts to bring up. */
export interface Options {
  readonly kinds: readonly Part[];
  readonly images: readonly ImageName[];
  readonly dir?: string;
  readonly driver?: Driver;
  /** Throws where what is left of a bed that crashed must not be removed. */
  readonly mayClear?: (place: Place) => Promise<void>;
  readonly log: Log;
}

/** Brings a bed up, or adds to one that is up; what is left of one that crashed is removed first. */
export async function up(options: Options): Promise<Bed> {
  const { log } = options;
  const place = placeAt(options.dir ?? defaultDir());
  if (Deno.uid() !== 0) {
    const reason = "private daemons need root";
    return {
      dir: place.dir,
      daemons: [],
      plainDir: place.plainDir,
      skipped: options.kinds.map((part) => ({ part, reason })),
    };
  }
  await claim(place);
  return await locked(place.dir, async () => {
    await claim(place);
    const before = await load(place.dir);
    const whole = before && await isWhole(place, before);
    if (!whole) {
      await options.mayClear?.(place);
      await clear(place, log);
    }
    const bed = await bringUp(place, {
      ...options,
      kinds: [...options.kinds, ...(whole ? partsOf(before) : [])],
    });
    await Deno.writeTextFile(place.state, JSON.stringify(bed, undefined, 2) + "\n");
    return bed;
  });
}

/** Returns the reason why a daemon of the bed cannot start containers here, if there is an obvious one. */
async function unsuitable(): Promise<string | undefined> {
  const mounts = await mountsOf("self");
  if (mounts.length === 0) return 'no /proc is mounted here; mount it with "mount -t proc proc /proc"';
  // The kernel makes no user namespace for a process whose root is not that of its mount namespace.
  if (mounts.some(({ path }) => path === "/")) return undefined;
  return "this is a chroot, in which the kernel allows no containers; use a container, a virtual machine or the machine";
}

/** Reads what `up()` brought up; `undefined` where no bed is up. */
export async function load(dir: string): Promise<Bed | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(placeAt(dir).state)) as Bed;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Removes a bed and everything that it left anywhere, whatever state it is in; `false` where there is none. */
export async function down(dir: string, log: Log, mayClear?: Options["mayClear"]): Promise<boolean> {
  const place = placeAt(dir);
  if (!await isBed(place)) return false;
  return await locked(place.dir, async () => {
    if (!await isBed(place)) return false;
    await mayClear?.(place);
    await clear(place, log);
    const left = await leftovers(place);
    if (left.length > 0) throw new LxopsError(`Cannot remove all of "${dir}"`, left);
    await Deno.remove(place.marker);
    await Deno.remove(place.dir);
    return true;
  });
}

function partsOf(bed: Bed): readonly Part[] {
  return [...bed.daemons.map(({ kind }) => kind), ...(bed.zfs ? ["zfs" as const] : [])];
}

async function isWhole(place: Place, bed: Bed): Promise<boolean> {
  const ready = await Promise.all(bed.daemons.map(({ kind }) => isReady(place, kind)));
  const links = await namesIn("/sys/class/net");
  const bridges = bed.daemons.filter(({ kind }) => kind !== "incus7").map(({ bridge }) => bridge);
  return ready.every(Boolean) && bridges.every((bridge) => links.includes(bridge)) &&
    (!bed.zfs || await hasPool(place));
}

async function bringUp(place: Place, options: Options): Promise<Bed> {
  const skipped: Skip[] = [];
  async function attempt<T>(part: string, action: () => Promise<T>): Promise<T | undefined> {
    const start = Date.now();
    try {
      const result = await action();
      options.log(`${part}: ready in ${((Date.now() - start) / 1000).toFixed(1)} s`);
      return result;
    } catch (error) {
      if (!(error instanceof LxopsError)) throw error;
      skipped.push({ part, reason: error.message });
      options.log(`${part}: skipped: ${error.message}`);
      return undefined;
    }
  }
  const unfit = await unsuitable();
  if (unfit !== undefined) {
    options.log(`nothing is started: ${unfit}`);
    const none = options.kinds.map((part) => ({ part, reason: unfit }));
    return { dir: place.dir, daemons: [], plainDir: place.plainDir, skipped: none };
  }
  const namespace = makeNamespace(place);
  await namespace.catch(() => {});
  const zfs = options.kinds.includes("zfs")
    ? attempt("zfs", () => namespace.then(() => makePool(place)))
    : undefined;
  const kinds = DAEMON_KINDS.filter((kind) => options.kinds.includes(kind));
  const daemons = (await Promise.all(kinds.map((kind) =>
    attempt(kind, async () => {
      await namespace;
      if (!await isReady(place, kind)) await startDaemon(place, kind);
      return await initialise(place, kind, options.driver ?? "dir");
    })
  ))).filter((daemon) => daemon !== undefined);
  for (const name of options.images) {
    if (daemons.length > 0) {
      await attempt(`image ${name}`, () => importImage(name, daemons.map((daemon) => daemon.socket)));
    }
  }
  const pool = await zfs;
  return { dir: place.dir, daemons, ...(pool ? { zfs: pool } : {}), plainDir: place.plainDir, skipped };
}

/** Removes everything but the marked directory itself. */
async function clear(place: Place, log: Log): Promise<void> {
  await Promise.all([
    ...DAEMON_KINDS.filter((kind) => kind !== "incus7").map((kind) => shutDown(place, kind)),
    // All that it has is in its namespaces.
    removeSpace(place),
  ]);
  const containers = await sweep.containersOf(place);
  if (!await killAll(() => processesOf(place))) log("some processes of the bed do not end");
  await sweep.removeLinks(place);
  await sweep.removeChains(place);
  await sweep.removeControlGroups(containers);
  await sweep.removeSecurityProfiles(place);
  await destroyPool(place);
  await unmountBelow(place.dir);
  await sweep.removeLoopDevices(place);
  for (const name of (await namesIn(place.dir)).filter((item) => join(place.dir, item) !== place.marker)) {
    await must(["rm", "-rf", "--one-file-system", "--", join(place.dir, name)]);
  }
}

/** Asks a daemon to stop its containers and itself; what it does not do in time is done by force afterwards. */
async function shutDown(place: Place, kind: DaemonKind): Promise<void> {
  if (!await isReady(place, kind)) return;
  const socket = socketOf(place, kind);
  try {
    await stopContainers(socket);
    // On a connection of its own, since Incus waits for minutes until others that are open and idle end.
    using rest = connect(socket);
    await rest.send("PUT", "/internal/shutdown?force=true");
  } catch (error) {
    // It is in no state to answer, and force does not need its consent.
    if (!(error instanceof LxopsError || error instanceof TypeError || error instanceof DOMException)) {
      throw error;
    }
  }
}

async function stopContainers(socket: string): Promise<void> {
  using rest = connect(socket);
  const projects = await rest.send("GET", "/1.0/projects?recursion=1") as { name: string }[];
  const stop = { action: "stop", force: true, timeout: 10 };
  for (const { name } of projects) await rest.send("PUT", `/1.0/instances?project=${name}`, { state: stop });
}
