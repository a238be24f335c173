/**
 * Settings of the own profile of an instance that the instance itself has: one that was made by hand, or by the Go
 * program, needs no profile to be as its configuration says.
 *
 * @module
 */
import type { InstanceInfo } from "../../ports/mod.ts";
import type { OwnContent } from "../instance/resolve/own_profile.ts";
import { same } from "../instance/resolve/profile.ts";
import type { Desired } from "./desired.ts";
import { valueHash } from "./hashes.ts";
import type { Hashes, InstanceRecord } from "./record.ts";

/**
 * Returns the settings that an instance itself has as its own profile is to have them. With a record, only those that
 * were noted count: others were made by hand since.
 */
export function heldLocally<V>(
  wanted: Readonly<Record<string, V>>,
  local: Readonly<Record<string, V>>,
  record: InstanceRecord | undefined,
  recorded: Hashes | undefined,
): Readonly<Record<string, V>> {
  return Object.fromEntries(
    Object.entries(wanted).filter(([name, value]) =>
      Object.hasOwn(local, name) && same(local[name], value) &&
      (record === undefined ||
        recorded !== undefined && Object.hasOwn(recorded, name) && recorded[name] === valueHash(value))
    ),
  );
}

/**
 * Returns the settings that an instance itself has as they were noted of its own profile, and which that is to have
 * otherwise since: its file was changed, and nothing by hand.
 */
export function heldBefore<V>(
  wanted: Readonly<Record<string, V>>,
  local: Readonly<Record<string, V>>,
  recorded: Hashes | undefined,
): Readonly<Record<string, V>> {
  return Object.fromEntries(
    Object.entries(local).filter(([name, value]) =>
      Object.hasOwn(wanted, name) && !same(wanted[name], value) &&
      recorded !== undefined && Object.hasOwn(recorded, name) && recorded[name] === valueHash(value)
    ),
  );
}

/** Tells whether lxops never gave an instance its own profile, and the instance itself has all of the content. */
export function needsNoProfile(
  own: OwnContent,
  { profiles, devices, config }: Pick<InstanceInfo, "profiles" | "devices" | "config">,
  record: InstanceRecord | undefined,
  ownProfile: string,
): boolean {
  const has = (wanted: Readonly<Record<string, unknown>>, local: Readonly<Record<string, unknown>>) =>
    Object.entries(wanted).every(([name, value]) => Object.hasOwn(local, name) && same(local[name], value));
  return !profiles.includes(ownProfile) && record?.profiles?.includes(ownProfile) !== true &&
    has(own.devices, devices) && has(own.config, config);
}

/** Returns the settings that a configuration gives an instance, without the own profile of one that needs none. */
export function withoutNeedlessProfile(
  desired: Desired,
  info: InstanceInfo,
  record: InstanceRecord | undefined,
  ownProfile: string,
): Desired {
  const { profileDevices: devices, profileKeys: config } = desired;
  const isNeedless = devices !== undefined && config !== undefined &&
    needsNoProfile({ devices, config }, info, record, ownProfile);
  return isNeedless && desired.profiles
    ? { ...desired, profiles: desired.profiles.filter((name) => name !== ownProfile) }
    : desired;
}

/** Returns the settings of an instance without some that count as those of its own profile. */
export function without<V>(
  local: Readonly<Record<string, V>>,
  held: Readonly<Record<string, V>> = {},
): Readonly<Record<string, V>> {
  return Object.fromEntries(Object.entries(local).filter(([name]) => !Object.hasOwn(held, name)));
}

/** Returns the names of what an instance itself has otherwise than its own profile is to have it, which then counts. */
export function hiding(
  local: Readonly<Record<string, unknown>>,
  profile: Readonly<Record<string, unknown>> = {},
): readonly string[] {
  return Object.keys(profile).filter((name) =>
    Object.hasOwn(local, name) && !same(local[name], profile[name])
  );
}
