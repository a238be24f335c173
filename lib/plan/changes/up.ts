/**
 * Plans `up`, which brings an instance to its configuration by all changes that the user allows.
 *
 * @module
 */
import { ConfigError } from "../../base/errors.ts";
import type { InstanceInfo } from "../../ports/mod.ts";
import { send } from "../../step/build.ts";
import type { InstancePlan, Step } from "../../step/step.ts";
import { newFile } from "../checks/directory_name.ts";
import { refuseHidden } from "../checks/hidden_devices.ts";
import { devicesWithoutCopies, refuseHiddenSettings } from "../checks/hidden_settings.ts";
import { refuseLimits } from "../checks/limits.ts";
import { refuseGone, refuseMoves } from "../checks/moved_devices.ts";
import { refuseRunning } from "../checks/renamed.ts";
import { checkSettings } from "../checks/settings.ts";
import { checkProfiles } from "../instance/resolve/create.ts";
import { hasGivenUp } from "../instance/given_up.ts";
import { deviceOwner } from "../instance/idmap.ts";
import { ownContent, withOwnConfig } from "../instance/resolve/own_profile.ts";
import { isIncomplete, isMachine, isRunning, ownInstance } from "../instance/ownership.ts";
import { planPower, refuseFrozen } from "../instance/power/power.ts";
import { profileStep } from "../instance/resolve/profile.ts";
import { refuseStart } from "../instance/protection.ts";
import { resolve } from "../instance/resolve/resolve.ts";
import { checkSteps } from "../lifecycle/checks.ts";
import { appliedItems, applySteps, readyStep, withEditions } from "../lifecycle/configure.ts";
import { planLaunch } from "../lifecycle/launch.ts";
import { planRebuild, type RebuildOptions } from "../lifecycle/rebuild/rebuild.ts";
import { planPendingUndo } from "../lifecycle/rebuild/pending_undo.ts";
import { deleteMade, leftovers } from "../lifecycle/rebuild/unfinished_swap.ts";
import { keyHash } from "../record/hashes.ts";
import { withKeptContent } from "../record/kept.ts";
import { startInstance } from "../requests/instances.ts";
import { createFilesystems } from "../storage/create/filesystems.ts";
import { createVolumes } from "../storage/create/volumes.ts";
import { asMade, checkLayout, diskDevices, locate } from "../storage/layout.ts";
import { objectKey, refOf, type Target, type World } from "../world.ts";
import type { Change } from "./change.ts";
import type { Comparison } from "./compare.ts";
import { formerProfileSteps } from "./former_profile.ts";
import { followedSteps } from "./dependents.ts";
import { type ItemSources, pendingItems } from "./items.ts";
import {
  allowedFor,
  hasRestart,
  type Kept,
  keptEntries,
  leftChanges,
  refuseConflicts,
  sorted,
} from "./choice.ts";
import { afterRebuild } from "./after_rebuild.ts";
import { applied, propertySteps, settingSteps, withoutSome } from "./settings.ts";
import { withOwnProfile, worldAfter } from "./world_after.ts";
import type { Item } from "../../cloudconfig/model/item.ts";

/** Options of the command line for `up`. */
export interface UpOptions extends RebuildOptions {
  /** Restart instances where a change needs it. */
  readonly restart: boolean;
  /** Rebuild instances where a change needs it. */
  readonly rebuild: boolean;
  /** The side that wins where a setting was changed both in the file and by hand; absent: that is refused. */
  readonly take?: "file" | "live";
}

/** A target and its comparison with the instance. */
export interface UpTarget {
  readonly target: Target;
  readonly comparison: Comparison;
  readonly items: readonly Item[];
  readonly read: Omit<ItemSources, "record">;
}

/** The plan of an instance, and the changes that it leaves. */
export interface UpPlan {
  readonly plan: InstancePlan;
  /** Changes that need another run, or a restart or rebuild that the user did not allow. */
  readonly left: readonly Change[];
  /** The plan finishes an interrupted rebuild, and leaves the other changes to another run. */
  readonly finishes?: true;
  /** The world once the plan is carried out, as far as the record needs it. */
  readonly after: World;
  /** Entries of the record about differences that the user keeps. */
  readonly kept: Kept;
  /** The plan changes something, at least the record. */
  readonly records: boolean;
}

/** Tells whether an instance is as its configuration says, and no run was cut off. */
export function isUpToDate({ target, comparison }: UpTarget, world: World, options: UpOptions): boolean {
  return comparison.changes.length === 0 && !isUnfinished({ target }, world) &&
    newFile(comparison.info, target, options) === undefined;
}

/** Tells whether a rebuild of an instance was interrupted. */
export function isUnfinished({ target }: Pick<UpTarget, "target">, world: World): boolean {
  return leftovers(target, world) !== undefined;
}

/** Tells whether the creation or the rebuild of an instance was interrupted; its daemon may still continue it. */
export function isCutOff({ target, comparison: { info } }: UpTarget, world: World): boolean {
  return info !== undefined && isIncomplete(info) || isUnfinished({ target }, world);
}

/** Plans one instance. */
export function planUp(one: UpTarget, world: World, given: UpOptions): UpPlan {
  const { target, comparison } = one;
  const options = allowedFor(target, given);
  const { info } = comparison;
  const whole = (plan: InstancePlan): UpPlan => ({ plan, left: [], after: world, kept: {}, records: false });
  const unfinished = leftovers(target, world);
  if (unfinished && (!unfinished.present || unfinished.old || hasGivenUp(unfinished.present))) {
    const plan = planRebuild(target, world, { ...options, resume: true });
    return { ...whole(plan), left: afterRebuild(one, world, unfinished), finishes: true };
  }
  // An earlier rebuild failed, and the data is to go back first.
  planPendingUndo(target, world, options);
  if (!info || isIncomplete(info)) {
    return whole(planLaunch(target, world, { ...options, resume: info !== undefined }));
  }
  ownInstance(target, world, "change", options);
  refuseConflicts(target, comparison, options.take);
  return planChanges({ ...one, info, made: unfinished?.made ?? [] }, world, options);
}

/** An instance that stays, and new instances that an interrupted rebuild left before it touched this one. */
interface Staying extends UpTarget {
  readonly info: InstanceInfo;
  readonly made: readonly InstanceInfo[];
}

function planChanges(one: Staying, world: World, options: UpOptions): UpPlan {
  const { target, comparison, items, info, made } = one;
  const { instance } = target;
  const ref = refOf(instance);
  const resolved = resolve(target, world, options);
  const running = isRunning(info);
  const rebuilds = comparison.rootImage !== undefined && options.rebuild;
  const { now, kept, left } = sorted(comparison, options, running);
  const follows = comparison.changes.some(({ why }) => why === "after");
  const restarts = running && !rebuilds && (follows || hasRestart(comparison, now));
  if (!running || restarts) refuseStart(info, info.expandedConfig, world, "start");
  if (comparison.profiles) checkProfiles(resolved);
  const layout = locate(target, asMade(world.datasets), world.paths);
  const issues = checkLayout(target, layout, world);
  if (issues.length > 0) throw new ConfigError(issues);
  const moved = refuseMoves(resolved, layout, options, "change");
  refuseGone(resolved, layout, running ? "change" : "start");
  if (!running) refuseRunning(target, world, layout, { action: "start" });
  const disks = diskDevices(layout);
  const present = world.profiles.get(objectKey(instance.project, instance.ownProfile));
  const bare = { ...info, devices: devicesWithoutCopies(info, present) };
  const visible = { ...info, devices: applied(bare.devices, now.devices) };
  refuseHidden({ ...resolved, info: visible }, disks);
  const wanted = withKeptContent(ownContent(target, world, disks), info, present);
  const own = withoutSome(
    wanted,
    [...kept.profileDevices, ...left.profileDevices],
    [...kept.profileKeys, ...left.profileKeys],
  );
  const hidden = refuseHiddenSettings(target, world, visible, own);
  const volumes = createVolumes(resolved, layout, options);
  const creation = createFilesystems(
    resolved,
    layout,
    () => deviceOwner(target, world, info.expandedConfig, isMachine(info)),
    { resume: true },
  );
  // A rebuild checks them itself.
  const checked = rebuilds
    ? []
    : checkSettings(target, world, own, { vm: isMachine(info), config: withOwnConfig(info, own) });
  const isNeedless = comparison.desired.profiles?.includes(instance.ownProfile) === false;
  const profile = isNeedless ? undefined : profileStep(target, world, own, { adopt: options.adopt });
  const former = formerProfileSteps(target, comparison.formerProfile);
  const after = worldAfter(target, world, {
    info: bare,
    now,
    profiles: comparison.profiles?.list,
    file: newFile(info, target, options),
  });
  const changed = after.instances.get(objectKey(ref.project, ref.name))!;
  const devices = { ...changed.expandedDevices, ...own.devices };
  refuseLimits(
    resolved,
    "change",
    { vm: isMachine(info), config: withOwnConfig(changed, own), devices },
    false,
  );
  const filesystems = [
    ...volumes.steps,
    ...creation.steps,
    ...(creation.own ? [creation.own] : []),
    ...propertySteps(target, world, now.filesystems),
  ];
  const leaves = leftChanges(comparison, left, { rebuilds, keeps: options.take === "live" });
  const entries = keptEntries(kept, comparison);
  const result = {
    left: leaves,
    after,
    kept: entries,
    records: comparison.changes.filter(({ part }) => part !== "checks").length > leaves.length,
  };
  const notes = [...moved, ...hidden, ...checked, ...volumes.notes, ...creation.notes];
  const settings = settingSteps(ref, info, changed);
  if (rebuilds) {
    // The rebuild knows when the profile may change. A new profile does not affect the old instance.
    const made = profile && present === undefined ? withOwnProfile(target, world, own) : world;
    const plan = planRebuild(target, { ...made, instances: after.instances }, {
      ...options,
      kept: entries,
      resume: one.made.length > 0,
    });
    return {
      ...result,
      plan: {
        ...plan,
        steps: [
          ...filesystems,
          ...(profile && present === undefined ? [profile] : []),
          ...settings,
          ...plan.steps,
          ...former,
        ],
        notes: [...notes, ...plan.notes ?? []],
      },
    };
  }
  const steps: Step[] = [...deleteMade(target, made), ...filesystems];
  const power = restarts ? powerSteps(info, options) : undefined;
  steps.push(
    ...(power?.before ?? []),
    ...(profile ? [profile] : []),
    ...settings,
    ...(power?.after ?? []),
    ...former,
    ...(follows && restarts ? followedSteps(info) : []),
    ...(running
      ? []
      : [send(`Start instance ${ref.name}`, startInstance(ref), { already: "already running" })]),
  );
  const pending = pendingItems(items, { record: comparison.record, ...one.read });
  const isDue = comparison.changes.some(({ part }) => part === "checks");
  const isChecked = isDue || steps.length + pending.length > 0;
  if (pending.length > 0 || isChecked && target.instance.config.checks.length > 0) {
    refuseFrozen(info, "change");
  }
  const { key } = one.read;
  const isKnownKey = key !== undefined && comparison.record?.key === keyHash(key);
  // Items that the instance has already are carried over.
  const list = appliedItems(ref, items, pending, options);
  const known = {
    ...(options.take === "live" ? withEditions(list, items) : list),
    ...(isKnownKey ? { recordKey: key } : {}),
  };
  const started = !running || restarts;
  const ready = started || pending.length > 0
    ? readyStep(target, { devices, vm: isMachine(info) }, options, pending.length > 0)
    : undefined;
  steps.push(
    ...(ready ? [ready] : []),
    ...applySteps(ref, pending, {
      ...options,
      ...known,
      // Items of the journal run again where their results were changed by hand.
      resume: one.read.journal === undefined && one.read.guest === undefined,
      root: "used",
    }),
  );
  if (isChecked) steps.push(...checkSteps(target, world, started));
  return {
    ...result,
    plan: { instance: ref, steps, ...known, ...(notes.length > 0 ? { notes } : {}) },
  };
}

/** Returns the steps around changes that need a restart. */
function powerSteps(
  info: InstanceInfo,
  options: UpOptions,
): { readonly before: readonly Step[]; readonly after: readonly Step[] } {
  const { steps } = planPower(info, {
    restart: true,
    stopSeconds: options.stopSeconds,
    until: [],
    timeoutSeconds: options.readySeconds,
  });
  const [first, ...others] = steps;
  // An ephemeral instance restarts in one request: a stop would delete it.
  return others.length === 0 ? { before: [], after: steps } : { before: first ? [first] : [], after: others };
}
