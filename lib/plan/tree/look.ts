/**
 * The one look at directories before anything is removed, replaced, moved or packed with all that is in it: what else
 * is mounted there, for lxops or for the daemon, is named and refused before the first change. Which directories those
 * are, the commands of a plan say themselves (`Command.trees`), so that no planner can forget it; what was not looked
 * at is not carried out.
 *
 * @module
 */
import { refuse, type StateError } from "../../base/errors.ts";
import { listedByZfs, plainDirectories } from "../../instance/kinds.ts";
import { isZfs, type Mount, type Mounts, type TreeUse } from "../../ports/mounts.ts";
import { quote } from "../../base/shell.ts";
import { type Effect, type InstancePlan, type Step, undoEffects } from "../../step/step.ts";
import { objectKey, type Target, type World } from "../world.ts";
import { danger } from "./held.ts";
import { type Found, inTheTree, type Namespaces } from "./found.ts";
import { realPathOf } from "./paths.ts";

/** The part of a world that is needed to look at trees. */
export type Surroundings =
  & Pick<World, "backend" | "datasets" | "machines" | "mounts" | "realPaths">
  & Partial<Pick<World, "instances" | "otherDaemon" | "paths">>;

/**
 * Looks at all directories that a plan works on with all that is in them.
 *
 * @param targets whose filesystems are seen to, each by itself
 * @param action what is done, for messages: `destroy`
 * @throws {StateError} that names what is in the way
 */
export function lookAtTrees(
  plan: InstancePlan,
  targets: readonly Target[],
  world: Surroundings,
  action: string,
): InstancePlan {
  refuseHeld(plan, targets, world, action);
  const uses = plan.steps.flatMap(({ effect, undo, undoAfterRun = [] }) => [
    effect,
    ...undoEffects(undo),
    ...undoAfterRun,
  ]).flatMap(treesOf).filter(({ fresh }) => !fresh);
  if (uses.length === 0) return plan;
  const { mounts = NOTHING } = world;
  // What a plan makes itself has nothing else in it.
  const old = uses.filter((use) =>
    use.kind === "directory" && use.use !== "make" || datasetsOf(use, world).has(use.path)
  );
  if (old[0] && !world.mounts) {
    throw new Error(`"${action}" works on "${old[0].path}" without a look at mounts`);
  }
  const there = world.machines?.there?.mounts;
  const named = namesOf(targets);
  const gone = new Set<string>();
  const present = world.instances?.has(objectKey(plan.instance.project, plan.instance.name)) ?? true;
  const found = new Map<string, Found>();
  const steps = plan.steps.map((step): Step => {
    const change = <E extends Effect>(effect: E): E => {
      if (effect.kind !== "run" || !effect.trees) return effect;
      const trees = effect.trees.map((use): TreeUse => {
        if (use.fresh) return use;
        const real = { ...use, path: realPathOf(use, world) };
        const where: Namespaces = use.there ? { here: there ?? [] } : mounts;
        const known = {
          datasets: datasetsOf(use, world),
          named,
          gone,
          served: isServed(use, present, named),
        };
        for (const one of inTheTree(real, where, known)) {
          found.set(`${one.mount?.mountpoint} ${one.text}`, one);
        }
        return { ...real, looked: true };
      });
      return { ...effect, trees };
    };
    const changed = {
      ...step,
      effect: change(step.effect),
      ...(step.undo ? { undo: undoEffects(step.undo).map(change) } : {}),
      ...(step.undoAfterRun ? { undoAfterRun: step.undoAfterRun.map(change) } : {}),
    };
    for (const fact of step.removes ?? []) {
      if (fact.kind === "dataset") gone.add(fact.name);
    }
    return changed;
  });
  const cannot = `Cannot ${action} "${plan.instance.name}"`;
  if (found.size > 0) throw refusal(cannot, [...found.values()], mounts, world);
  const unknown = old.find(({ use, there: far }) => use !== "read" && !far);
  if (mounts.problem !== undefined && unknown) {
    throw blind(cannot, unknown, mounts.problem, world);
  }
  return { ...plan, steps };
}

/**
 * Copies of data that no instance works on are no matter of the daemon's, and zfs works on a dataset by its name: of
 * one that lxops itself mounted for a while, the daemon need not see anything.
 */
function isServed({ use, kind, path }: TreeUse, present: boolean, named: ReadonlySet<string>): boolean {
  const isNamed = named.has(path);
  return present && (kind === "directory" || isNamed) || use !== "read" && isNamed;
}

/**
 * Refuses to touch directories of the host where an instance, be it the planned one, could lead lxops
 * elsewhere.
 */
function refuseHeld(
  plan: InstancePlan,
  targets: readonly Target[],
  world: Surroundings,
  action: string,
): void {
  if (
    !world.instances || !plan.steps.some(({ effect }) => effect.kind === "run" || effect.kind === "unpack")
  ) {
    return;
  }
  const held = { ...world, instances: world.instances, paths: world.paths ?? new Map() };
  const directories = targets.flatMap((target) => [target, target.devicesFrom ?? []].flat())
    .flatMap(({ instance: { filesystems } }) => [
      ...plainDirectories(filesystems),
      ...listedByZfs(filesystems).flatMap((path) => world.datasets.get(path)?.mountpoint ?? []),
    ])
    .filter((path) => path.startsWith("/"));
  const found = [...new Set(directories)].flatMap((path) => danger(path, held) ?? []);
  if (found.length === 0) return;
  throw refuse(`Cannot ${action} "${plan.instance.name}"`, found.map(({ text }) => text), [
    ...new Set(found.map(({ cure }) => cure)),
  ]);
}

const NOTHING: Mounts = { here: [] };

function treesOf(effect: Effect): readonly TreeUse[] {
  return effect.kind === "run" ? effect.trees ?? [] : [];
}

function datasetsOf({ there }: TreeUse, world: Surroundings): World["datasets"] {
  return there
    ? world.machines?.there?.datasets ?? new Map()
    : world.machines?.here.datasets ?? world.datasets;
}

/** Datasets and directories of configurations, each of which a command sees to by itself. */
function namesOf(targets: readonly Target[]): ReadonlySet<string> {
  return new Set(
    targets.flatMap((target) => [target, target.devicesFrom ?? []].flat())
      .flatMap(({ instance }) => instance.filesystems.map(({ path }) => path)),
  );
}

function refusal(
  cannot: string,
  found: readonly Found[],
  { pid }: Mounts,
  world: Surroundings,
): StateError {
  const cures = found.flatMap(({ mount, daemonOnly, cure }) => {
    if (cure !== undefined) return [cure];
    return mount ? [`Unmount it first: ${unmountLine(mount, daemonOnly ? pid : undefined)}`] : [];
  });
  const texts = found.map(({ text, daemonOnly }) =>
    daemonOnly ? `${text} (in the namespace of ${world.backend.title})` : text
  );
  return refuse(cannot, texts, [...new Set(cures)]);
}

function unmountLine({ mountpoint, type, source }: Mount, pid: number | undefined): string {
  const inside = pid === undefined ? "" : `nsenter --target ${pid} --mount `;
  if (isZfs({ type }) && !inside) return `zfs unmount ${quote(source)}`;
  return `${inside}umount ${quote(mountpoint)}`;
}

function blind(
  cannot: string,
  use: TreeUse,
  problem: string,
  { backend }: Surroundings,
): StateError {
  return refuse(
    cannot,
    `it cannot be known what is mounted in "${use.path}" for ${backend.title}: ${problem}`,
    ["Run lxops as root, or let this user run programs by sudo without a password"],
  );
}
