/**
 * Plans `rollback`: all of an instance's filesystems that are not transient go back to a snapshot, or none does.
 *
 * Everything that could prevent it is checked first, and directories are copied before the first dataset or volume
 * changes. Later steps cannot be undone; a run that fails or is cut off leaves the instance stopped, and the same command
 * completes the rollback.
 *
 * @module
 */
import { refuse, StateError } from "../../base/errors.ts";
import type { InstanceInfo } from "../../ports/mod.ts";
import { quote } from "../../base/shell.ts";
import { send } from "../../step/build.ts";
import type { InstancePlan, Step } from "../../step/step.ts";
import { createDevices, refuseElsewhere } from "../checks/moved_devices.ts";
import { directorySnapshot } from "../commands/copy.ts";
import { downtime } from "../instance/power/downtime.ts";
import { ownInstance } from "../instance/ownership.ts";
import { patchInstance, restoreInstance } from "../requests/instances.ts";
import { FROZEN_MARK, SNAPSHOT_MARK } from "../runs.ts";
import { otherUsers } from "../storage/other_users.ts";
import { isHostKind } from "../storage/kinds/mod.ts";
import { all, checkSnapshotName, type Filesystems, select } from "../storage/selection.ts";
import { objectKey, type PlanOptions, refOf, type Target, type World } from "../world.ts";
import { forEachKind, HOST_DATA } from "./kinds/mod.ts";
import { snapshotPaths } from "./snapshot.ts";

/** Options of a rollback. */
export interface RollbackOptions extends PlanOptions {
  readonly snapshot: string;
  /** Lets the daemon restore the instance's root filesystem and configuration, too. */
  readonly withInstance: boolean;
  /** Destroys snapshots of datasets that were taken later; ZFS cannot roll back without that. */
  readonly destroyNewer: boolean;
}

/** Returns paths of the host that a plan needs to know. */
export function rollbackPaths(target: Target, snapshot: string): readonly string[] {
  return [
    ...snapshotPaths(target, snapshot),
    ...target.instance.filesystems.flatMap(({ kind, path }) =>
      isHostKind(kind) ? HOST_DATA[kind].rollback.paths(path) : []
    ),
  ];
}

/** Plans a rollback. */
export function planRollback(target: Target, world: World, options: RollbackOptions): InstancePlan {
  checkSnapshotName(options.snapshot);
  const { instance } = target;
  const { snapshot } = options;
  const info = ownInstance(target, world, "roll back", options);
  refuseElsewhere(target, world, "roll back");
  const { existing, nested, missing } = select(target, world);
  // A directory that was moved away was left so by a run that was cut off between two renames.
  const away = missing.host.filter((one) => HOST_DATA[one.kind].rollback.movedAway([one], world).length > 0);
  const gone = [...missing.host.filter((one) => !away.includes(one)), ...missing.daemon];
  const kept: Filesystems = { host: [...existing.host, ...away], daemon: existing.daemon };
  const filesystems: Filesystems = { ...kept, host: [...kept.host, ...nested] };
  const stray = nested.filter((one) => !HOST_DATA[one.kind].snapshot.has(one, snapshot, world));
  const cannot = `Cannot roll back "${instance.name}"`;
  const absent = [
    ...gone.map(({ path }) => `"${path}" does not exist`),
    ...forEachKind(kept, (kind, own) =>
      own.filter((one) => !kind.snapshot.has(one, snapshot, world))
        .map(({ path }) => `there is no snapshot "${directorySnapshot(path, snapshot)}"`)),
  ];
  const others = otherUsers(refOf(target.instance), world, filesystems);
  const problems = [
    ...stray.map(({ path }) =>
      `dataset "${path}" lies in one that is rolled back, and has no snapshot "${snapshot}": it was made later, or ` +
      "left out then"
    ),
    ...instanceProblems(target, world, options),
    ...others,
  ];
  if (absent.length + problems.length > 0) {
    const advice = stray.length > 0
      ? [`To roll back without it, move it elsewhere first: zfs rename ${stray[0]!.path} NAME`]
      : absent.length > gone.length
      ? [`To list its snapshots: lxops snapshot list ${quote(instance.file)}`]
      : missing.host.some((one) => gone.includes(one))
      ? [
        "If it was moved, move it back, and run the same command again",
        `If it is lost, make it anew, and run the same command again: ${createDevices(target)}`,
      ]
      : absent.length === 0 && others.length > 0
      ? ["Stop what runs with it first (lxops stop), and run the same command again"]
      : [];
    throw refuse(cannot, [...absent, ...problems], advice, problems.length === 0 ? "missing" : "state");
  }
  if (all(kept).length === 0 && !options.withInstance) {
    throw new StateError(`There is nothing of instance "${instance.name}" to roll back`, { kind: "missing" });
  }
  const newer = forEachKind(
    filesystems,
    (kind, own) => own.flatMap((one) => kind.rollback.newer(one, snapshot, world)),
  );
  if (newer.length > 0 && !options.destroyNewer) {
    throw refuse(cannot, `that destroys newer snapshots, ${newer.join(", ")}`, [
      "To destroy them, add --destroy-newer",
    ]);
  }
  const clones = [...world.datasets.values()].filter(({ origin }) => origin && newer.includes(origin));
  if (clones.length > 0) {
    throw refuse(
      cannot,
      clones.map(({ name, origin }) => `dataset "${name}" is a clone of the newer snapshot "${origin}"`),
    );
  }
  return {
    instance: refOf(instance),
    steps: rollbackSteps({ target, info, filesystems }, world, options),
    notes: newer.map((name) => `snapshot ${name} is newer, and is destroyed`),
  };
}

/** The instance and the filesystems of a rollback. */
interface RolledBack {
  readonly target: Target;
  readonly info: InstanceInfo | undefined;
  readonly filesystems: Filesystems;
}

function rollbackSteps(
  { target, info, filesystems }: RolledBack,
  world: World,
  options: RollbackOptions,
): Step[] {
  const ref = refOf(target.instance);
  const { snapshot } = options;
  const pause = info ? downtime(info, options.stopSeconds, world) : { before: [], after: [] };
  const phases = forEachKind(filesystems, (kind, own) => [kind.rollback.steps(own, options, world)]);
  const restore: Step[] = options.withInstance
    ? [
      send(`Restore instance ${ref.name} to snapshot ${snapshot}`, restoreInstance(ref, snapshot), {
        commits: true,
      }),
      // The instance's configuration is the one that it had while the snapshot was taken.
      send(
        `Remove the notes that were made during the snapshot`,
        patchInstance(ref, { config: { [FROZEN_MARK]: "", [SNAPSHOT_MARK]: "" } }),
      ),
      ...(pause.mark ? [pause.mark] : []),
    ]
    : [];
  return [
    ...phases.flatMap(({ prepare }) => prepare),
    ...pause.before,
    ...restore,
    ...phases.flatMap(({ change }) => change),
    ...phases.flatMap(({ finish }) => finish),
    ...pause.after,
  ];
}

function instanceProblems(target: Target, world: World, options: RollbackOptions): string[] {
  if (!options.withInstance) return [];
  const key = objectKey(target.instance.project, target.instance.name);
  if (!world.instances.has(key)) return ["there is no such instance, for -c"];
  return world.snapshots.get(key)?.includes(options.snapshot)
    ? []
    : [`the instance itself has no snapshot "${options.snapshot}", for -c`];
}
