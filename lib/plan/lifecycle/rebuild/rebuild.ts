/**
 * Plans `rebuild`: a new root filesystem from an image, while MAC addresses, profiles, configuration, devices
 * and data stay. Everything that can fail without the instance's standstill comes before it is stopped: also the
 * creation of the new root filesystem, as an instance beside the old one.
 *
 * @module
 */
import { noInstance } from "../../../base/missing.ts";
import { ConfigError, refuse } from "../../../base/errors.ts";
import type { InstanceInfo, InstanceRef } from "../../../ports/mod.ts";
import type { InstancePlan, Step } from "../../../step/step.ts";
import { appliedItems, applySteps, readyStep } from "../configure.ts";
import { createFilesystems } from "../../storage/create/filesystems.ts";
import { createVolumes } from "../../storage/create/volumes.ts";
import { checkLayout, diskDevices, locate } from "../../storage/layout.ts";
import { refuseHidden } from "../../checks/hidden_devices.ts";
import { refuseHiddenSettings, withoutCopies } from "../../checks/hidden_settings.ts";
import { checkSettings } from "../../checks/settings.ts";
import { restored } from "../../instance/exclusive_settings.ts";
import { deviceOwner, isTrue, presentBase } from "../../instance/idmap.ts";
import { checkImageType, downloadStep } from "../../instance/resolve/image.ts";
import { resolve } from "../../instance/resolve/resolve.ts";
import { need } from "../../instance/resolve/resolved.ts";
import { refuseLimits } from "../../checks/limits.ts";
import { refuseRoom } from "../../checks/room.ts";
import { refuseGone, refuseMoves } from "../../checks/moved_devices.ts";
import { refuseRunning } from "../../checks/renamed.ts";
import {
  isMachine,
  isRunning,
  otherConfig,
  ownInstance,
  RETURNED,
  STATE_MARK,
} from "../../instance/ownership.ts";
import { isHostRoot } from "../../storage/open_directories.ts";
import { type ProfileChanges, profileChanges } from "../../addresses/in_rebuild.ts";
import { ownContent, withOwnConfig } from "../../instance/resolve/own_profile.ts";
import { hasNote, noteChanges, notedBeforeSwap, stateAfterCut, wasStopped } from "./profile_note.ts";
import { inheritedConfig, profileStep, takesDiskAway } from "../../instance/resolve/profile.ts";
import { sparesOf } from "../../checks/rebuild_parts.ts";
import { refuseStart } from "../../instance/protection.ts";
import { checkSteps } from "../checks.ts";
import { compareSteps, idsLeft, noteSteps, rebuildItems, withNote } from "../ids.ts";
import { finishInPlace, inPlaceSteps, isRebuilt } from "./in_place.ts";
import { dataSnapshots } from "../data/snapshots.ts";
import { planPendingUndo } from "./pending_undo.ts";
import { planRenewal, type RenewalOptions } from "./renewal.ts";
import { bringsBack, forgetReturn, keepsOld, powerNotes, swapRefs, swapSteps } from "./swap.ts";
import { returnOf } from "./ways_back.ts";
import { deleteMade, finishSwap, leftovers } from "./unfinished_swap.ts";
import { type KeptEntries, withKeptContent } from "../../record/kept.ts";
import { needsNoProfile } from "../../record/local.ts";
import { decodeRecord, RECORD_MARK } from "../../record/record.ts";
import { objectKey, type PlanOptions, problem, refOf, type Target, type World } from "../../world.ts";

/** Options of a rebuild beyond those of every plan. */
export interface RebuildOptions extends PlanOptions, RenewalOptions {
  /** Delete the instance's snapshots, which belong to the deleted root filesystem. */
  readonly deleteSnapshots: boolean;
  /** Differences of the own profile that the user keeps, beside those that are recorded. */
  readonly kept?: KeptEntries;
  /** Let the daemon replace the root filesystem, which deletes the old one first. */
  readonly inPlace?: boolean;
}

/** Plans the rebuild of one instance. */
export function planRebuild(target: Target, world: World, options: RebuildOptions): InstancePlan {
  const resolved = resolve(target, world, { replaceRoot: true });
  const { instance } = target;
  const ref = refOf(instance);
  if (instance.config.origin) {
    throw new ConfigError([problem(target, "origin", "Cannot rebuild from an origin; an image is needed")]);
  }
  const pending = planPendingUndo(target, world, options);
  if (pending) return pending;
  const image = need(resolved.image);
  const { items, notes: systemNotes, ids } = rebuildItems(resolved, options);
  const found = ownInstance(target, world, "rebuild", options);
  const unfinished = leftovers(target, world);
  if (unfinished) {
    if (!options.resume) throw unfinished.error;
    if (!unfinished.present || unfinished.old) return finishSwap(resolved, unfinished, items, options);
  }
  if (!found) {
    throw noInstance(instance, { advice: ["To create it: lxops launch, with the same flags and file"] });
  }
  if (options.resume && isRebuilt(found)) return finishInPlace(resolved, found, items, options);
  if (options.resume && !unfinished && found.config[STATE_MARK] === RETURNED) return nothing(ref);
  const info = restored(found, inheritedConfig(found, world));
  checkImageType(target, image, isMachine(info));
  checkRebuild(target, world, info, options);
  const layout = locate(target, world.datasets, world.paths);
  const issues = checkLayout(target, layout, world);
  if (issues.length > 0) throw new ConfigError(issues);
  const moved = refuseMoves(resolved, layout, options, "rebuild");
  refuseGone(resolved, layout, "rebuild");
  if (!isRunning(info)) refuseRunning(target, world, layout, { action: "rebuild" });
  const disks = diskDevices(layout);
  refuseHidden(resolved, disks);
  const present = world.profiles.get(objectKey(ref.project, instance.ownProfile));
  const own = withKeptContent(ownContent(target, world, disks), info, present, options.kept);
  const expanded = withOwnConfig(info, own);
  const kept = withoutCopies(target, world, info, own);
  const hidden = [
    ...refuseHiddenSettings(target, world, kept, own),
    ...checkSettings(target, world, own, { vm: isMachine(info), config: expanded }),
  ];
  const renewal = planRenewal(resolved, withNote(kept, ids), own.devices, options);
  const inPlace = options.inPlace ?? false;
  const noted = inPlace ? undefined : notedBeforeSwap(found, target, world);
  const stopped = (hasNote(found) || unfinished !== undefined) && wasStopped(found);
  const runs = isRunning(info) || stopped;
  const isNeedless = !options.resetProfiles &&
    needsNoProfile(own, info, decodeRecord(info.config[RECORD_MARK]), instance.ownProfile);
  const whole = isNeedless
    ? undefined
    : profileStep(target, world, own, { adopt: options.adopt, action: "rebuild" });
  const profile: ProfileChanges = inPlace || isNeedless
    ? { steps: whole ? [whole] : [], contents: [] }
    : profileChanges(target, world, own, {
      info: renewal.info,
      before: noted && (noted.before ?? "absent"),
    });
  const made = unfinished?.made ?? [];
  const before: Step[] = [
    ...forgetReturn(found, ref),
    ...deleteMade(target, made),
  ];
  if (image.remote) before.push(downloadStep(target, image, isMachine(info)));
  const volumes = createVolumes(resolved, layout, options);
  const creation = createFilesystems(
    resolved,
    layout,
    () => deviceOwner(target, world, expanded, isMachine(info)),
    { hostRoot: isHostRoot(expanded, isMachine(info)), resume: options.resume },
  );
  before.push(...volumes.steps, ...creation.steps, ...(creation.own ? [creation.own] : []));
  // The own profile must exist before it can be among the profiles.
  const early = options.resetProfiles && !present;
  if (early) before.push(...profile.steps);
  const devices = { ...renewal.info.expandedDevices, ...own.devices };
  const room = inPlace ? [] : refuseRoom(resolved, devices);
  refuseLimits(
    resolved,
    "rebuild",
    { vm: isMachine(info), config: expanded, devices },
    // The new instance is created beside the old one.
    !inPlace,
  );
  const ready = readyStep(target, { devices, vm: isMachine(info) }, options, items.length > 0);
  const known = appliedItems(ref, items, items, options);
  const apply = applySteps(ref, items, { ...options, ...known, resume: false, root: "new" });
  const after = [...(ready ? [ready] : []), ...apply, ...checkSteps(target, world, true)];
  const done = idsLeft(target, world, ids);
  const change = {
    ...profile,
    ...(early ? { steps: [] } : {}),
    first: takesDiskAway(target, world, disks),
    ...(profile.steps.length > 0 ? { note: noteChanges(present, profile.contents, { noted, runs }) } : {}),
  };
  const changes = [...change.steps, ...renewal.steps, ...noteSteps(ref, ids)];
  const beforeStop = (fresh: InstanceRef) => compareSteps(resolved, info, fresh, ids);
  const back = returnOf(resolved, info, swapRefs(target, options), options);
  const data = dataSnapshots(target, world, { ...options, runs, back });
  const state = unfinished || hasNote(found)
    ? stateAfterCut(ref, target, world, { info: found, noted, isPowerKnown: runs || noted !== undefined })
    : undefined;
  const steps = inPlace
    ? [
      ...before,
      ...inPlaceSteps(
        resolved,
        { info, image, changes, after, done, unconfigured: apply.length > 0 },
        options,
      ),
    ]
    : [
      ...before,
      ...swapSteps(
        resolved,
        { old: info, info: renewal.info, image, change, beforeStop, after, done, data, wasStopped: stopped },
        options,
      ),
    ];
  return {
    instance: ref,
    steps,
    ...known,
    ...(inPlace ? {} : bringsBack(ref, options, data.advice, state)),
    notes: [
      ...room,
      ...creation.notes,
      ...systemNotes,
      ...moved,
      ...hidden,
      ...renewal.notes,
      ...powerNotes(found),
      ...notes(target, renewal.info, { isNeedless, changes: whole !== undefined }),
      ...data.notes,
    ],
  };
}

/** Returns the empty plan of a resumed rebuild whose old instance came back. */
function nothing(ref: InstanceRef): InstancePlan {
  const note =
    `The last rebuild of "${ref.name}" failed and the old instance came back: there is nothing to continue. ` +
    "To rebuild it, leave out --resume";
  return { instance: ref, steps: [], notes: [note] };
}

function checkRebuild(target: Target, world: World, info: InstanceInfo, options: RebuildOptions): void {
  const { instance } = target;
  const cannot = `Cannot rebuild instance "${instance.name}"`;
  refuseStart(info, info.expandedConfig, world, "rebuild");
  if (options.inPlace) checkInPlace(info, world, cannot);
  const snapshots = world.snapshots.get(objectKey(instance.project, instance.name)) ?? [];
  refuseSpareSnapshots(target, world, options);
  const keeps = keepsOld(target, options) && !options.inPlace;
  if (snapshots.length > 0 && !options.deleteSnapshots && !keeps) {
    throw refuse(
      cannot,
      `it has snapshots (${snapshots.join(", ")}), which belong to the root filesystem that goes`,
      ["To delete them with it, add --delete-snapshots", "To keep both as a spare, add --keep-old"],
    );
  }
  if (options.inPlace || isMachine(info) || !isTrue(info.expandedConfig["security.idmap.isolated"])) return;
  if (presentBase(info) !== undefined) return;
  throw refuse(
    cannot,
    "the daemon would give the new container other host ids, as it is isolated without security.idmap.base",
    [`Set security.idmap.base of "${instance.name}" to its present base`],
  );
}

/** Refuses to replace a spare that has snapshots, which would go with it. */
function refuseSpareSnapshots(target: Target, world: World, options: RebuildOptions): void {
  if (!keepsOld(target, options) || options.deleteSnapshots || options.inPlace) return;
  for (const { project, name } of sparesOf(target, world)) {
    const snapshots = world.snapshots.get(objectKey(project, name)) ?? [];
    if (snapshots.length === 0) continue;
    throw refuse(
      `Cannot rebuild instance "${target.instance.name}"`,
      `the old instance would take the place of spare "${name}", which has snapshots (${
        snapshots.join(", ")
      })`,
      ["To delete them with it, add --delete-snapshots"],
    );
  }
}

/** Refuses a rebuild by the daemon itself where it has none, or it would delete the instance. */
function checkInPlace(info: InstanceInfo, world: World, cannot: string): void {
  if (!world.server.extensions.has("instances_rebuild")) {
    throw refuse(cannot, `this server lacks "instances_rebuild", which --in-place needs`, [
      "Without --in-place, lxops creates the new instance beside the old one",
    ]);
  }
  if (!info.ephemeral || !isRunning(info)) return;
  throw refuse(cannot, "it is ephemeral, so stopping it would delete it", ["Leave out --in-place"]);
}

/**
 * Returns notes about values that stay unchanged.
 *
 * @param own whether the instance needs no profile of its own, and whether that changes
 */
function notes(
  target: Target,
  info: InstanceInfo,
  own: { readonly isNeedless: boolean; readonly changes: boolean },
): string[] {
  const { instance } = target;
  const found: string[] = [];
  const file = otherConfig(info, target);
  if (file !== undefined) found.push(`"${instance.name}" was made from "${file}" before`);
  const wanted = [...instance.profiles, ...(own.isNeedless ? [] : [instance.ownProfile])];
  if (wanted.join("\n") !== info.profiles.join("\n")) {
    found.push(
      `The profiles of "${instance.name}" stay as they are (${info.profiles.join(", ")}); ` +
        `the configuration says ${wanted.join(", ")}`,
    );
  }
  if (own.changes && !info.profiles.includes(instance.ownProfile)) {
    found.push(`Instance "${instance.name}" does not use its profile "${instance.ownProfile}"`);
  }
  return found;
}
