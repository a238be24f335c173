/**
 * Snapshots of data that rebuilds took: their names, and their leftovers.
 *
 * @module
 */
import { quote } from "../../../base/shell.ts";
import { isPlainDirectory } from "../../../instance/kinds.ts";
import { run } from "../../../step/build.ts";
import type { Step } from "../../../step/step.ts";
import { directorySnapshot, partialOf } from "../../commands/copy.ts";
import { removeDirectory } from "../../commands/host.ts";
import { forEachKind, HOST_DATA } from "../../data/kinds/mod.ts";
import { isPartOf, randomOf } from "../../instance/reserved_names.ts";
import { all, type Filesystems, select } from "../../storage/selection.ts";
import type { InstanceInfo } from "../../../ports/mod.ts";
import { named, refOf, type Target, type World } from "../../world.ts";

/** Prefix of these snapshots. */
const PREFIX = "lxops-rebuild";

/** Plans the removal of the snapshots that a swap which was cut off took. */
export function leftDataSnapshots(target: Target, world: World, snapshot: string): readonly Step[] {
  return removeLeft(target, world, snapshot, ", taken by an unfinished rebuild");
}

/** Plans the removal of the parts of a snapshot that there are, also of unfinished ones. */
function removeLeft(target: Target, world: World, snapshot: string, reason: string): readonly Step[] {
  const { kept, having } = ofSnapshot(target, world, snapshot);
  return [
    ...removeSteps(having, snapshot, reason),
    ...partialsOf(kept, world, snapshot)
      .map((partial) => run(`Remove snapshot ${partial}${reason}`, removeDirectory(partial))),
  ];
}

/** Returns the paths of unfinished copies of directories for a snapshot. */
function partialsOf({ host }: Filesystems, world: World, snapshot: string): readonly string[] {
  return host.filter(isPlainDirectory)
    .map(({ path }) => partialOf(directorySnapshot(path, snapshot)))
    .filter((partial) => world.leftovers?.includes(partial));
}

/**
 * Plans the removal of the snapshots that earlier rebuilds took and left where they failed; not of those that may be of
 * another instance.
 *
 * @param besides names of snapshots that are removed otherwise
 */
export function earlierDataSnapshots(
  target: Target,
  world: World,
  besides: readonly string[],
): readonly Step[] {
  return dataSnapshotNames(target, world, lasting(target, world))
    .filter((name) => !besides.includes(name) && !othersWith(target, world, name))
    .flatMap((name) => removeLeft(target, world, name, ", taken by an earlier rebuild that failed"));
}

/**
 * Returns notes on the snapshots that stay because they may be of another instance, with the commands that delete them.
 *
 * @param besides names of snapshots that are removed otherwise
 */
export function leftToOthers(target: Target, world: World, besides: readonly string[]): readonly string[] {
  return dataSnapshotNames(target, world, lasting(target, world))
    .filter((name) => !besides.includes(name))
    .flatMap((name) => {
      const why = othersWith(target, world, name);
      if (!why) return [];
      const { finished, names } = partsOfSnapshot(target, world, name);
      const command = finished
        ? `lxops snapshot -d ${snapshotWords(target, name)}`
        : `rm -r ${names.map(quote).join(" ")}`;
      return `Left ${
        names.join(", ")
      }, which a rebuild took: ${why}. If nothing needs it any more, delete it: ${command}`;
    });
}

/** Returns the parts of a snapshot by their names, and whether there are finished ones. */
function partsOfSnapshot(
  target: Target,
  world: World,
  snapshot: string,
): { readonly finished: boolean; readonly names: readonly string[] } {
  const { kept, having } = ofSnapshot(target, world, snapshot);
  const finished = all(having).map(({ path }) => `${path}@${snapshot}`);
  return { finished: finished.length > 0, names: [...finished, ...partialsOf(kept, world, snapshot)] };
}

/**
 * Returns why a snapshot may be that of another instance, which may need it to put data back: its name has only the name
 * of an instance, and others of that name may have the same filesystems. Volumes belong to one daemon.
 */
function othersWith(target: Target, world: World, snapshot: string): string | undefined {
  const { project, name } = refOf(target.instance);
  const isNamed = (info: InstanceInfo) => info.name === name || isPartOf(info, name) !== "no";
  const here = [...world.instances.values()].find((info) =>
    (info.project || "default") !== (project || "default") && isNamed(info)
  );
  if (here) return `it may be that of instance ${named(here, project)}`;
  const { host } = lasting(target, world);
  if (!dataSnapshotNames(target, world, { host, daemon: [] }).includes(snapshot)) return undefined;
  if (!world.otherDaemon) return "it may be that of an instance of another daemon";
  const { title, instances, problem } = world.otherDaemon;
  const there = instances.find(isNamed);
  if (there) return `it may be that of instance "${there.name}" of ${title}`;
  return problem === undefined
    ? undefined
    : `it may be that of an instance "${name}" of ${title}, which cannot be asked (${problem})`;
}

/** Returns the words of a command line that name a target and a snapshot of its data. */
export function snapshotWords({ instance: { name, project, file } }: Target, snapshot: string): string {
  const home = project && project !== "default" ? ` --project ${quote(project)}` : "";
  return `-s ${snapshot} --name ${quote(name)}${home} ${quote(file)}`;
}

/**
 * Returns the names of the snapshots of filesystems that rebuilds of instances of a target's name took and that are
 * there; not of those with clones.
 */
function dataSnapshotNames(target: Target, world: World, { host, daemon }: Filesystems): readonly string[] {
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

/** Returns the paths of those filesystems of which there is no snapshot. */
export function withoutSnapshot(kept: Filesystems, having: Filesystems): readonly string[] {
  const names = new Set(all(having).map(({ path }) => path));
  return all(kept).map(({ path }) => path).filter((path) => !names.has(path));
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
