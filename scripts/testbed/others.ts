/**
 * The other contents of a bed, which its removal would destroy.
 *
 * @module
 */
import { join } from "@std/path";
import { isReady, socketOf } from "./daemon.ts";
import { DAEMON_KINDS, daemonDir, type Place } from "./place.ts";
import { connect } from "./rest.ts";

/** Directories of a daemon whose entries are instances; a container has a link in the first and itself in a pool. */
const INSTANCES: readonly string[] = [
  "containers",
  "containers-snapshots",
  "virtual-machines",
  "virtual-machines-snapshots",
];

/**
 * Lists everything in a bed except an instance and its data: instances of all projects, volumes, pools, directories
 * and files, each as words. It looks at the disk, and so finds them whether or not the daemons run.
 */
export async function othersIn(place: Place, instance: string): Promise<readonly string[]> {
  const found = new Set<string>();
  async function collect(dir: string, known: readonly string[], word = "") {
    for (const name of await entries(dir)) {
      if (!known.includes(name)) found.add(word ? `${word} "${name}"` : `"${join(dir, name)}"`);
    }
  }
  const own = [place.marker, place.state, place.nsDir, place.shared].map((path) =>
    path.slice(place.dir.length + 1)
  );
  await collect(place.dir, [...own, "zfs-fuse.log", ...DAEMON_KINDS]);
  await collect(place.shared, ["dir", "zfs"]);
  await collect(place.plainDir, [instance]);
  await collect(place.zfsDir, []);
  for (const kind of DAEMON_KINDS) {
    const state = daemonDir(place, kind);
    for (const dir of INSTANCES) await collect(join(state, dir), [instance], "instance");
    for (const name of await daemonInstances(place, kind)) {
      if (name !== instance) found.add(`instance "${name}"`);
    }
    for (const dir of await entries(join(state, "backups"))) {
      await collect(join(state, "backups", dir), [instance]);
    }
    await collect(join(state, "disks"), []);
    await collect(join(state, "storage-pools"), ["default"], "storage pool");
    const pool = join(state, "storage-pools/default");
    for (const dir of await entries(pool)) {
      if (dir === "images") continue;
      const isInstances = INSTANCES.includes(dir);
      await collect(join(pool, dir), isInstances ? [instance] : [], isInstances ? "instance" : "");
    }
  }
  return [...found];
}

/** Returns the names of a daemon's instances, as its directories have them; none where it does not run. */
async function daemonInstances(place: Place, kind: typeof DAEMON_KINDS[number]): Promise<readonly string[]> {
  if (!await isReady(place, kind)) return [];
  using rest = connect(socketOf(place, kind));
  const instances = await rest.send("GET", "/1.0/instances?recursion=1&all-projects=true") as {
    name: string;
    project: string;
  }[];
  return instances.map(({ name, project }) => project === "default" ? name : `${project}_${name}`);
}

/** Returns the names in a directory; none where there is no directory, and an error where it cannot be read. */
async function entries(dir: string): Promise<readonly string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(dir))).map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    if (error instanceof Deno.errors.NotADirectory) return [dir.slice(dir.lastIndexOf("/") + 1)];
    throw error;
  }
}
