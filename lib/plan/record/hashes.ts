/**
 * The hashes of a record.
 *
 * @module
 */
import { concat } from "../../base/bytes.ts";
import { shortHash } from "../../base/hash.ts";
import { sha256 } from "../../cloudconfig/model/sha256.ts";
import type { AppliedItem, InstancePlan } from "../../step/step.ts";
import type { InstanceRef } from "../../ports/mod.ts";
import type { Hashes } from "./record.ts";

/** Length of the hash of an item, in hexadecimal digits. */
const ITEM_LENGTH = 12;

/** The hash of an item with secrets for which there was no key. */
export const UNKNOWN_ITEM = "?";

/** Prefix of the hash of an item with secrets. */
export const KEYED = "k";

/** Returns a text of a value that does not depend on the order of keys. */
function canonical(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "";
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined).sort(([a], [b]) =>
    a < b ? -1 : 1
  );
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(",")}}`;
}

/** Returns the hash of a value of a configuration or of the daemon. */
export function valueHash(value: unknown): string {
  return shortHash(canonical(value));
}

/** Returns the hashes of the values of a map. */
export function hashesOf(map: Readonly<Record<string, unknown>>): Hashes {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, valueHash(value)]));
}

/** The hash of nothing. */
export const NOTHING = "-";

/** Returns the hash of a value, or that of nothing. */
export function hashOf(value: unknown): string {
  return value === undefined ? NOTHING : valueHash(value);
}

/** Returns the text of an entry of a record: the hash of both sides, or of each where the user keeps a difference. */
export function entryOf(wanted: unknown, live: unknown): string {
  const [file, hand] = [hashOf(wanted), hashOf(live)];
  return file === hand ? file : `${file}/${hand}`;
}

/** Returns the hashes of an entry of a record: of the file's value, and of the instance's value. */
export function sidesOf(entry: string | undefined): { readonly file: string; readonly hand: string } {
  const [file = NOTHING, hand = file] = entry?.split("/") ?? [];
  return { file, hand };
}

/** Tells whether an entry of a record says that the user keeps a difference between two values. */
export function isKeptEntry(entry: string | undefined, wanted: unknown, live: unknown): boolean {
  const { file, hand } = sidesOf(entry);
  return file !== hand && file === hashOf(wanted) && hand === hashOf(live);
}

/** Returns the hash of a whole configuration. */
export function configHash(value: unknown): string {
  return sha256(canonical(value)).slice(0, 16);
}

/**
 * Returns the key of a run for the items with secrets of an instance, 32 bytes as hexadecimal digits. It is kept in
 * the instance, for its root only: without it, secrets cannot be guessed from the record.
 */
export function recordKey(random: string, { project, name }: InstanceRef): string {
  return sha256(`${random} ${project}/${name} record key`);
}

/** Returns the hash that tells a key from others. */
export function keyHash(key: string): string {
  return sha256(`lxops record key ${key}`).slice(0, 8);
}

/** Returns the hash of an item; one with secrets is hashed with a key, and has none without it. */
export function itemHash({ id, secret }: AppliedItem, key: string | undefined): string {
  if (!secret) return id.slice(0, ITEM_LENGTH);
  return key === undefined ? UNKNOWN_ITEM : `${KEYED}${hmac(key, id).slice(0, ITEM_LENGTH)}`;
}

/**
 * Returns the text of an edition in a record: `TEXT/SETTINGS`, `TEXT/-` where it reads no settings, or `TEXT` where there
 * is no key to hash them with.
 */
export function editionText(
  { text, settings }: NonNullable<AppliedItem["edition"]>,
  key: string | undefined,
): string {
  const hashed = settings === undefined
    ? `/${NOTHING}`
    : key === undefined
    ? ""
    : `/${hmac(key, settings).slice(0, ITEM_LENGTH)}`;
  return `${text.slice(0, ITEM_LENGTH)}${hashed}`;
}

/** Returns the hashes of the items of a plan. */
export function itemHashes(
  { applied }: Pick<InstancePlan, "applied">,
  key: string | undefined,
): readonly string[] | undefined {
  return applied?.map((item) => itemHash(item, key));
}

/** Returns the HMAC-SHA-256 of a text, for a key of 32 bytes as hexadecimal digits. */
export function hmac(key: string, text: string): string {
  const bytes = Uint8Array.fromHex(key);
  const padded = (byte: number) => Uint8Array.from({ length: 64 }, (_, index) => (bytes[index] ?? 0) ^ byte);
  const inner = Uint8Array.fromHex(sha256(concat([padded(0x36), new TextEncoder().encode(text)])));
  return sha256(concat([padded(0x5c), inner]));
}
