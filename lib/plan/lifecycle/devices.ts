/**
 * Plans `create-devices` and `create-profile`: parts of a launch by themselves.
 *
 * @module
 */
import { ConfigError, refuse } from "../../base/errors.ts";
import type { InstancePlan } from "../../step/step.ts";
import { createFilesystems } from "../storage/create/filesystems.ts";
import { createVolumes } from "../storage/create/volumes.ts";
import { asMade, checkLayout, diskDevices, type Layout, locate } from "../storage/layout.ts";
import type { FillOptions } from "../storage/create/fill_image.ts";
import { refuseHidden } from "../checks/hidden_devices.ts";
import { refuseHiddenSettings } from "../checks/hidden_settings.ts";
import { checkSettings } from "../checks/settings.ts";
import { deviceOwner } from "../instance/idmap.ts";
import { resolve } from "../instance/resolve/resolve.ts";
import { need, type Resolved } from "../instance/resolve/resolved.ts";
import { refuseMoves } from "../checks/moved_devices.ts";
import { isMachine, isRunning } from "../instance/ownership.ts";
import { isHostRoot } from "../storage/open_directories.ts";
import { ownContent } from "../instance/resolve/own_profile.ts";
import { CREATES_PROFILE, profileStep } from "../instance/resolve/profile.ts";
import { keptNotes, withKeptContent } from "../record/kept.ts";
import { objectKey, type PlanOptions, refOf, type Target, type World } from "../world.ts";

interface Checked {
  readonly layout: Layout;
  readonly moved: readonly string[];
}

function checked(
  resolved: Resolved,
  options: PlanOptions,
  action: string,
  datasets = resolved.world.datasets,
): Checked {
  const { target, world } = resolved;
  const layout = locate(target, datasets, world.paths);
  const issues = checkLayout(target, layout, world);
  if (issues.length > 0) throw new ConfigError(issues);
  return { layout, moved: refuseMoves(resolved, layout, options, action) };
}

/** Plans a target's missing filesystems and device directories. */
export function planCreateDevices(target: Target, world: World, options: PlanOptions): InstancePlan {
  return planDevices(resolve(target, world, options), options, {});
}

/**
 * Plans to fill a target's empty device directories from the image.
 *
 * @throws {StateError} where the instance runs with a directory that would be replaced
 */
export function planExtract(target: Target, world: World, options: PlanOptions): InstancePlan {
  const resolved = resolve(target, world, options);
  const { info: existing } = resolved;
  if (existing && isRunning(existing)) {
    throw refuse(
      `Cannot extract device directories of instance "${existing.name}"`,
      `it is ${existing.status.toLowerCase()}`,
      ["Stop the instance first"],
    );
  }
  return planDevices(resolved, options, { extract: true });
}

function planDevices(resolved: Resolved, options: PlanOptions, filling: FillOptions): InstancePlan {
  const { target, world, info: existing } = resolved;
  const created = need(resolved.creation);
  const config = existing?.expandedConfig ?? created.config;
  const vm = existing ? isMachine(existing) : created.options.vm;
  const { layout, moved } = checked(resolved, options, "create devices for", asMade(world.datasets));
  const owner = () => deviceOwner(target, world, config, vm);
  // A later launch may find another id map; the directories keep their owner then.
  const volumes = createVolumes(resolved, layout, options);
  const { steps, notes } = createFilesystems(resolved, layout, owner, {
    ...filling,
    hostRoot: isHostRoot(config, vm),
    // Leftovers of an earlier run are continued without a note.
    resume: true,
  });
  return {
    instance: refOf(target.instance),
    steps: [...volumes.steps, ...steps],
    notes: [...moved, ...volumes.notes, ...notes],
  };
}

/** Plans a target's own profile. */
export function planCreateProfile(target: Target, world: World, options: PlanOptions): InstancePlan {
  const resolved = resolve(target, world, options);
  const { layout, moved } = checked(resolved, options, "create the profile of");
  const disks = diskDevices(layout);
  refuseHidden(resolved, disks);
  const { info } = resolved;
  const wanted = ownContent(target, world, disks);
  const { project, ownProfile } = target.instance;
  const own = withKeptContent(wanted, info, world.profiles.get(objectKey(project, ownProfile)));
  const { options: { vm }, config } = need(resolved.creation);
  const hidden = [
    ...refuseHiddenSettings(target, world, info, own),
    ...checkSettings(target, world, own, { vm: info ? isMachine(info) : vm, config }),
  ];
  const step = profileStep(target, world, own, {
    adopt: options.adopt,
    action: CREATES_PROFILE,
  });
  return {
    instance: refOf(target.instance),
    steps: step ? [step] : [],
    notes: [...moved, ...hidden, ...keptNotes(target, wanted, own)],
  };
}
