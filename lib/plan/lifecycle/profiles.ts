/**
 * Comparison of the profiles of an instance, and of the content of its own one, with its configuration.
 *
 * @module
 */
import { ConfigError, refuse, StateError } from "../../base/errors.ts";
import type { InstanceInfo, ProfileInfo } from "../../ports/mod.ts";
import { send, sendEffect } from "../../step/build.ts";
import type { InstancePlan, Step } from "../../step/step.ts";
import { createFilesystems } from "../storage/create/filesystems.ts";
import { createVolumes } from "../storage/create/volumes.ts";
import { checkLayout, diskDevices, type Layout, locate } from "../storage/layout.ts";
import { refuseHidden } from "../checks/hidden_devices.ts";
import { localKeysStep, refuseHiddenSettings } from "../checks/hidden_settings.ts";
import { checkSettings } from "../checks/settings.ts";
import { deviceOwner } from "../instance/idmap.ts";
import { EPHEMERAL_MARK } from "../instance/resolve/ephemeral.ts";
import { refuseLimits } from "../checks/limits.ts";
import { resolve } from "../instance/resolve/resolve.ts";
import { need, type Resolved } from "../instance/resolve/resolved.ts";
import { refuseGone, refuseMoves } from "../checks/moved_devices.ts";
import { isMachine, ownInstance } from "../instance/ownership.ts";
import { DEVICES_MARK, type OwnContent, ownContent, withOwnConfig } from "../instance/resolve/own_profile.ts";
import { KEYS_MARK, profileStep, same } from "../instance/resolve/profile.ts";
import { keptNotes, withKeptContent } from "../record/kept.ts";
import { noteStep } from "../checks/remembered.ts";
import { patchInstance } from "../requests/instances.ts";
import { objectKey, type PlanOptions, refOf, type Target, type World } from "../world.ts";

/** Keys of a profile that no configuration has. */
const MARKS: ReadonlySet<string> = new Set([DEVICES_MARK, KEYS_MARK, EPHEMERAL_MARK]);

/** A difference between a configuration and the profiles of its instance. */
export interface ProfileDifference {
  /** Name of the instance's own profile; empty where the list of profiles differs. */
  readonly profile: string;
  readonly part: "profiles" | "order" | "profile" | "device" | "key";
  /** Name of the device or key; empty for other parts. */
  readonly name: string;
  /** Value in the configuration; null: none. */
  readonly config: string | null;
  /** Value of the instance or its profile; null: none. */
  readonly found: string | null;
}

/**
 * Lists the differences between a configuration and its instance, without those that the user keeps (`up --take live`).
 */
export function profileDifferences(target: Target, world: World): readonly ProfileDifference[] {
  const resolved = resolve(target, world);
  const { ownProfile, project } = target.instance;
  const info = existing(resolved);
  const wanted = need(resolved.profiles);
  const lists = listDifferences(wanted, info.profiles);
  const profile = world.profiles.get(objectKey(project, ownProfile));
  if (!profile) {
    return [...lists, { profile: ownProfile, part: "profile", name: "", config: "", found: null }];
  }
  const wantedContent = ownContent(target, world, diskDevices(layoutOf(resolved)));
  const own = withKeptContent(wantedContent, info, profile);
  return [...lists, ...contentDifferences(profile, own)];
}

/** Returns a difference of an instance as a line. */
export function differenceLine(
  instance: string,
  { profile, part, name, config, found }: ProfileDifference,
): string {
  switch (part) {
    case "order":
      return `${instance} profiles are in different order: ${config}`;
    case "profiles":
      return found === null
        ? `${instance} profiles only in config: ${config}`
        : `${instance} profiles only in container: ${found}`;
    case "profile":
      return `${profile} is not there`;
    case "device":
      return config === null
        ? `${profile} device only in profile: ${name} ${found}`
        : found === null
        ? `${profile} device only in config: ${name} ${config}`
        : `${profile} device differs: ${name} config: ${config} profile: ${found}`;
    case "key":
      return config === null
        ? `${profile} config only in profile: ${name}=${found}`
        : found === null
        ? `${profile} config only in config: ${name}=${config}`
        : `${profile} config differs: ${name} config: ${config} profile: ${found}`;
  }
}

function listDifferences(wanted: readonly string[], found: readonly string[]): ProfileDifference[] {
  const inConfig = wanted.filter((profile) => !found.includes(profile));
  const inInstance = found.filter((profile) => !wanted.includes(profile));
  const list = { profile: "", part: "profiles", name: "" } as const;
  if (inConfig.length + inInstance.length === 0) {
    return same(wanted, found)
      ? []
      : [{ ...list, part: "order", config: wanted.join(" "), found: found.join(" ") }];
  }
  return [
    ...(inConfig.length > 0 ? [{ ...list, config: inConfig.join(" "), found: null }] : []),
    ...(inInstance.length > 0 ? [{ ...list, config: null, found: inInstance.join(" ") }] : []),
  ];
}

function contentDifferences(profile: ProfileInfo, own: OwnContent): ProfileDifference[] {
  const { name, devices, config } = profile;
  const differences: ProfileDifference[] = [];
  const names = (...all: readonly Readonly<Record<string, unknown>>[]) =>
    [...new Set(all.flatMap((one) => Object.keys(one)))].sort();
  for (const device of names(own.devices, devices)) {
    const [ours, theirs] = [own.devices[device], devices[device]];
    if (ours && theirs && same(ours, theirs)) continue;
    differences.push({
      profile: name,
      part: "device",
      name: device,
      config: ours ? keysText(ours) : null,
      found: theirs ? keysText(theirs) : null,
    });
  }
  for (const key of names(own.config, config)) {
    const [ours, theirs] = [own.config[key], config[key]];
    if (MARKS.has(key) || ours === theirs) continue;
    differences.push({ profile: name, part: "key", name: key, config: ours ?? null, found: theirs ?? null });
  }
  return differences;
}

function keysText(device: Readonly<Record<string, string>>): string {
  return Object.entries(device).sort().map(([key, value]) => `${key}=${value}`).join(" ");
}

function layoutOf({ target, world }: Resolved): Layout {
  const layout = locate(target, world.datasets, world.paths);
  const issues = checkLayout(target, layout, world);
  if (issues.length > 0) throw new ConfigError(issues);
  return layout;
}

function existing({ target, info }: Resolved): InstanceInfo {
  if (info) return info;
  throw new StateError(`There is no instance "${target.instance.name}"`, {
    kind: "missing",
    advice: ["To make it: lxops launch"],
  });
}

/** Plans `profile apply`: the own profile's devices, and the instance's list of profiles. */
export function planProfileApply(target: Target, world: World, options: PlanOptions): InstancePlan {
  const resolved = resolve(target, world, options);
  const info = ownInstance(target, world, "change", options) ?? existing(resolved);
  const wanted = need(resolved.profiles);
  const missing = wanted.filter((name) =>
    name !== target.instance.ownProfile && !world.profiles.has(objectKey(target.instance.project, name))
  );
  if (missing.length > 0) {
    throw refuse(`There is no profile "${missing.join('", "')}"`, [], [], "missing");
  }
  const layout = layoutOf(resolved);
  const moved = refuseMoves(resolved, layout, options, "change");
  refuseGone(resolved, layout, "change");
  const volumes = createVolumes(resolved, layout, options);
  const creation = createFilesystems(
    resolved,
    layout,
    () => deviceOwner(target, world, info.expandedConfig, isMachine(info)),
  );
  const disks = diskDevices(layout);
  refuseHidden(resolved, disks);
  const { project, ownProfile } = target.instance;
  const configured = ownContent(target, world, disks);
  const own = withKeptContent(configured, info, world.profiles.get(objectKey(project, ownProfile)));
  const config = withOwnConfig(info, own);
  const hidden = [
    ...refuseHiddenSettings(target, world, info, own),
    ...checkSettings(target, world, own, { vm: isMachine(info), config }),
  ];
  const devices = { ...info.expandedDevices, ...own.devices };
  refuseLimits(resolved, "change", { vm: isMachine(info), config, devices }, false);
  const content = profileStep(target, world, own, { adopt: options.adopt });
  const list = listStep(target, info, wanted);
  const changes = [creation.own, content, list, ...localKeysStep(target, info, own)]
    .filter((step) => step !== undefined);
  return {
    instance: refOf(target.instance),
    steps: [...volumes.steps, ...creation.steps, ...changes, ...noteStep(info, target)],
    notes: [...moved, ...hidden, ...volumes.notes, ...creation.notes, ...keptNotes(target, configured, own)],
  };
}

/** Plans `profile reorder`, which changes an instance only where the configuration has the same profiles. */
export function planProfileReorder(target: Target, world: World, options: PlanOptions): InstancePlan {
  const resolved = resolve(target, world, options);
  const info = ownInstance(target, world, "change", options) ?? existing(resolved);
  const wanted = need(resolved.profiles);
  if (!same(wanted.toSorted(), info.profiles.toSorted())) {
    throw new StateError(`profiles differ: ${target.instance.name}`, {
      kind: "differs",
      advice: ["To see how: lxops profile diff; to take those of the configuration: lxops profile apply"],
    });
  }
  const step = listStep(target, info, wanted);
  return { instance: refOf(target.instance), steps: step ? [step] : [] };
}

function listStep(target: Target, info: InstanceInfo, wanted: readonly string[]): Step | undefined {
  if (same(wanted, info.profiles)) return undefined;
  const ref = refOf(target.instance);
  return send(
    `Set the profiles of instance ${ref.name} to ${wanted.join(", ")}`,
    patchInstance(ref, { profiles: wanted }),
    { undo: sendEffect(patchInstance(ref, { profiles: info.profiles })) },
  );
}
