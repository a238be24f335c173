/**
 * The end of a batch: the instance notes the state of its files after all items were applied.
 *
 * @module
 */
import { quote } from "../../base/shell.ts";
import type { Item } from "../model/item.ts";
import { HOMES, NOTE_HOMES } from "../shell/homes.ts";
import { FILES, NOTE_LEFT } from "../shell/looks.ts";
import { NOTE_BASELINE, TREE } from "../shell/tree.ts";

/** The most paths of one call. */
const PATHS = 200;

/** State of a root filesystem: `new`, with changes of lxops only, or `used`, with changes of others as well. */
export type RootFilesystem = "new" | "used";

/**
 * Returns the commands at the end of a batch, which never let it fail. Walking through all files takes a while, so it
 * continues after the end of the batch, in a shell of low priority. Changes later than the second of that end are not
 * noted.
 */
export function endScript(items: readonly Item[], root: RootFilesystem | undefined): string {
  if (root === undefined) return "";
  const checks = items.flatMap(({ checks = [] }) => checks);
  const paths = [...new Set(checks.flatMap((check) => check.kind === "file" ? check.path : []))];
  const users = [...new Set(checks.flatMap((check) => check.kind === "user" ? check.name : []))];
  const calls: string[] = paths.length === 0 && users.length > 0 ? ["lxops_note_left || :"] : [];
  for (let start = 0; start < paths.length; start += PATHS) {
    const some = paths.slice(start, start + PATHS).map(quote).join(" ");
    calls.push(
      `lxops_note_left ${some} || :`,
      ...start + PATHS < paths.length ? ["lxops_fresh= lxops_users="] : [],
    );
  }
  const fresh = `lxops_fresh=${root === "new" ? "yes" : ""}`;
  const baseline = [TREE.trim(), NOTE_BASELINE.trim(), fresh, `lxops_note_baseline "$1" "$2"`].join("\n");
  return [
    ...calls.length > 0
      ? [
        FILES.trim(),
        ...users.length > 0 ? [HOMES.trim(), NOTE_HOMES.trim()] : [],
        NOTE_LEFT.trim(),
        fresh,
        `lxops_users=${quote(users.join(" "))}`,
        ...calls,
      ]
      : [],
    "if command -v nice >/dev/null 2>&1; then set -- nice -n 19; else set --; fi",
    `"$@" sh -c ${quote(baseline)} sh "$lxops_began" "$(date +%s)" </dev/null >/dev/null 2>&1 3>&- &`,
    "",
  ].join("\n");
}
