/**
 * The record of an instance that gets another name: its own profile and the directories of its devices have other names
 * then, which is no change of the configuration, and none by hand.
 *
 * @module
 */
import type { OwnContent } from "../instance/resolve/own_profile.ts";
import type { InstanceInfo } from "../../ports/mod.ts";
import { hashOf, sidesOf } from "./hashes.ts";
import { decodeRecord, encodeRecord, type Hashes, RECORD_MARK } from "./record.ts";

/** The own profile of an instance, under one of its names. */
export interface NamedContent {
  readonly profile: string;
  /** Content that the configuration gives it. */
  readonly wanted: OwnContent;
  /** Content that it has. */
  readonly live: OwnContent;
}

/** Returns the configuration that brings the record of a renamed instance up to date; none where there is none. */
export function recordRenamed(
  { config }: Pick<InstanceInfo, "config">,
  before: NamedContent,
  after: NamedContent,
): Readonly<Record<string, string>> {
  const record = decodeRecord(config[RECORD_MARK]);
  if (!record) return {};
  const { profiles, profileDevices, profileKeys } = record;
  const renamed = {
    ...record,
    ...(profiles ? { profiles: profiles.map((name) => name === before.profile ? after.profile : name) } : {}),
    ...(profileDevices
      ? {
        profileDevices: entriesOf(
          profileDevices,
          [before.wanted.devices, after.wanted.devices],
          [before.live.devices, after.live.devices],
        ),
      }
      : {}),
    ...(profileKeys
      ? {
        profileKeys: entriesOf(
          profileKeys,
          [before.wanted.config, after.wanted.config],
          [before.live.config, after.live.config],
        ),
      }
      : {}),
  };
  const text = encodeRecord(renamed);
  return text === encodeRecord(record) ? {} : { [RECORD_MARK]: text };
}

/** Two states of a map: under the old name and under the new one. */
type States = readonly [Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>];

/** Returns the entries with the values of the new name where they had those of the old name. */
function entriesOf(entries: Hashes, wanted: States, live: States): Hashes {
  return Object.fromEntries(
    Object.entries(entries).map(([name, entry]) => {
      const sides = sidesOf(entry);
      const file = moved(sides.file, name, wanted);
      const hand = moved(sides.hand, name, live);
      return [name, file === hand ? file : `${file}/${hand}`];
    }),
  );
}

function moved(hash: string, name: string, [before, after]: States): string {
  const of = (map: States[number]) => hashOf(Object.hasOwn(map, name) ? map[name] : undefined);
  return hash === of(before) ? of(after) : hash;
}
