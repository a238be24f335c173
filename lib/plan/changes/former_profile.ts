/**
 * The earlier own profile of an instance, from before its configuration named another one (`profile-pattern`).
 *
 * @module
 */
import type { InstanceInfo, ProfileInfo } from "../../ports/mod.ts";
import { send, sendEffect } from "../../step/build.ts";
import type { Step } from "../../step/step.ts";
import { EPHEMERAL_MARK } from "../instance/resolve/ephemeral.ts";
import { DEVICES_MARK } from "../instance/resolve/own_profile.ts";
import { KEYS_MARK, otherUsers } from "../instance/resolve/profile.ts";
import type { InstanceRecord } from "../record/record.ts";
import { createProfile, deleteProfile } from "../requests/instances.ts";
import { objectKey, type Target, type World } from "../world.ts";

/** An instance with its profiles and its record. */
interface Compared {
  readonly info: InstanceInfo;
  readonly record: InstanceRecord | undefined;
  /** The profiles that its configuration names, and its own. */
  readonly desired: readonly string[] | undefined;
  /** The profiles that it loses. */
  readonly removed: readonly string[] | undefined;
}

/**
 * Returns the earlier own profile of an instance, if lxops made it for this configuration with everything in it, and no
 * other instance has it. The record only names the profile: a user who may change the instance may change the record.
 */
export function formerProfile(
  { instance }: Target,
  world: Pick<World, "profiles">,
  { info, record, desired, removed }: Compared,
): ProfileInfo | undefined {
  const former = record?.profiles?.at(-1);
  if (former === undefined || former === instance.ownProfile || former === "default") return undefined;
  // After a rename, a profile without the instance's name may belong to another instance.
  if (!former.includes(info.name)) return undefined;
  if (!desired || desired.includes(former)) return undefined;
  if (info.profiles.includes(former) && !removed?.includes(former)) return undefined;
  const profile = world.profiles.get(objectKey(instance.project, former));
  if (!profile || profile.description !== instance.config.file || !isOursAlone(profile)) return undefined;
  const others = otherUsers(profile.usedBy, (one) => one === info.name, instance.project);
  return others.length === 0 ? profile : undefined;
}

/** Tells whether lxops made everything in a profile. */
function isOursAlone({ devices, config }: ProfileInfo): boolean {
  const listed = (mark: string) => (config[mark] ?? "").split(",");
  const keys = [DEVICES_MARK, KEYS_MARK, EPHEMERAL_MARK, ...listed(KEYS_MARK)];
  const names = listed(DEVICES_MARK);
  return Object.keys(config).every((key) => keys.includes(key)) &&
    Object.keys(devices).every((name) => names.includes(name));
}

/** Returns the step that deletes an earlier own profile once its instance has another one. */
export function formerProfileSteps(
  { instance: { project } }: Target,
  former: ProfileInfo | undefined,
): Step[] {
  if (!former) return [];
  const { name, description, config, devices } = former;
  return [
    send(`Delete profile ${name}`, deleteProfile(project, name), {
      // Another instance has the profile meanwhile.
      already: "in use",
      removes: [{ kind: "profile", project, name }],
      undo: sendEffect(createProfile(project, name, { description, config, devices })),
    }),
  ];
}
