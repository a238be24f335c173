/**
 * Settings of an instance that the user keeps although its configuration says otherwise (`up --take live`): plans that
 * write the instance's own profile leave them unchanged.
 *
 * @module
 */
import type { OwnContent } from "../instance/resolve/own_profile.ts";
import { isKeptEntry } from "./hashes.ts";
import { decodeRecord, type Hashes, RECORD_MARK } from "./record.ts";
import type { InstanceInfo, ProfileInfo } from "../../ports/mod.ts";
import type { Described } from "../world.ts";

/** Entries of a record about the own profile of an instance. */
export interface KeptEntries {
  readonly profileDevices?: Hashes;
  readonly profileKeys?: Hashes;
}

/**
 * Returns the wanted content of an own profile, with the values of the present one that the user keeps.
 *
 * @param more entries that count beside those of the record
 */
export function withKeptContent(
  own: OwnContent,
  info: Pick<InstanceInfo, "config"> | undefined,
  profile: ProfileInfo | undefined,
  more: KeptEntries = {},
): OwnContent {
  const record = decodeRecord(info?.config[RECORD_MARK]);
  const devices = { ...record?.profileDevices, ...more.profileDevices };
  const keys = { ...record?.profileKeys, ...more.profileKeys };
  return {
    devices: mixed(own.devices, profile?.devices ?? {}, devices),
    config: mixed(own.config, profile?.config ?? {}, keys),
  };
}

/** Returns a note that names the values of an own profile that the user keeps. */
export function keptNotes(target: Described, own: OwnContent, kept: OwnContent): readonly string[] {
  const names = [
    ...differing(own.devices, kept.devices).map((name) => `device "${name}"`),
    ...differing(own.config, kept.config).map((name) => `key "${name}"`),
  ];
  return names.length === 0
    ? []
    : [`"${target.instance.name}" keeps what it was left at by "lxops up --take live": ${names.join(", ")}`];
}

function differing<V>(
  one: Readonly<Record<string, V>>,
  other: Readonly<Record<string, V>>,
): readonly string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((name) =>
    one[name] !== other[name]
  ).sort();
}

function mixed<V>(
  wanted: Readonly<Record<string, V>>,
  live: Readonly<Record<string, V>>,
  entries: Hashes,
): Readonly<Record<string, V>> {
  const map = new Map(Object.entries(wanted));
  for (const [name, entry] of Object.entries(entries)) {
    const [want, have] = [wanted, live].map((side) => Object.hasOwn(side, name) ? side[name] : undefined);
    if (!isKeptEntry(entry, want, have)) continue;
    if (have === undefined) map.delete(name);
    else map.set(name, have);
  }
  return Object.fromEntries(map);
}
