/**
 * The details that `i filesystems -l` and `i devices -l` show of the machine. A daemon is asked only about its volumes.
 *
 * @module
 */
import { isOnHost, listedByZfs, plainDirectories } from "../../../instance/kinds.ts";
import { type DeviceRow, type FilesystemRow, filesystemRows } from "../../../instance/listing.ts";
import { filesystemFacts } from "../../../plan/storage/describe.ts";
import type { FilesystemFacts, Seen } from "../../../plan/storage/kinds/kind.ts";
import { KINDS } from "../../../plan/storage/kinds/mod.ts";
import { parseSize } from "../../../base/sizes.ts";
import type { Target } from "../../../plan/world.ts";
import type { PathInfo } from "../../../ports/mod.ts";
import { readDirectorySnapshots } from "../../../run/observe/paths.ts";
import type { App } from "../../command/app.ts";
import { machineHost } from "../../shared/operands.ts";

/** Rows of targets, and the names of their additional columns. */
export interface LongRows<R, C extends string> {
  readonly rowsOf: (target: Target) => readonly R[];
  readonly more: readonly C[];
}

/** Details of a filesystem, and its size as a number. */
interface LongFacts extends FilesystemFacts {
  readonly bytes: number | null;
}

/** Adds the number of bytes to a row with a size. */
function withBytes<R extends { readonly size: string }>(row: R): R & Pick<LongFacts, "bytes"> {
  return { ...row, bytes: parseSize(row.size) ?? null };
}

const FACTS = ["state", "size", "snapshots", "clones", "origin", "mountpoint"] as const;

/** Returns the rows of filesystems, with details from the machine. */
export async function longFilesystemRows(
  targets: readonly Target[],
  app: App,
): Promise<LongRows<FilesystemRow & LongFacts, typeof FACTS[number]>> {
  const seenBy = await look(targets, [], app);
  const rowsOf = (target: Target) => {
    const seen = seenBy(target);
    const rows = filesystemRows(target.instance);
    return target.instance.filesystems.flatMap((one, index) => [
      withBytes({ ...rows[index]!, ...filesystemFacts(one, seen) }),
      ...KINDS[one.kind].nested(target, one.path, seen.datasets).map(({ name }) =>
        withBytes({
          ...rows[index]!,
          path: name,
          flags: ["below"],
          ...filesystemFacts({ ...one, path: name }, seen),
        })
      ),
    ]);
  };
  return { rowsOf, more: FACTS };
}

/** Returns the rows of devices, with the sizes of their directories and details of their filesystems. */
export async function longDeviceRows(
  targets: readonly Target[],
  plain: (target: Target) => readonly DeviceRow[],
  app: App,
): Promise<LongRows<DeviceRow & LongFacts, typeof FACTS[number]>> {
  const sources = targets.flatMap((target) => plain(target).map(({ source }) => source));
  const seenBy = await look(targets, sources, app);
  const rowsOf = (target: Target) => {
    const seen = seenBy(target);
    const filesystems = new Map(target.instance.filesystems.map((one) => [one.id, one]));
    return plain(target).map((row) => {
      const home = filesystems.get(row.filesystem);
      const facts = filesystemFacts(home ?? directoryOf(row.source), seen);
      if (home && !isOnHost(home)) return withBytes({ ...row, ...facts });
      const state = seen.paths.get(row.source) ? facts.state : "missing" as const;
      return withBytes({ ...row, ...facts, state, size: seen.sizes.get(row.source) ?? "" });
    });
  };
  return { rowsOf, more: FACTS };
}

/** Returns the directory of a device; a device without a filesystem is a directory of the host. */
function directoryOf(path: string) {
  return { id: "", kind: "directory", path, zfsproperties: {}, destroy: false, transient: false } as const;
}

/** Returns the volumes that each target sees; volumes of other projects may have the same names. */
async function look(
  targets: readonly Target[],
  sources: readonly string[],
  app: App,
): Promise<(target: Target) => Seen> {
  const filesystems = targets.flatMap(({ instance }) => instance.filesystems);
  const zfs = listedByZfs(filesystems).length > 0;
  const directories = plainDirectories(filesystems);
  const wanted = [...new Set([...directories, ...sources.filter((path) => path.startsWith("/"))])];
  const host = await machineHost(targets, app);
  const [volumesOf, datasets, zfsSnapshots, { directorySnapshots }, paths] = await Promise.all([
    volumesSeen(targets, app),
    zfs ? host.datasets() : new Map(),
    zfs ? host.zfsSnapshots() : new Map(),
    readDirectorySnapshots(host, targets),
    Promise.all(wanted.map(async (path): Promise<[string, PathInfo | undefined]> => [
      path,
      await host.lstat(path),
    ])),
  ]);
  const there = paths.flatMap(([path, info]) => info?.kind === "directory" ? [path] : []);
  const measured = sources.length > 0 ? there.filter((path) => sources.includes(path)) : there;
  const seen = {
    datasets,
    zfsSnapshots,
    directorySnapshots,
    paths: new Map(paths),
    sizes: await host.sizes(measured),
  };
  return (target) => ({ ...seen, volumes: volumesOf(target) });
}

async function volumesSeen(
  targets: readonly Target[],
  app: App,
): Promise<(target: Target) => Seen["volumes"]> {
  if (!targets.some(({ instance }) => !instance.filesystems.every(isOnHost))) {
    return () => new Map();
  }
  const [{ readVolumes }, { volumesOf }] = await Promise.all([
    import("../../../run/observe/volumes.ts"),
    import("../../../plan/storage/kinds/volumes.ts"),
  ]);
  const world = await readVolumes(await app.server(), targets, targets, { snapshots: true, sizes: true });
  return (target) =>
    new Map(volumesOf(target, world).flatMap(({ path, info }) => info ? [[path, info] as const] : []));
}
