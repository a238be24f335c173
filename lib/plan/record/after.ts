/**
 * The content of a record after a plan: the configuration where the plan applied it, and what was recorded of the rest.
 *
 * @module
 */
import type { InstanceInfo, ProfileInfo } from "../../ports/mod.ts";
import { same } from "../instance/resolve/profile.ts";
import { type Desired, settableKeys } from "./desired.ts";
import { hashesOf, valueHash } from "./hashes.ts";
import { type Hashes, type InstanceRecord, MAPS } from "./record.ts";

/** Entries of a record by its maps. */
export type KeptEntries = Partial<Readonly<Record<typeof MAPS[number], Hashes>>>;

/** An instance after a plan, as far as its record depends on it. */
export interface After {
  /** The instance that stays; absent where it is created. */
  readonly info?: InstanceInfo;
  /** Its own profile; "set" where that becomes as the file says. */
  readonly profile: ProfileInfo | "set" | undefined;
  /** True where the plan gives it a new root filesystem. */
  readonly hasNewRoot: boolean;
  /** True where the plan gives it the list of profiles. */
  readonly hasNewProfiles: boolean;
}

/** Returns parts of a record with entries that count more than what was found. */
export function withKept(parts: Parts, kept: KeptEntries): Parts {
  const maps = MAPS.flatMap((map) => parts[map] ? [[map, { ...parts[map], ...kept[map] }] as const] : []);
  return { ...parts, ...Object.fromEntries(maps) };
}

/** The parts of a record that depend on the instance. */
export type Parts = Omit<InstanceRecord, "lxops" | "time" | "commit" | "clean" | "config" | "items" | "key">;

/** Returns the parts of a record after a plan. A setting that did not change, and differs from the file, keeps its entry. */
export function recordAfter(
  before: InstanceRecord | undefined,
  desired: Desired,
  { info, profile, hasNewRoot, hasNewProfiles }: After,
): Parts {
  const list = hasNewProfiles || info && same(desired.profiles, info.profiles)
    ? desired.profiles
    : before?.profiles;
  const rooted = hasNewRoot ? desired : before;
  const [profileDevices, profileKeys] = profile === "set"
    ? []
    : [profile?.devices ?? {}, settableKeys(profile?.config ?? {})];
  return {
    ...some("image", rooted?.image),
    ...some("fingerprint", rooted?.fingerprint),
    ...some("type", info ? info.type : desired.type),
    ...some("profiles", list),
    ...some("profileDevices", settled(before?.profileDevices, desired.profileDevices, profileDevices)),
    ...some("profileKeys", settled(before?.profileKeys, desired.profileKeys, profileKeys)),
    ...some("devices", settled(before?.devices, desired.devices, info?.devices)),
    ...some("keys", settled(before?.keys, desired.keys, info && settableKeys(info.config))),
    ...some("filesystems", settledFilesystems(before?.filesystems, desired, info)),
  };
}

/**
 * Returns the hashes of what an instance has as the file says, with those that were recorded of the rest.
 *
 * @param live absent: everything is as the file says
 */
function settled(
  before: Hashes | undefined,
  wanted: Readonly<Record<string, unknown>> | undefined,
  live: Readonly<Record<string, unknown>> | undefined,
): Hashes | undefined {
  if (!wanted) return before;
  if (!live) return hashesOf(wanted);
  const asWanted = Object.entries(wanted).filter(([name, value]) => same(value, live[name]));
  // Without a record, a setting that differs may have been made by hand.
  if (!before && asWanted.length < Object.keys(wanted).length) return undefined;
  return {
    ...Object.fromEntries(Object.entries(before ?? {}).filter(([name]) => Object.hasOwn(live, name))),
    ...Object.fromEntries(asWanted.map(([name, value]) => [name, valueHash(value)])),
  };
}

/** Returns the hashes of the properties of filesystems; those that were there before keep theirs. */
function settledFilesystems(
  before: Hashes | undefined,
  { filesystems }: Desired,
  info: InstanceInfo | undefined,
): Hashes | undefined {
  if (!filesystems) return before;
  const wanted = hashesOf(filesystems);
  const kept = Object.entries(info ? before ?? {} : {}).filter(([name]) => Object.hasOwn(wanted, name));
  return { ...wanted, ...Object.fromEntries(kept) };
}

function some<K extends string, V>(key: K, value: V | undefined): { readonly [k in K]?: V } {
  return value === undefined ? {} : { [key]: value } as { readonly [k in K]?: V };
}
