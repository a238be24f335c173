/**
 * Settings of a configuration that its instance does not get from its own profile, because the instance itself has
 * others.
 *
 * @module
 */
import { ConfigError, type Issue } from "../../base/errors.ts";
import type { Devices, InstanceInfo, ProfileInfo } from "../../ports/mod.ts";
import { send, sendEffect } from "../../step/build.ts";
import type { Step } from "../../step/step.ts";
import { DEVICES_MARK, keyOf, type OwnContent } from "../instance/resolve/own_profile.ts";
import { same } from "../instance/resolve/profile.ts";
import { patchInstance } from "../requests/instances.ts";
import { objectKey, problem, refOf, type Target, type World } from "../world.ts";

/**
 * Refuses devices of an own profile that a device of the instance itself hides. Returns notes about configuration that
 * the instance itself has otherwise.
 *
 * @throws {ConfigError}
 */
export function refuseHiddenSettings(
  target: Target,
  world: World,
  info: InstanceInfo | undefined,
  own: OwnContent,
): readonly string[] {
  if (!info) return [];
  const { client } = world.backend;
  const name = target.instance.name;
  const directories = new Set(target.instance.devices.map((one) => one.name));
  const issues = Object.entries(own.devices).flatMap(([device, keys]): Issue[] => {
    const local = info.devices[device];
    if (!local || directories.has(device) || same(local, keys)) return [];
    const message =
      `The instance itself has a ${local["type"] ?? "device"} "${device}", which hides this one; to take ` +
      `it away: ${client} config device remove ${name} ${device}`;
    return [problem(target, keyOf(target, device), message)];
  });
  if (issues.length > 0) throw new ConfigError(issues);
  return Object.entries(own.config).flatMap(([key, value]) => {
    const local = info.config[key] ?? "";
    return local === "" || local === value ? [] : [
      `"${name}" has ${key}=${local} itself, which counts, and not ${value} of the configuration; to take it away: ` +
      `${client} config unset ${name} ${key}`,
    ];
  });
}

/**
 * Returns devices of an instance itself without copies of NICs that lxops put into its own profile, as one has that came
 * back after a rebuild. A NIC that another program put into both stays, and so do those of an instance without the
 * profile.
 */
export function devicesWithoutCopies(
  { devices, profiles }: Pick<InstanceInfo, "devices" | "profiles">,
  profile: Pick<ProfileInfo, "name" | "devices" | "config"> | undefined,
): Devices {
  if (!profile || !profiles.includes(profile.name)) return devices;
  const ours = (profile.config[DEVICES_MARK] ?? "").split(",");
  const kept = Object.entries(devices).filter(([name, device]) =>
    device["type"] !== "nic" || !ours.includes(name) || !same(profile.devices[name], device)
  );
  return kept.length === Object.keys(devices).length ? devices : Object.fromEntries(kept);
}

/** Returns an instance without those that its configuration has, too: they would hide later changes of the profile. */
export function withoutCopies(
  target: Target,
  world: World,
  info: InstanceInfo,
  own: OwnContent,
): InstanceInfo {
  const { project, ownProfile } = target.instance;
  if (!info.profiles.includes(ownProfile)) return info;
  const profile = world.profiles.get(objectKey(project, ownProfile))?.devices ?? {};
  const kept = Object.entries(info.devices).filter(([name, device]) =>
    device["type"] !== "nic" || !own.devices[name] || !same(profile[name], device)
  );
  return kept.length === Object.keys(info.devices).length
    ? info
    : { ...info, devices: Object.fromEntries(kept) };
}

/**
 * Returns the step that takes configuration from an instance itself that its own profile has with the same value:
 * otherwise no change of the profile would count.
 */
export function localKeysStep(target: Target, info: InstanceInfo, own: OwnContent): readonly Step[] {
  const both = Object.entries(own.config).filter(([key, value]) => info.config[key] === value);
  if (both.length === 0) return [];
  const ref = refOf(target.instance);
  const keys = both.map(([key]) => key);
  return [
    send(
      `Leave ${keys.join(", ")} of instance ${ref.name} to its profile`,
      patchInstance(ref, { config: Object.fromEntries(keys.map((key) => [key, ""])) }),
      { undo: sendEffect(patchInstance(ref, { config: Object.fromEntries(both) })) },
    ),
  ];
}
