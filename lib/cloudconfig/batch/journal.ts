/**
 * The journal of an instance: a line for each item that was applied. It lies in the root filesystem, so that it
 * goes, as it should, when the instance is rebuilt.
 *
 * @module
 */
import { isNotedBy, isSecretItem, NOTED } from "../model/ids.ts";
import type { Item } from "../model/item.ts";

/** Where the journal is in an instance. */
export const JOURNAL = "/var/lib/lxops/journal";

/** One applied item. */
export interface JournalEntry {
  /** What the item was noted by. */
  readonly id: string;
  /** Seconds since 1970 when it ended; 0 where the instance has no clock to ask. */
  readonly time: number;
  readonly seconds?: number;
  /** Key of the item's target; empty where it has none. */
  readonly target: string;
  readonly title: string;
}

/** Reads a journal; lines that are not entries, as an unfinished last one, are passed over. */
export function parseJournal(text: string): readonly JournalEntry[] {
  const pattern = new RegExp(`^(${NOTED}) (\\d+) (\\d+(?:\\.\\d+)?|-) ([0-9a-f]+|-) (.+)$`);
  return text.split("\n").flatMap((line) => {
    const found = pattern.exec(line);
    if (!found) return [];
    const [, id = "", time, seconds, target, title = ""] = found;
    return [{
      id,
      time: Number(time),
      ...(seconds === "-" ? {} : { seconds: Number(seconds) }),
      target: target === "-" ? "" : target ?? "",
      title,
    }];
  });
}

/** How many of a target's items need not run again: what was done to it last is what they begin with. */
function appliedPrefix(items: readonly Item[], entries: readonly JournalEntry[]): number {
  for (let count = Math.min(items.length, entries.length); count > 0; count--) {
    const last = entries.slice(entries.length - count);
    if (last.every((entry, index) => isNotedBy(items[index]!, entry.id))) return count;
  }
  return 0;
}

/**
 * The items that are new or changed since the journal was written. Where several items change one target, as a
 * file that is written and then appended to, one that is new brings back those after it, and, where it adds to
 * what is there, those before it too.
 */
export function pending(items: readonly Item[], journal: string): readonly Item[] {
  const entries = parseJournal(journal);
  const applied = new Set(entries.map(({ id }) => id));
  const salted = entries.filter(({ id }) => id.includes(":"));
  const done = new Set<Item>();
  const targets = new Map<string, Item[]>();
  for (const item of items) {
    if (item.target) targets.set(item.target.key, [...targets.get(item.target.key) ?? [], item]);
    else if (applied.has(item.id) || isSecretItem(item) && salted.some(({ id }) => isNotedBy(item, id))) {
      done.add(item);
    }
  }
  for (const [key, group] of targets) {
    const count = appliedPrefix(group, entries.filter(({ target }) => target === key));
    for (const item of group.slice(0, count)) done.add(item);
  }
  return items.filter((item) => !done.has(item));
}

/** Items with secrets that the journal has by their bare hashes, from an lxops that knew no better. */
export function unsalted(items: readonly Item[], journal: string): readonly Item[] {
  const secret = items.filter(isSecretItem);
  if (secret.length === 0) return [];
  const known = new Set(parseJournal(journal).map(({ id }) => id));
  return secret.filter(({ id }) => known.has(id));
}
