/**
 * Plans `rebuild`: a new root filesystem from an image, while MAC addresses, profiles, configuration, devices
 * and data stay. Everything that can fail without the instance's standstill comes before it is stopped.
 *
 * @module
 */
import { noInstance } from "../../base/missing.ts";
import { ConfigError, refuse } from "../../base/errors.ts";
import type { Item } from "../../cloudconfig/model/item.ts";
import { pending } from "../../cloudconfig/batch/journal.ts";
import type { InstanceInfo, InstanceRef } from "../../ports/mod.ts";
import { send } from "../../step/build.ts";
import type { InstancePlan, Step } from "../../step/step.ts";
import { applySteps, readyStep, targetItems } from "./configure.ts";
import { checkSteps } from "./checks.ts";
import { createFilesystems } from "../storage/create/filesystems.ts";
import { createVolumes } from "../storage/create/volumes.ts";
import { checkLayout, diskDevices, locate } from "../storage/layout.ts";
import { refuseHidden } from "../checks/hidden_devices.ts";
import { downloadStep } from "../instance/download.ts";
import { deviceOwner, isTrue } from "../instance/idmap.ts";
import { checkImageType, type ResolvedImage } from "../instance/image.ts";
import { resolve } from "../instance/resolve.ts";
import { need, type Resolved } from "../instance/resolved.ts";
import { refuseLimits } from "../checks/limits.ts";
import { refuseMoves } from "../checks/moved_devices.ts";
import { isMachine, isRunning, marks, otherConfig, ownInstance, STATE_MARK } from "../instance/ownership.ts";
import { isHostRoot } from "../storage/open_directories.ts";
import { profileStep, takesDiskAway } from "../instance/profile.ts";
import { refuseStart, unprotectStep } from "../instance/protection.ts";
import { noteChange } from "../checks/remembered.ts";
import {
  deleteInstance,
  deleteSnapshot,
  patchInstance,
  rebuildInstance,
  startInstance,
} from "../requests/instances.ts";
import { planRenewal, type RenewalOptions } from "./renewal.ts";
import { stopStep } from "../instance/stop.ts";
import { finishSwap, leftovers, swapSteps } from "./swap.ts";
import { objectKey, type PlanOptions, problem, refOf, type Target, type World } from "../world.ts";

const REBUILT = "rebuilt";
const CONFIGURED = "configured";

/** Options of a rebuild beyond those of every plan. */
export interface RebuildOptions extends PlanOptions, RenewalOptions {
  /** Delete the instance's snapshots, which belong to the root filesystem that goes. */
  readonly deleteSnapshots: boolean;
}

/** Plans the rebuild of one instance. */
export function planRebuild(target: Target, world: World, options: RebuildOptions): InstancePlan {
  const resolved = resolve(target, world, { replaceRoot: true });
  const { instance } = target;
  const ref = refOf(instance);
  if (instance.config.origin) {
    throw new ConfigError([problem(target, "origin", "Cannot rebuild from an origin; an image is needed")]);
  }
  const image = need(resolved.image);
  const { items, notes: systemNotes } = targetItems(resolved);
  const info = ownInstance(target, world, "rebuild", options);
  const unfinished = leftovers(target, world);
  if (unfinished) {
    if (!options.resume) throw unfinished.error;
    if (!unfinished.present || unfinished.old) return finishSwap(resolved, unfinished, items, options);
  }
  if (!info) {
    throw noInstance(instance, { advice: ["To create it: lxops launch, with the same flags and file"] });
  }
  if (options.resume && info.config[STATE_MARK] === REBUILT) {
    return { instance: ref, steps: finishRebuild(resolved, info, items, options) };
  }
  checkImageType(target, image, isMachine(info));
  checkRebuild(target, world, info, options);
  const layout = locate(target, world.datasets, world.paths);
  const issues = checkLayout(target, layout, world);
  if (issues.length > 0) throw new ConfigError(issues);
  const moved = refuseMoves(resolved, layout, options, "rebuild");
  const disks = diskDevices(layout);
  refuseHidden(resolved, disks);
  const renewal = planRenewal(resolved, info, disks, options);
  const profile = profileStep(target, world, disks);
  const before: Step[] = unfinished?.made ? deleteSteps(target, unfinished.made) : [];
  if (image.remote) before.push(downloadStep(target, image, isMachine(info)));
  const volumes = createVolumes(resolved, layout, options);
  const creation = createFilesystems(
    resolved,
    layout,
    () => deviceOwner(target, world, info.expandedConfig, isMachine(info)),
    { hostRoot: isHostRoot(info.expandedConfig, isMachine(info)), resume: options.resume },
  );
  before.push(...volumes.steps, ...creation.steps, ...(creation.own ? [creation.own] : []));
  // One that is to be among the profiles has to be there first.
  const early = profile && options.resetProfiles &&
    !world.profiles.has(objectKey(ref.project, instance.ownProfile));
  if (early) before.push(profile);
  const late = early ? undefined : profile;
  const devices = { ...renewal.info.expandedDevices, ...disks };
  const swap = !world.server.extensions.has("instances_rebuild");
  refuseLimits(
    resolved,
    "rebuild",
    { vm: isMachine(info), config: info.expandedConfig, devices },
    // A swap creates the new instance next to the old one.
    swap,
  );
  const ready = readyStep(target, { devices, vm: isMachine(info) }, options, items.length > 0);
  const apply = applySteps(ref, items, { ...options, resume: false });
  const after = [...(ready ? [ready] : []), ...apply, ...checkSteps(target, true)];
  const change = { steps: late ? [late] : [], first: takesDiskAway(target, world, disks) };
  const changes = [...change.steps, ...renewal.steps];
  const steps = swap
    ? [...before, ...swapSteps(resolved, { info: renewal.info, image, change, after }, options)]
    : [
      ...before,
      ...rebuildSteps(resolved, { info, image, changes, unconfigured: apply.length > 0 }, options),
      ...after,
      ...(apply.length > 0 ? [doneStep(target)] : []),
    ];
  return {
    instance: ref,
    steps,
    notes: [
      ...creation.notes,
      ...systemNotes,
      ...moved,
      ...renewal.notes,
      ...notes(target, renewal.info, profile !== undefined),
    ],
  };
}

/** A rebuild by the daemon itself. */
interface Rebuild {
  readonly info: InstanceInfo;
  readonly image: ResolvedImage;
  /** Steps that the instance must be stopped for. */
  readonly changes: readonly Step[];
  /** True where cloud-config is yet to be applied. */
  readonly unconfigured: boolean;
}

function rebuildSteps(
  { target, world }: Resolved,
  { info, image, changes, unconfigured }: Rebuild,
  options: RebuildOptions,
): Step[] {
  const ref = refOf(target.instance);
  const snapshots = world.snapshots.get(objectKey(ref.project, ref.name)) ?? [];
  return [
    ...forgetStep(info, ref),
    ...(isRunning(info) ? [stopStep(ref, options.stopSeconds)] : []),
    ...snapshots.map((name) => send(`Delete snapshot ${ref.name}/${name}`, deleteSnapshot(ref, name))),
    ...changes,
    send(`Rebuild instance ${ref.name} from ${image.text}`, rebuildInstance(ref, image.source), {
      commits: true,
    }),
    ...markStep(target, info, unconfigured),
    send(`Start instance ${ref.name}`, startInstance(ref)),
  ];
}

/** Returns the step that removes the mark of an earlier rebuild, which would be wrong if this one failed. */
function forgetStep(info: InstanceInfo, ref: InstanceRef): Step[] {
  if (info.config[STATE_MARK] !== REBUILT) return [];
  return [
    send(
      `Forget an earlier rebuild of instance ${ref.name}`,
      patchInstance(ref, { config: { [STATE_MARK]: "" } }),
    ),
  ];
}

/** Returns the step that marks the new root filesystem, so that `--resume` does not create it again. */
function markStep(target: Target, info: InstanceInfo, unconfigured: boolean): Step[] {
  const wanted = {
    ...marks(target),
    ...noteChange(info, target),
    ...(unconfigured ? { [STATE_MARK]: REBUILT } : {}),
  };
  const marked = ([key, value]: [string, string]) => key !== STATE_MARK && info.config[key] === value;
  if (Object.entries(wanted).every(marked)) return [];
  return [
    send(`Mark instance ${info.name} as rebuilt`, patchInstance(refOf(target.instance), { config: wanted })),
  ];
}

function doneStep(target: Target): Step {
  return send(
    `Mark instance ${target.instance.name} as configured`,
    patchInstance(refOf(target.instance), { config: { [STATE_MARK]: CONFIGURED } }),
  );
}

/** Returns the remaining steps of a rebuild whose root filesystem is there. */
function finishRebuild(
  { target, world }: Resolved,
  info: InstanceInfo,
  items: readonly Item[],
  options: RebuildOptions,
): Step[] {
  const ref = refOf(target.instance);
  const journal = world.journals.get(objectKey(ref.project, ref.name));
  const left = journal === undefined ? items : pending(items, journal);
  const ready = readyStep(
    target,
    { devices: info.expandedDevices, vm: isMachine(info) },
    options,
    left.length > 0,
  );
  return [
    ...(isRunning(info) ? [] : [send(`Start instance ${ref.name}`, startInstance(ref))]),
    ...(ready ? [ready] : []),
    ...applySteps(ref, left, { ...options, resume: true }),
    ...checkSteps(target, true),
    doneStep(target),
  ];
}

function deleteSteps(target: Target, info: InstanceInfo): Step[] {
  const ref = { ...refOf(target.instance), name: info.name };
  return [
    ...unprotectStep(info, ref),
    send(`Delete instance ${info.name}, which an unfinished rebuild left`, deleteInstance(ref), {
      removes: [{ kind: "instance", ...ref }],
    }),
  ];
}

function checkRebuild(target: Target, world: World, info: InstanceInfo, options: RebuildOptions): void {
  const { instance } = target;
  const cannot = `Cannot rebuild instance "${instance.name}"`;
  refuseStart(info, info.expandedConfig, world, "rebuild");
  if (info.ephemeral && isRunning(info)) {
    throw refuse(cannot, "it is ephemeral, so stopping it would delete it", ["Launch it anew instead"]);
  }
  const snapshots = world.snapshots.get(objectKey(instance.project, instance.name)) ?? [];
  if (snapshots.length > 0 && !options.deleteSnapshots) {
    throw refuse(
      cannot,
      `it has snapshots (${snapshots.join(", ")}), which belong to the root filesystem that goes`,
      ["To delete them with it, add --delete-snapshots"],
    );
  }
  if (!world.server.extensions.has("instances_rebuild")) {
    if (
      isTrue(info.expandedConfig["security.idmap.isolated"]) && !info.expandedConfig["security.idmap.base"]
    ) {
      throw refuse(
        cannot,
        "this daemon would give the new container other host ids, as it is isolated without security.idmap.base",
        [`Set security.idmap.base of "${instance.name}" to its present base`],
      );
    }
  }
}

function notes(target: Target, info: InstanceInfo, profileChanges: boolean): string[] {
  const { instance } = target;
  const found: string[] = [];
  const file = otherConfig(info, target);
  if (file !== undefined) found.push(`"${instance.name}" was made from "${file}" before`);
  const wanted = [...instance.profiles, instance.ownProfile];
  if (wanted.join("\n") !== info.profiles.join("\n")) {
    found.push(
      `The profiles of "${instance.name}" stay as they are (${info.profiles.join(", ")}); ` +
        `the configuration says ${wanted.join(", ")}`,
    );
  }
  if (profileChanges && !info.profiles.includes(instance.ownProfile)) {
    found.push(`Instance "${instance.name}" does not use its profile "${instance.ownProfile}"`);
  }
  return found;
}
