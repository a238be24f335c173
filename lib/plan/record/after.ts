/**
 * The record of an instance after a plan: the values that the configuration has set, and the earlier record of the
 * rest.
 *
 * @module
 */
import type { InstanceInfo, ProfileInfo } from "../../ports/mod.ts";
import { same } from "../instance/resolve/profile.ts";
import { type Desired, settableKeys } from "./desired.ts";
import { hashesOf, valueHash } from "./hashes.ts";
import { heldLocally } from "./local.ts";
import type { Hashes, InstanceRecord } from "./record.ts";

/** Content of a profile that is compared. */
export type ProfileContent = Pick<ProfileInfo, "config" | "devices">;

/** Effects of a plan on an instance. */
export interface Outcome {
  /** The instance that stays; absent where it is created. */
  readonly info?: InstanceInfo;
  /** Its own profile; "set" where that becomes as the file says. */
  readonly profile: ProfileContent | "set" | undefined;
  /** Its root filesystem is made as the file says, stays, or was made from an image by a run that was cut off. */
  readonly root: "desired" | "kept" | Pick<InstanceRecord, "image" | "fingerprint">;
  /** It gets the list of profiles. */
  readonly lists: boolean;
}

/** The parts of a record that a plan decides about. */
export type Parts = Omit<
  InstanceRecord,
  "lxops" | "time" | "commit" | "clean" | "config" | "items" | "bootstrap" | "key"
>;

/** Returns the parts of a record after a plan. An unchanged value that differs from the file keeps its entry. */
export function recordAfter(
  before: InstanceRecord | undefined,
  desired: Desired,
  { info, profile, root, lists }: Outcome,
): Parts {
  const list = lists || info && same(desired.profiles, info.profiles) ? desired.profiles : before?.profiles;
  const rooted = root === "desired" ? desired : root === "kept" ? before : root;
  const [profileDevices, profileKeys] = profile === "set" ? [] : [
    {
      ...heldLocally(desired.profileDevices ?? {}, info?.devices ?? {}, before, before?.profileDevices),
      ...profile?.devices,
    },
    {
      ...heldLocally(desired.profileKeys ?? {}, info?.config ?? {}, before, before?.profileKeys),
      ...settableKeys(profile?.config ?? {}),
    },
  ];
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
    ...Object.fromEntries(
      Object.entries(before ?? {}).filter(([name, entry]) =>
        Object.hasOwn(live, name) || Object.hasOwn(wanted, name) && entry.includes("/")
      ),
    ),
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

/** Returns an object with one key, or an empty one without a value. */
export function some<K extends string, V>(key: K, value: V | undefined): { readonly [k in K]?: V } {
  return value === undefined ? {} : { [key]: value } as { readonly [k in K]?: V };
}
