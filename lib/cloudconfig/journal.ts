/**
 * The journal of an instance: a line for each item that was applied. It lies in the root filesystem, so that it
 * goes, as it should, when the instance is rebuilt.
 *
 * @module
 */
import type { Item } from "./item.ts";

/** Where the journal is in an instance. */
export const JOURNAL = "/var/lib/lxops/journal";

/** One applied item. */
export interface JournalEntry {
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
  return text.split("\n").flatMap((line) => {
    const found = /^([0-9a-f]{64}) (\d+) (\d+(?:\.\d+)?|-) ([0-9a-f]+|-) (.+)$/.exec(line);
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
    if (last.every((entry, index) => entry.id === items[index]?.id)) return count;
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
  const done = new Set<Item>();
  const targets = new Map<string, Item[]>();
  for (const item of items) {
    if (item.target) targets.set(item.target.key, [...targets.get(item.target.key) ?? [], item]);
    else if (applied.has(item.id)) done.add(item);
  }
  for (const [key, group] of targets) {
    const count = appliedPrefix(group, entries.filter(({ target }) => target === key));
    for (const item of group.slice(0, count)) done.add(item);
  }
  return items.filter((item) => !done.has(item));
}
