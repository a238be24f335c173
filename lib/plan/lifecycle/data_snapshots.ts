/**
 * Snapshots of an instance's data before a new root filesystem works with it: a newer program may change the data so
 * that the old one cannot read it. They are taken where the filesystem gives them for nothing, and removed once the
 * new root filesystem is configured.
 *
 * @module
 */
import { quote } from "../../base/shell.ts";
import type { Step } from "../../step/step.ts";
import { forEachKind } from "../data/kinds/mod.ts";
import { OLD, randomOf, swapName } from "../instance/reserved_names.ts";
import { all, type Filesystems, select } from "../storage/selection.ts";
import type { PlanOptions, Target, World } from "../world.ts";

/** Begins the names of these snapshots. */
const PREFIX = "lxops-rebuild";

/** Storage drivers that share the blocks of a volume with its snapshots. */
const SHARING: readonly string[] = ["zfs", "btrfs", "lvm", "ceph"];

/** Steps around the time in which a new root filesystem works with data that may be needed again. */
export interface DataSnapshots {
  readonly take: readonly Step[];
  readonly remove: readonly Step[];
  /** Removes what earlier ones left. */
  readonly last: readonly Step[];
  /** Advice where the new root filesystem had worked with the data. */
  readonly advice: readonly string[];
}

/**
 * Plans snapshots of a target's data for a swap.
 *
 * @param besides names of new instances of earlier swaps whose snapshots are removed otherwise
 */
export function dataSnapshots(
  target: Target,
  world: World,
  options: PlanOptions,
  besides: readonly string[] = [],
): DataSnapshots {
  const { existing, nested } = select(target, world);
  const kept: Filesystems = { host: [...existing.host, ...nested], daemon: existing.daemon };
  const cheap = sharing(kept, world);
  if (all(cheap).length === 0) return { take: [], remove: [], last: [], advice: [] };
  const snapshot = nameOf(target, swapName("", OLD, options.random));
  // Nothing writes to them at that time, so that they need not be taken at one moment.
  const apart = { ...world, zfsTakesSeveral: false };
  const take = forEachKind(cheap, (kind, own) => kind.snapshot.take(own, snapshot, apart, new Map()).change);
  return {
    take: take.map((step) => ({ ...step, staysAfterRun: true })),
    remove: removeSteps(cheap, snapshot, ", as the new instance is configured"),
    last: earlierDataSnapshots(target, world, besides),
    advice: adviceFor(target, kept, cheap, snapshot),
  };
}

/** Returns advice about snapshots of some of a target's filesystems. */
function adviceFor(
  { instance }: Target,
  kept: Filesystems,
  having: Filesystems,
  snapshot: string,
): readonly string[] {
  const { name, project, file } = instance;
  const home = project && project !== "default" ? ` -project ${quote(project)}` : "";
  const words = `-s ${snapshot} -name ${quote(name)}${home} ${quote(file)}`;
  const isWhole = all(having).length === all(kept).length;
  const names = all(having).map(({ path }) => `${path}@${snapshot}`).join(", ");
  return [
    `Its snapshots from before that: ${names}`,
    ...(isWhole
      ? [`To put the data back to them: lxops rollback ${words}`]
      : ["Plain directories have none, so that only these can be put back, by zfs rollback or the daemon"]),
    `To delete them: lxops snapshot -d ${words}`,
  ];
}

/** Plans the removal of the snapshots that a swap which was cut off took; `other` is the name of its old or its new instance. */
export function leftDataSnapshots(target: Target, world: World, other: string): readonly Step[] {
  const snapshot = nameOf(target, other);
  return removeSteps(having(target, world, snapshot).cheap, snapshot, ", which an unfinished rebuild took");
}

/** Returns advice about the snapshots that a swap which was cut off took; none where there are none. */
export function leftAdvice(target: Target, world: World, other: string): readonly string[] {
  const snapshot = nameOf(target, other);
  const { kept, cheap } = having(target, world, snapshot);
  return all(cheap).length === 0 ? [] : adviceFor(target, kept, cheap, snapshot);
}

/**
 * Plans the removal of the snapshots that earlier rebuilds took and left where they failed.
 *
 * @param besides names of old or new instances whose snapshots are removed otherwise
 */
export function earlierDataSnapshots(
  target: Target,
  world: World,
  besides: readonly string[],
): readonly Step[] {
  const { existing, nested } = select(target, world);
  const { host, daemon } = sharing({ host: [...existing.host, ...nested], daemon: existing.daemon }, world);
  const names = [
    ...host.flatMap(({ path }) => world.zfsSnapshots.get(path) ?? []),
    ...daemon.flatMap(({ info }) => info?.snapshots ?? []),
  ].map(({ name }) => name);
  // A snapshot with clones cannot go.
  const origins = new Set([...world.datasets.values()].map(({ origin }) => origin?.split("@")[1]));
  const others = besides.map((other) => nameOf(target, other));
  const suffix = `-${target.instance.name}`;
  const own = names.filter((name) =>
    name.startsWith(`${PREFIX}-`) && name.endsWith(suffix) && !others.includes(name) && !origins.has(name) &&
    /^[a-z0-9]+$/.test(name.slice(PREFIX.length + 1, -suffix.length))
  );
  return [...new Set(own)].sort().flatMap((name) =>
    removeSteps(having(target, world, name).cheap, name, ", which an earlier rebuild that failed took")
  );
}

/** Returns a target's filesystems, and those of them that have a snapshot which a swap took. */
function having(
  target: Target,
  world: World,
  snapshot: string,
): { readonly kept: Filesystems; readonly cheap: Filesystems } {
  const { existing, nested } = select(target, world);
  const kept: Filesystems = { host: [...existing.host, ...nested], daemon: existing.daemon };
  const { host, daemon } = sharing(kept, world);
  const has = forEachKind(
    { host, daemon },
    (kind, own) => own.filter((one) => kind.snapshot.has(one, snapshot, world)),
  );
  const names = new Set(has.map(({ path }) => path));
  return {
    kept,
    cheap: {
      host: host.filter(({ path }) => names.has(path)),
      daemon: daemon.filter(({ path }) => names.has(path)),
    },
  };
}

/** Returns the name of the snapshots of a swap. Instances that are rebuilt together may share a filesystem. */
function nameOf({ instance }: Target, old: string): string {
  return `${PREFIX}-${randomOf(old)}-${instance.name}`;
}

function removeSteps(filesystems: Filesystems, snapshot: string, reason: string): readonly Step[] {
  const removal = { snapshot, reason, clones: new Map() };
  return forEachKind(filesystems, (kind, own) => kind.snapshot.remove(own, removal));
}

/** Returns the filesystems whose snapshots take no room at first. Those of the host need root's rights. */
function sharing({ host, daemon }: Filesystems, world: World): Filesystems {
  return {
    host: world.user === undefined ? host.filter(({ kind }) => kind === "dataset") : [],
    daemon: daemon.filter(({ ref }) => SHARING.includes(world.pools.get(ref.pool)?.driver ?? "")),
  };
}
