/**
 * The journal of an instance, with a line for each applied item. It is in the root filesystem and so disappears when
 * the instance is rebuilt.
 *
 * @module
 */
import { isNotedBy, isSecretItem, NOTED } from "../model/ids.ts";
import type { Item } from "../model/item.ts";

/** The path of the journal in an instance. */
export const JOURNAL = "/var/lib/lxops/journal";

/** The path of the key in an instance that the hashes of items with secrets in its record are made with. */
export const RECORD_KEY = "/var/lib/lxops/key";

/** Returns the commands that write the key beside the journal; where that fails, these hashes are of no use. */
export function keyScript(key: string | undefined): string {
  if (key === undefined) return "";
  const path = RECORD_KEY;
  return `(
  umask 077 && printf '%s\\n' ${key} >${path}.new && mv ${path}.new ${path}
) 2>/dev/null || :
`;
}

/** An applied item. */
export interface JournalEntry {
  /** The id of the item, with or without a salt. */
  readonly id: string;
  /** The seconds since 1970 when it ended; 0 if the instance has no clock. */
  readonly time: number;
  readonly seconds?: number;
  /** The key of the item's target; empty if it has none. */
  readonly target: string;
  readonly title: string;
}

/** Parses a journal. Lines that are not entries, such as an unfinished last line, are skipped. */
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

/** Counts the items of a target that need not run again: its last entries are the first of its items. */
function appliedPrefix(items: readonly Item[], entries: readonly JournalEntry[]): number {
  for (let count = Math.min(items.length, entries.length); count > 0; count--) {
    const last = entries.slice(entries.length - count);
    if (last.every((entry, index) => isNotedBy(items[index]!, entry.id))) return count;
  }
  return 0;
}

/**
 * Returns the items that are new or changed since the journal was written. If several items change one target, for
 * example a file that is written and then appended to, a new item makes those after it necessary again, and, if it
 * adds to the target, those before it, too.
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
  return items.filter((item) => item.again || !done.has(item));
}

/** Finds items with secrets whose ids in the journal have no salt, as older lxops wrote them. */
export function unsalted(items: readonly Item[], journal: string): readonly Item[] {
  const secret = items.filter(isSecretItem);
  if (secret.length === 0) return [];
  const known = new Set(parseJournal(journal).map(({ id }) => id));
  return secret.filter(({ id }) => known.has(id));
}
