/**
 * The record of an instance: the settings that lxops applied to it last, in one of its keys. With it, a comparison tells
 * changes of the file from changes by hand. All users who may edit the instance may edit the record, so its text is not
 * trusted.
 *
 * @module
 */
import { shortHash } from "../../base/hash.ts";

/** The instance key that holds the record. */
export const RECORD_MARK = "user.lxops.record";

/** Largest size of a record, in bytes of UTF-8. */
export const RECORD_BYTES = 8 * 1024;

/** The version of the form that this lxops writes. */
const FORM = 1;

/** Most entries of a list or map that are read. */
const MOST = 2000;

/**
 * Hashes by name. A hash is of what the file said; `FILE/INSTANCE` are those of two values that differ, where the user
 * decided that the instance keeps its own.
 */
export type Hashes = Readonly<Record<string, string>>;

/** The cloud-config items that were applied, in their order. */
export type RecordedItems =
  /** A hash of each, see `itemHash()`. */
  | readonly string[]
  /** A single hash of all items, where there were too many. */
  | string;

/** Settings that were applied to an instance. An absent part is unknown. */
export interface InstanceRecord {
  /** Version of lxops. */
  readonly lxops: string;
  /** Seconds since 1970. */
  readonly time?: number;
  /** Hash of the configuration without its secrets. */
  readonly config?: string;
  /** Commit of the git repository that has the configuration. */
  readonly commit?: string;
  /** False where files of the configuration were not as git has them. */
  readonly clean?: boolean;
  /** Image as the configuration names it. */
  readonly image?: string;
  readonly fingerprint?: string;
  readonly type?: string;
  readonly profiles?: readonly string[];
  /** Devices and keys of the instance's own profile. */
  readonly profileDevices?: Hashes;
  readonly profileKeys?: Hashes;
  /** Devices and keys of the instance itself. */
  readonly devices?: Hashes;
  readonly keys?: Hashes;
  /** Properties of filesystems, by their keys in the configuration. */
  readonly filesystems?: Hashes;
  /** Host ids of the container's root, as `UID:GID`. */
  readonly idmap?: string;
  readonly items?: RecordedItems;
  /** The bootstrap script that ran, as `editionText()` writes it. */
  readonly bootstrap?: string;
  /** Its checks have not passed since the last change. */
  readonly unchecked?: true;
  /** The hash that tells which key of the guest the hashes of items with secrets were made with. */
  readonly key?: string;
}

/** The parts of a record that are maps of hashes. */
export const MAPS = ["profileDevices", "profileKeys", "devices", "keys", "filesystems"] as const;

/** Parts that a record goes without where it would be too large, the first of them first. */
const DISPENSABLE = ["keys", "profileKeys", "devices", "filesystems", "profileDevices", "profiles"] as const;

/**
 * Renders a record. One that is too large has one hash of its items; and if that does not suffice, it goes without
 * parts, which are then compared without a record.
 */
export function encodeRecord(record: InstanceRecord): string {
  const text = (one: InstanceRecord) => JSON.stringify({ v: FORM, ...one });
  const fits = (one: InstanceRecord) => new TextEncoder().encode(text(one)).length <= RECORD_BYTES;
  if (fits(record)) return text(record);
  const { items } = record;
  let smaller: InstanceRecord = typeof items === "object" ? { ...record, items: hashOfAll(items) } : record;
  for (const part of DISPENSABLE) {
    if (fits(smaller)) break;
    const { [part]: _gone, ...rest } = smaller;
    smaller = rest;
  }
  return fits(smaller) ? text(smaller) : text({ lxops: "" });
}

/** Returns the one hash of many items. */
export function hashOfAll(items: readonly string[]): string {
  return `${items.length}:${shortHash(items.join(" "))}`;
}

/** Parses a record; `undefined` where there is none, or none that this lxops understands. */
export function decodeRecord(text: string | undefined): InstanceRecord | undefined {
  if (!text || text.length > RECORD_BYTES) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isMap(value) || value["v"] !== FORM) return undefined;
  const of = (key: string) => Object.hasOwn(value, key) ? value[key] : undefined;
  const parts: Record<string, unknown> = {};
  for (
    const key of ["config", "commit", "image", "fingerprint", "type", "idmap", "bootstrap", "key"] as const
  ) {
    if (isText(of(key))) parts[key] = of(key);
  }
  const { time, clean, profiles, items } = Object.fromEntries(
    ["time", "clean", "profiles", "items"].map((key) => [key, of(key)]),
  );
  if (typeof time === "number" && Number.isSafeInteger(time) && time > 0) parts["time"] = time;
  if (typeof clean === "boolean") parts["clean"] = clean;
  if (of("unchecked") === true) parts["unchecked"] = true;
  if (isTexts(profiles)) parts["profiles"] = profiles;
  if (isTexts(items) || isText(items)) parts["items"] = items;
  for (const part of MAPS) {
    const found = of(part);
    if (isMap(found) && isTexts(Object.values(found))) parts[part] = { ...found };
  }
  const lxops = of("lxops");
  return { lxops: isText(lxops) ? lxops : "", ...parts };
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length <= 1024;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length <= MOST && value.every(isText);
}
