/**
 * The world once an instance and its own profile have changed.
 *
 * @module
 */
import type { InstanceInfo, ProfileInfo } from "../../ports/mod.ts";
import { noteChange } from "../checks/remembered.ts";
import type { OwnContent } from "../instance/resolve/own_profile.ts";
import { wantedProfile } from "../instance/resolve/profile.ts";
import { objectKey, type Target, type World } from "../world.ts";
import type { MapDifferences } from "./compare.ts";
import { applied, withSettings } from "./settings.ts";

/** Returns the world with the own profile of a target as its configuration wants it. */
export function withOwnProfile(target: Target, world: World, own: OwnContent): World {
  const { project, ownProfile } = target.instance;
  const key = objectKey(project, ownProfile);
  return { ...world, profiles: new Map([...world.profiles, [key, wantedProfile(target, world, own)]]) };
}

/** Changes of an instance. */
export interface After {
  readonly info: InstanceInfo;
  readonly now: MapDifferences;
  readonly profiles: readonly string[] | undefined;
  readonly file: Readonly<Record<string, string>> | undefined;
}

/** Returns the world after the changes of an instance and its own profile. */
export function worldAfter(target: Target, world: World, { info, now, profiles, file }: After): World {
  const { project, ownProfile } = target.instance;
  const key = objectKey(project, ownProfile);
  const old = world.profiles.get(key);
  const profile: ProfileInfo = {
    ...(old ?? { name: ownProfile, project, description: "", usedBy: [] }),
    devices: applied(old?.devices ?? {}, now.profileDevices),
    config: applied(old?.config ?? {}, now.profileKeys),
  };
  const known = new Map([...world.profiles, [key, profile]]);
  const changed = withSettings(info, {
    config: { ...applied(info.config, now.keys), ...noteChange(info, target), ...file },
    devices: applied(info.devices, now.devices),
    profiles: profiles ?? info.profiles,
  }, (name) => known.get(objectKey(project, name)));
  const instances = new Map([...world.instances, [objectKey(project, info.name), changed]]);
  return { ...world, instances, profiles: known };
}
