/**
 * Snapshots of data that rebuilds took: their names, and what is left of them.
 *
 * @module
 */
import { isPlainDirectory } from "../../../instance/kinds.ts";
import { run } from "../../../step/build.ts";
import type { Step } from "../../../step/step.ts";
import { directorySnapshot, partialOf } from "../../commands/copy.ts";
import { removeDirectory } from "../../commands/host.ts";
import { forEachKind, HOST_DATA } from "../../data/kinds/mod.ts";
import { randomOf } from "../../instance/reserved_names.ts";
import { type Filesystems, select } from "../../storage/selection.ts";
import type { Target, World } from "../../world.ts";

/** Begins the names of these snapshots. */
const PREFIX = "lxops-rebuild";

/** Plans the removal of the snapshots that a swap which was cut off took. */
export function leftDataSnapshots(target: Target, world: World, snapshot: string): readonly Step[] {
  return removeLeft(target, world, snapshot, ", which an unfinished rebuild took");
}

/** Plans the removal of the parts of a snapshot that there are, also of unfinished ones. */
function removeLeft(target: Target, world: World, snapshot: string, reason: string): readonly Step[] {
  const { kept, having } = ofSnapshot(target, world, snapshot);
  const partials = kept.host.filter(isPlainDirectory)
    .map(({ path }) => partialOf(directorySnapshot(path, snapshot)))
    .filter((partial) => world.leftovers?.includes(partial));
  return [
    ...removeSteps(having, snapshot, reason),
    ...partials.map((partial) => run(`Remove snapshot ${partial}${reason}`, removeDirectory(partial))),
  ];
}

/**
 * Plans the removal of the snapshots that earlier rebuilds took and left where they failed.
 *
 * @param besides names of snapshots that are removed otherwise
 */
export function earlierDataSnapshots(
  target: Target,
  world: World,
  besides: readonly string[],
): readonly Step[] {
  return dataSnapshotNames(target, world).filter((name) => !besides.includes(name)).flatMap((name) =>
    removeLeft(target, world, name, ", which an earlier rebuild that failed took")
  );
}

/** Returns the names of the snapshots that rebuilds of a target took and that are there; not of those with clones. */
export function dataSnapshotNames(target: Target, world: World): readonly string[] {
  const { host, daemon } = lasting(target, world);
  const partials = (world.leftovers ?? []).flatMap((left) =>
    host.filter(isPlainDirectory).flatMap(({ path }) =>
      left.startsWith(directorySnapshot(path, "")) && left.endsWith(partialOf(""))
        ? left.slice(directorySnapshot(path, "").length, -partialOf("").length)
        : []
    )
  );
  const names = [
    ...host.flatMap(({ path }) => [
      ...(world.zfsSnapshots.get(path) ?? []).map(({ name }) => name),
      ...world.directorySnapshots.get(path) ?? [],
    ]),
    ...daemon.flatMap(({ info }) => info?.snapshots ?? []).map(({ name }) => name),
    ...partials,
  ];
  // A snapshot with clones cannot go.
  const origins = new Set([...world.datasets.values()].map(({ origin }) => origin?.split("@")[1]));
  const suffix = `-${target.instance.name}`;
  const own = names.filter((name) =>
    name.startsWith(`${PREFIX}-`) && name.endsWith(suffix) && !origins.has(name) &&
    /^[a-z0-9]+$/.test(name.slice(PREFIX.length + 1, -suffix.length))
  );
  return [...new Set(own)].sort();
}

/** Returns a target's filesystems, and those of them that have a snapshot which a swap took. */
export function ofSnapshot(
  target: Target,
  world: World,
  snapshot: string,
): { readonly kept: Filesystems; readonly having: Filesystems } {
  const kept = lasting(target, world);
  const { missing } = select(target, world);
  // A directory was put away in the middle of its return.
  const away = missing.host.filter((one) => HOST_DATA[one.kind].rollback.movedAway([one], world).length > 0);
  const hasDirectory = ({ path }: { readonly path: string }) =>
    world.directorySnapshots.get(path)?.includes(snapshot) ?? false;
  const has = forEachKind(
    kept,
    (kind, own) => own.filter((one) => kind.snapshot.has(one, snapshot, world) || hasDirectory(one)),
  );
  const names = new Set(has.map(({ path }) => path));
  return {
    kept,
    having: {
      host: [...kept.host.filter(({ path }) => names.has(path)), ...away],
      daemon: kept.daemon.filter(({ path }) => names.has(path)),
    },
  };
}

/**
 * Returns the name of the snapshots of a swap. Instances that are rebuilt together may share a filesystem.
 *
 * @param other name of its old or its new instance
 */
export function snapshotOf({ instance }: Target, other: string): string {
  return `${PREFIX}-${randomOf(other)}-${instance.name}`;
}

/** Plans the removal of the snapshots of some filesystems. */
export function removeSteps(filesystems: Filesystems, snapshot: string, reason: string): readonly Step[] {
  const removal = { snapshot, reason, clones: new Map() };
  return forEachKind(filesystems, (kind, own) => kind.snapshot.remove(own, removal));
}

/** Returns the filesystems of a target that exist and are not transient. */
export function lasting(target: Target, world: World): Filesystems {
  const { existing, nested } = select(target, world);
  return { host: [...existing.host, ...nested], daemon: existing.daemon };
}
