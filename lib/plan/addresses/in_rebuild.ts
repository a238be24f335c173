/**
 * Static addresses of profiles in a rebuild. A daemon writes the address and the MAC of a NIC into the files of its
 * DHCP server when the NIC changes, and not when it starts. So the own profile has no addresses while the two instances
 * swap, and gets them once the new one has the MAC of the old one, right before it starts. Meanwhile, it also has each
 * NIC to which another profile gives an address, without it: other profiles are not lxops' own.
 *
 * @module
 */
import { updateProfile } from "../requests/instances.ts";
import { send } from "../../step/build.ts";
import type { Step } from "../../step/step.ts";
import type { Devices, InstanceInfo, ProfileInfo } from "../../ports/mod.ts";
import { isNameOf } from "../instance/reserved_names.ts";
import { DEVICES_MARK, type OwnContent, ownContent } from "../instance/resolve/own_profile.ts";
import {
  isShared,
  profileStep,
  type ProfileStepOptions,
  wantedProfile,
} from "../instance/resolve/profile.ts";
import { objectKey, type Target, type World } from "../world.ts";

const KEYS = ["ipv4.address", "ipv6.address"] as const;

function hasAddress(device: Devices[string]): boolean {
  return device["type"] === "nic" && KEYS.some((key) => device[key] !== undefined && device[key] !== "none");
}

function withoutAddress(device: Devices[string]): Devices[string] {
  return Object.fromEntries(Object.entries(device).filter(([key]) => !KEYS.some((one) => one === key)));
}

/** Returns the content of an own profile without static addresses. */
function bare(own: OwnContent): OwnContent {
  const devices = Object.entries(own.devices).map(([name, device]) =>
    [name, hasAddress(device) ? withoutAddress(device) : device] as const
  );
  return { ...own, devices: Object.fromEntries(devices) };
}

/** Returns the NICs, without their addresses, to which only profiles give one that are before the own profile. */
function ofOthers(target: Target, world: World, own: OwnContent, info: Settings): Devices {
  const { project, ownProfile } = target.instance;
  const profile = world.profiles.get(objectKey(project, ownProfile));
  const at = info.profiles.indexOf(ownProfile);
  if (at < 0 || at < info.profiles.length - 1 || profile && isShared(target, world, profile)) return {};
  const all: Devices = Object.assign(
    {},
    ...info.profiles.slice(0, at).map((name) => world.profiles.get(objectKey(project, name))?.devices),
  );
  return Object.fromEntries(
    Object.entries(all).filter(([name, device]) =>
      hasAddress(device) && !own.devices[name] && !info.devices[name]
    ).map(([name, device]) => [name, withoutAddress(device)]),
  );
}

/** The settings of an instance that decide which profile gives it a NIC. */
type Settings = Pick<InstanceInfo, "devices" | "profiles">;

/** Changes of an own profile in a rebuild. */
export interface ProfileChanges {
  /** Changes that are made while no instance runs. */
  readonly steps: readonly Step[];
  /** The change that is made once the new instance has the MAC of the old one. */
  readonly last?: Step;
  /** The contents that the profile gets, one after the other. */
  readonly contents: readonly ProfileInfo[];
}

/**
 * Returns the changes of a target's own profile in a rebuild.
 *
 * @param info the settings that the new instance gets
 * @param before what a failure brings back, where an unfinished rebuild has changed the profile
 */
export function profileChanges(
  target: Target,
  world: World,
  own: OwnContent,
  { info, before }: { readonly info: Settings } & Pick<ProfileStepOptions, "before">,
): ProfileChanges {
  const whole = wantedProfile(target, world, own);
  const steps = (step: Step | undefined) => step ? [step] : [];
  const others = ofOthers(target, world, own, info);
  if (Object.keys(others).length === 0 && !Object.values(own.devices).some(hasAddress)) {
    return { steps: steps(profileStep(target, world, own, { before })), contents: [whole] };
  }
  const without = bare({ ...own, devices: { ...others, ...own.devices } });
  const name = target.instance.ownProfile;
  const first = profileStep(target, world, without, { before });
  const between = wantedProfile(target, world, without);
  const profiles = new Map([...world.profiles, [objectKey(between.project, name), between]]);
  const last = profileStep(target, { ...world, profiles }, own);
  return {
    steps: steps(first),
    contents: [between, whole],
    ...(last ? { last: { ...last, title: `Add static addresses to profile ${name}` } } : {}),
  };
}

/** Returns the step that gives an own profile the addresses that an unfinished rebuild took from it. */
export function addressesBack(target: Target, world: World): readonly Step[] {
  const { instance } = target;
  const profile = world.profiles.get(objectKey(instance.project, instance.ownProfile));
  if (!profile) return [];
  const own = ownContent(target, world, {}).devices;
  const wanted = Object.entries(own).filter(([, one]) => hasAddress(one));
  const lacking = wanted.filter(([name]) => profile.devices[name] && !hasAddress(profile.devices[name]));
  const ours = (profile.config[DEVICES_MARK] ?? "").split(",");
  // What hides the NIC of another profile.
  const hiding = Object.entries(profile.devices).filter(([name, device]) =>
    device["type"] === "nic" && !hasAddress(device) && !own[name] && ours.includes(name) &&
    !instance.settings.devices.some((one) => one.name === name)
  ).map(([name]) => name);
  // The old instance has its own copy of each NIC, without an address.
  if (lacking.length + hiding.length === 0 || !sharedByParts(target, world)) return [];
  const { description, config, devices } = profile;
  const shown = Object.entries(devices).filter(([name]) => !hiding.includes(name));
  const left = ours.filter((name) => !hiding.includes(name)).join(",");
  return [
    send(
      `Add static addresses to profile ${profile.name}`,
      updateProfile(instance.project, profile.name, {
        description,
        config: Object.fromEntries(
          Object.entries({ ...config, [DEVICES_MARK]: left }).filter(([, value]) => value !== ""),
        ),
        devices: { ...Object.fromEntries(shown), ...Object.fromEntries(lacking) },
      }),
      { partly: "always" },
    ),
  ];
}

/** Tells whether only the instances of a rebuild use a target's own profile. */
function sharedByParts({ instance }: Target, { instances }: World): boolean {
  return [...instances.values()].every((info) =>
    info.project !== (instance.project || "default") || !info.profiles.includes(instance.ownProfile) ||
    isNameOf(info, instance.name)
  );
}
