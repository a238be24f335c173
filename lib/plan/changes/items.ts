/**
 * Comparison of cloud-config items: by the record where it suffices, and otherwise by the instance's journal.
 *
 * @module
 */
import { parseJournal, pending } from "../../cloudconfig/batch/journal.ts";
import { isSecretItem } from "../../cloudconfig/model/ids.ts";
import type { Item } from "../../cloudconfig/model/item.ts";
import { editionText, itemHash, KEYED, keyHash, NOTHING, UNKNOWN_ITEM } from "../record/hashes.ts";
import { hashOfAll, type InstanceRecord } from "../record/record.ts";
import type { GuestComparison } from "../drift/drift.ts";
import { driftChange, mendingItems } from "./guest.ts";
import type { Change } from "./change.ts";

/** Sources that tell which items were applied. */
export interface ItemSources {
  readonly record: InstanceRecord | undefined;
  /** The key that the instance keeps; absent where it was not read. */
  readonly key?: string;
  /** The instance's journal; absent where it was not read. */
  readonly journal?: string;
  /** Comparison of the applied items with the instance; absent where the instance was not read. */
  readonly guest?: GuestComparison;
}

/** Returns the hashes of items, as far as the key of the record is known. */
function hashes(items: readonly Item[], { record, key }: ItemSources): readonly string[] {
  const fits = key !== undefined && record?.key === keyHash(key);
  return items.map((item) => itemHash({ id: item.id, secret: isSecretItem(item) }, fits ? key : undefined));
}

/** Tells whether the record alone shows that exactly these items were applied. */
export function areRecorded(items: readonly Item[], sources: ItemSources): boolean {
  const recorded = sources.record?.items;
  if (recorded === undefined || items.some(({ again }) => again)) return false;
  const wanted = hashes(items, sources);
  if (wanted.includes(UNKNOWN_ITEM)) return false;
  if (typeof recorded === "string") return recorded === hashOfAll(wanted);
  return recorded.length === wanted.length && recorded.every((one, index) => one === wanted[index]);
}

/** Tells whether the key of an instance is needed to compare its items. */
export function needsKey(items: readonly Item[], record: InstanceRecord | undefined): boolean {
  if (record?.key === undefined) return false;
  return record.items !== undefined && items.some(isSecretItem) || hasSettings(items, record);
}

/** Tells whether a bootstrap script ran with settings, of which the record has a hash. */
function hasSettings(items: readonly Item[], { bootstrap }: InstanceRecord): boolean {
  const settings = bootstrap?.split("/")[1];
  return settings !== undefined && settings !== NOTHING &&
    items.some(({ edition }) => edition?.settings !== undefined);
}

/** Returns the items to apply: new ones, changed ones, and those whose results were changed by hand. */
export function pendingItems(items: readonly Item[], sources: ItemSources): readonly Item[] {
  const open = openItems(items, sources);
  const drifted = sources.guest ? mendingItems(items, sources.guest) : [];
  if (drifted.length === 0) return open;
  const both = new Set([...open, ...drifted]);
  return items.filter((item) => both.has(item));
}

/** Returns the items that were not applied in their present form. */
export function openItems(items: readonly Item[], sources: ItemSources): readonly Item[] {
  if (areRecorded(items, sources)) return [];
  if (sources.journal !== undefined) return pending(items, sources.journal);
  const recorded = sources.record?.items;
  if (typeof recorded !== "object") return items;
  const wanted = hashes(items, sources);
  return items.filter(({ again }, index) => again || !recorded.includes(wanted[index]!));
}

/** Returns the changes of items and of their results. */
export function itemChanges(items: readonly Item[], sources: ItemSources): readonly Change[] {
  return [
    ...fileChanges(items, sources),
    ...bootstrapChanges(items, sources),
    ...(sources.guest?.drifts ?? []).map(driftChange),
  ];
}

/** Returns the change of a bootstrap script that ran in another form, or with other settings, as far as that is known. */
function bootstrapChanges(items: readonly Item[], sources: ItemSources): readonly Change[] {
  const { record, key } = sources;
  const item = items.find(({ edition }) => edition);
  if (!item?.edition || record?.bootstrap === undefined || openItems(items, sources).includes(item)) {
    return [];
  }
  const fits = key !== undefined && record.key === keyHash(key);
  const [text, settings] = record.bootstrap.split("/");
  const [textNow, settingsNow] = editionText(item.edition, fits ? key : undefined).split("/");
  // Without the key of the hashes, it is unknown whether the settings changed.
  const isUnknown = !fits || settings === undefined || settingsNow === undefined;
  if (text === textNow && (isUnknown || settings === settingsNow)) return [];
  const name = text === textNow ? "settings that bootstrap.sh reads" : "bootstrap.sh, which ran already";
  return [{ sign: "~", part: "cloud-config", name, why: "file", takes: "bootstrap" }];
}

function fileChanges(items: readonly Item[], sources: ItemSources): readonly Change[] {
  if (areRecorded(items, sources)) return [];
  const { journal, record } = sources;
  const todo = openItems(items, sources).filter((item) => !isUntold(item, sources));
  const before = new Set(parseJournal(journal ?? "").map(({ target }) => target));
  const why = record?.items === undefined ? "differs" : "file";
  const changes = todo.map((item): Change => ({
    sign: item.target && before.has(item.target.key) ? "~" : "+",
    part: "cloud-config",
    name: item.title,
    why,
    takes: "nothing",
  }));
  const gone = goneItems(items, sources);
  if (gone > 0) {
    changes.push({
      sign: "-",
      part: "cloud-config",
      name: `${gone} item${gone === 1 ? "" : "s"} no longer in the files; what ${
        gone === 1 ? "it" : "they"
      } did stays`,
      why,
      takes: "nothing",
    });
  }
  // A run was interrupted after it had applied them.
  const isOpen = record !== undefined && record.items === undefined && items.length > 0 &&
    journal !== undefined;
  if (changes.length === 0 && isOpen) {
    return [note("items that were applied and not noted, none of which runs again", why)];
  }
  if (changes.length > 0 || typeof record?.items !== "object") return changes;
  const wanted = hashes(items, sources);
  // The journal has told what the record cannot.
  if (wanted.includes(UNKNOWN_ITEM) || record.items.includes(UNKNOWN_ITEM)) return [];
  return [note("items in another order or as before, none of which runs again", why)];
}

/** Returns the change of a record without the applied items. */
function note(name: string, why: Change["why"]): Change {
  return { sign: "~", part: "cloud-config", name, why, takes: "nothing" };
}

/**
 * Tells whether it is unknown if an item with secrets is new, as the key in a stopped instance is not read. The item is
 * applied unless the instance's journal has it.
 */
function isUntold(item: Item, { record, key, journal }: ItemSources): boolean {
  if (journal !== undefined || key !== undefined || !isSecretItem(item)) return false;
  const recorded = record?.items;
  return typeof recorded === "object" && recorded.some((one) => one.startsWith(KEYED));
}

/** Counts the items that were applied and are no longer in any file, as far as the record tells. */
function goneItems(items: readonly Item[], sources: ItemSources): number {
  const recorded = sources.record?.items;
  if (typeof recorded !== "object") return 0;
  const wanted = hashes(items, sources);
  const known = !wanted.includes(UNKNOWN_ITEM);
  const isKept = (one: string) => one === UNKNOWN_ITEM || !known && one.startsWith(KEYED);
  const gone = recorded.filter((one) => !isKept(one) && !wanted.includes(one)).length;
  // A changed item counts as new, and its old form is gone.
  const fresh = wanted.filter((one) => one !== UNKNOWN_ITEM && !recorded.includes(one)).length;
  return Math.max(0, gone - fresh);
}
