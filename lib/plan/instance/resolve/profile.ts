/**
 * An instance's own profile: it has the disk devices of lxops, and devices and keys from the configuration.
 *
 * @module
 */
import { parseApiPath } from "../../../base/api.ts";
import { refuse } from "../../../base/errors.ts";
import { quote } from "../../../base/shell.ts";
import type { Devices, InstanceInfo, ProfileInfo } from "../../../ports/mod.ts";
import { send, sendEffect } from "../../../step/build.ts";
import type { Step } from "../../../step/step.ts";
import { createProfile, deleteProfile, updateProfile } from "../../requests/instances.ts";
import { DEVICES_MARK, type OwnContent } from "./own_profile.ts";
import { EPHEMERAL_MARK, ephemeralMark, isEphemeral } from "./ephemeral.ts";
import { isKnownNameOf } from "../reserved_names.ts";
import { named, objectKey, type Target, type World } from "../../world.ts";

/** The profile key that lists the keys of its configuration that lxops put into the profile. */
export const KEYS_MARK = "user.lxops.keys";

/** Returns the keys of a profile that list the devices and keys which lxops put into it. */
function marksOf({ config, devices }: OwnContent): Readonly<Record<string, string>> {
  const [names, keys] = [Object.keys(devices).sort(), Object.keys(config).sort()];
  // The daemon keeps no key whose value is empty.
  return {
    ...(names.length > 0 ? { [DEVICES_MARK]: names.join(",") } : {}),
    ...(keys.length > 0 ? { [KEYS_MARK]: keys.join(",") } : {}),
  };
}

/** Returns the names in a mark of a profile. */
function listed(profile: ProfileInfo | undefined, mark: string): readonly string[] {
  return (profile?.config[mark] ?? "").split(",").filter((name) => name !== "");
}

/**
 * Returns a target's own profile according to the configuration, with the parts that others put into it.
 *
 * @param launches whether the plan creates its instance
 */
export function wantedProfile(target: Target, world: World, own: OwnContent, launches = false): ProfileInfo {
  const { instance } = target;
  const { project, ownProfile: name } = instance;
  const old = world.profiles.get(objectKey(project, name));
  const wanted = { ...own.config, ...marksOf(own), ...ephemeralMarks(target, world, launches) };
  if (!old) {
    return {
      project,
      name,
      description: instance.config.file,
      config: wanted,
      devices: own.devices,
      usedBy: [],
    };
  }
  const ours = new Set([DEVICES_MARK, KEYS_MARK, EPHEMERAL_MARK, ...listed(old, KEYS_MARK)]);
  const others = Object.entries(old.config).filter(([key]) => !ours.has(key));
  return {
    ...old,
    config: { ...Object.fromEntries(others), ...wanted },
    devices: { ...foreignDevices(old, own.devices), ...own.devices },
  };
}

/**
 * Returns the mark of a profile that is deleted with its instance. Only a launch sets it; a change that makes it wrong
 * removes it.
 */
function ephemeralMarks(target: Target, { profiles, instances }: World, launches: boolean) {
  const { ownProfile, ...ref } = target.instance;
  const marked = profiles.get(objectKey(ref.project, ownProfile))?.config[EPHEMERAL_MARK] !== undefined;
  if (!launches && !marked || !isEphemeral(target)) return {};
  const existing = instances.get(objectKey(ref.project, ref.name));
  return launches && existing?.ephemeral === false
    ? {}
    : { [EPHEMERAL_MARK]: ephemeralMark(ownProfile, ref) };
}

/** Circumstances of a change of a profile. */
export interface ProfileStepOptions {
  /** The content that a failure brings back, where it is not the present one; "absent": the profile goes. */
  readonly before?: Pick<ProfileInfo, "description" | "config" | "devices"> | "absent" | undefined;
  /** The plan creates the instance. */
  readonly launches?: boolean;
  /** A profile that lxops did not make may become the instance's own; absent: it is the instance's own already. */
  readonly adopt?: boolean | undefined;
  /** Action on the instance, for messages. */
  readonly action?: string;
}

/**
 * Returns the step that brings a target's own profile to what the configuration wants, or none where it is so
 * already. Devices and configuration that others put into the profile stay, unless the configuration has the same
 * key, or another disk at the same path.
 */
export function profileStep(
  target: Target,
  world: World,
  own: OwnContent,
  { before, launches = false, adopt, action = "change" }: ProfileStepOptions = {},
): Step | undefined {
  const { instance } = target;
  const name = instance.ownProfile;
  const old = world.profiles.get(objectKey(instance.project, name));
  const { description, config, devices } = wantedProfile(target, world, own, launches);
  if (!old) {
    return send(
      `Create profile ${name}`,
      createProfile(instance.project, name, { description, config, devices }),
      {
        makes: [{ kind: "profile", project: instance.project, name }],
        undo: sendEffect(deleteProfile(instance.project, name)),
      },
    );
  }
  if (!before && same(old.devices, devices) && same(old.config, config)) return undefined;
  refuseShared(target, world, old);
  if (adopt === false && !before) refuseForeign(target, world, old, { devices: own.devices, action });
  return send(
    `Update profile ${name}`,
    updateProfile(instance.project, name, { description, config, devices }),
    {
      // A daemon that could not give an instance its new devices keeps the profile as if it had.
      partly: "always",
      undo: before === "absent"
        // A new instance that stays to look at may use it.
        ? sendEffect(deleteProfile(instance.project, name), { already: "in use" })
        : sendEffect(updateProfile(instance.project, name, contentOf(before ?? old))),
    },
  );
}

function contentOf(
  { description, config, devices }: Pick<ProfileInfo, "description" | "config" | "devices">,
) {
  return { description, config, devices };
}

/**
 * Tells whether the configuration removes a disk from a target's own profile. The daemons create no instance
 * with a disk whose directory is gone, which may be the case once no configuration names it.
 */
export function takesDiskAway(target: Target, world: World, disks: Devices): boolean {
  const old = world.profiles.get(objectKey(target.instance.project, target.instance.ownProfile));
  return listed(old, DEVICES_MARK).some((name) =>
    old?.devices[name]?.["type"] === "disk" && old.devices[name]["source"] !== disks[name]?.["source"]
  );
}

/**
 * Refuses to change a profile that other instances use: they would get this instance's disks, or lose their
 * own.
 */
function refuseShared(target: Target, world: World, profile: ProfileInfo): void {
  const { instance } = target;
  const others = othersOf(target, world, profile);
  if (others.length === 0) return;
  throw refuse(
    `Cannot update profile "${profile.name}" for instance "${instance.name}"`,
    `it is used by ${others.join(", ")} too`,
    [`Give the instance a profile of its own with "profile-pattern:" in its configuration`],
  );
}

/** The action of `create-profile` in messages; it has no flag --adopt. */
export const CREATES_PROFILE = "create the profile of";

/** The end of the names of profiles where the configuration does not say how they are named. */
const SUFFIX = ".lxops";

function hasMarks({ config }: Pick<ProfileInfo, "config">): boolean {
  return [DEVICES_MARK, KEYS_MARK, EPHEMERAL_MARK].some((key) => config[key] !== undefined);
}

/**
 * Tells whether a profile is a user's own. Those of the Go lxops have no marks, but mostly the usual name, and nothing but
 * disks with a directory.
 *
 * @param file the configuration of the instance whose profile it would be
 */
export function isForeign(
  { name, description, config, devices }: Omit<ProfileInfo, "usedBy" | "project">,
  file: string | undefined,
): boolean {
  const [keys, all] = [Object.keys(config), Object.values(devices)];
  const isMade = hasMarks({ config }) || description !== "" && description === file;
  if (isMade || keys.length + all.length === 0) return false;
  const isAsGo = keys.length === 0 &&
    all.every(({ type, pool, source }) => type === "disk" && pool === undefined && source?.startsWith("/"));
  return !name.endsWith(SUFFIX) || !isAsGo;
}

/** Returns a note about a user's own profile that a deletion leaves. */
export function foreignNote({ name, project }: ProfileInfo, client: string): string {
  const at = project === "default" ? "" : ` --project ${quote(project)}`;
  return `Profile "${name}" stays: lxops did not make it, and the instance does not have it. ` +
    `To delete it: ${client} profile delete ${quote(name)}${at}`;
}

/**
 * Refuses to make a user's own profile that of an instance, with which it would be deleted: one that the instance does not
 * have yet, and that has more than lxops puts there.
 */
function refuseForeign(
  target: Target,
  { instances, backend: { client } }: World,
  profile: ProfileInfo,
  { devices, action }: { readonly devices: Devices; readonly action: string },
): void {
  const { instance } = target;
  const { name, project } = profile;
  const info = instances.get(objectKey(instance.project, instance.name));
  if (info?.profiles.includes(name)) return;
  const isKnown = Object.entries(profile.devices).every(([one, { path }]) => devices[one]?.["path"] === path);
  if (!isForeign(profile, instance.config.file) && (hasMarks(profile) || isKnown)) return;
  const at = project === "default" ? "" : ` --project ${quote(project)}`;
  throw refuse(
    `Cannot ${action} instance "${instance.name}"`,
    `its profile "${name}" exists, and was not made by lxops`,
    [
      `To look at it: ${client} profile show ${quote(name)}${at}`,
      `To give the instance another one: change "profile-pattern:" in its configuration`,
      action === CREATES_PROFILE
        ? "lxops launch --adopt makes it the instance's own, which is changed and deleted with the instance"
        : "To make it the instance's own, which is changed and deleted with the instance: add --adopt",
    ],
  );
}

/** Tells whether other instances use a profile of a target. */
export function isShared(target: Target, world: World, profile: ProfileInfo): boolean {
  return othersOf(target, world, profile).length > 0;
}

function othersOf({ instance: { project, name } }: Target, world: World, { usedBy }: ProfileInfo): string[] {
  return otherUsers(usedBy, (one) => isKnownNameOf({ project, name: one }, name, world), project);
}

/**
 * Lists the instances and profiles in a profile's `used_by`, apart from some of a project, as messages name
 * them.
 */
export function otherUsers(
  usedBy: readonly string[],
  isBesides: (name: string) => boolean,
  project: string,
): string[] {
  return usedBy.flatMap((path) => {
    const user = parseApiPath(path);
    return user.project === (project || "default") && isBesides(user.name) ? [] : [named(user, project)];
  });
}

function foreignDevices(profile: ProfileInfo, own: Devices): Devices {
  const ours = new Set(listed(profile, DEVICES_MARK));
  const paths = new Set(Object.values(own).flatMap((one) => one["type"] === "disk" ? [one["path"]] : []));
  return Object.fromEntries(
    Object.entries(profile.devices).filter(([name, device]) =>
      !ours.has(name) && !(device["type"] === "disk" && paths.has(device["path"]))
    ),
  );
}

/** Returns the configuration that an instance's profiles give it. */
export function inheritedConfig(info: InstanceInfo, world: World): Readonly<Record<string, string>> {
  return Object.assign(
    {},
    ...info.profiles.map((name) => world.profiles.get(objectKey(info.project, name))?.config),
  );
}

/** Tells whether two JSON values are equal, whatever the order of their keys. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length &&
    keys.every((key) =>
      key in b && same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key])
    );
}
