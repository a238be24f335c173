/**
 * Static addresses of an own profile in a rebuild. A daemon writes the address and the MAC of a NIC into the files of its
 * DHCP server when the NIC changes, and not when it starts. So the profile has no addresses while the two instances
 * swap, and gets them once the new one has the MAC of the old one, right before it starts.
 *
 * @module
 */
import { updateProfile } from "../requests/instances.ts";
import { send } from "../../step/build.ts";
import type { Step } from "../../step/step.ts";
import type { Devices } from "../../ports/mod.ts";
import { isNameOf } from "../instance/reserved_names.ts";
import { type OwnContent, ownContent } from "../instance/resolve/own_profile.ts";
import { profileStep, wantedProfile } from "../instance/resolve/profile.ts";
import { objectKey, type Target, type World } from "../world.ts";

const KEYS = ["ipv4.address", "ipv6.address"] as const;

function hasAddress(device: Devices[string]): boolean {
  return device["type"] === "nic" && KEYS.some((key) => device[key] !== undefined && device[key] !== "none");
}

/** Returns the content of an own profile without static addresses. */
function bare(own: OwnContent): OwnContent {
  const devices = Object.entries(own.devices).map(([name, device]) => [
    name,
    hasAddress(device)
      ? Object.fromEntries(Object.entries(device).filter(([key]) => !KEYS.some((one) => one === key)))
      : device,
  ]);
  return { ...own, devices: Object.fromEntries(devices) };
}

/** Changes of an own profile in a rebuild. */
export interface ProfileChanges {
  /** Changes that are made while no instance runs. */
  readonly steps: readonly Step[];
  /** The change that is made once the new instance has the MAC of the old one. */
  readonly last?: Step;
}

/** Returns the changes of a target's own profile in a rebuild. */
export function profileChanges(target: Target, world: World, own: OwnContent): ProfileChanges {
  const steps = (step: Step | undefined) => step ? [step] : [];
  if (!Object.values(own.devices).some(hasAddress)) return { steps: steps(profileStep(target, world, own)) };
  const without = bare(own);
  const name = target.instance.ownProfile;
  const before = profileStep(target, world, without);
  const between = wantedProfile(target, world, without);
  const profiles = new Map([...world.profiles, [objectKey(between.project, name), between]]);
  const last = profileStep(target, { ...world, profiles }, own);
  return {
    steps: steps(before),
    ...(last ? { last: { ...last, title: `Give static addresses to profile ${name}` } } : {}),
  };
}

/** Returns the step that gives an own profile the addresses that an unfinished rebuild took from it. */
export function addressesBack(target: Target, world: World): readonly Step[] {
  const { instance } = target;
  const profile = world.profiles.get(objectKey(instance.project, instance.ownProfile));
  const wanted = Object.entries(ownContent(target, world, {}).devices).filter(([, one]) => hasAddress(one));
  const lacking = wanted.filter(([name]) => profile?.devices[name] && !hasAddress(profile.devices[name]));
  // The old instance has its own copy of each NIC, without an address.
  if (!profile || lacking.length === 0 || !sharedByParts(target, world)) return [];
  const { description, config, devices } = profile;
  return [
    send(
      `Give static addresses to profile ${profile.name}`,
      updateProfile(instance.project, profile.name, {
        description,
        config,
        devices: { ...devices, ...Object.fromEntries(lacking) },
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
