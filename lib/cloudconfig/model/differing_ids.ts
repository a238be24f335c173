/**
 * Comparison of the ids that users and groups had in an old root filesystem with those of a new one, as far as both are
 * known before the new one starts. It finds the same as `lxops_compare_ids` in `../shell/ids.ts`.
 *
 * @module
 */
import { quote } from "../../base/shell.ts";
import type { KnownIds } from "./known_ids.ts";

/** A user or group that does not have its old id in the new root filesystem. */
export interface DifferingId {
  readonly kind: "user" | "group";
  readonly name: string;
  /** Its id in the old root filesystem. */
  readonly id: number;
  /** Its id in the new root filesystem; absent: it has none there, as another name has the old one. */
  readonly now?: number;
  /** The name that has its old id in the new root filesystem. */
  readonly other?: string;
}

/** The most lines of a file that are read. */
const LINES = 100_000;
const SHOWN = /^[!-9;-~]{1,64}$/;

interface Entries {
  readonly ids: Map<string, number>;
  readonly names: Map<number, string>;
}

/** Returns the first id of each name of a file of accounts, and the first name of each id. */
function entriesOf(text: string): Entries {
  const ids = new Map<string, number>();
  const names = new Map<number, string>();
  for (const line of text.split("\n", LINES)) {
    const [name = "", , id = ""] = line.split(":", 3);
    if (!/^[0-9]{1,10}$/.test(id)) continue;
    if (!ids.has(name)) ids.set(name, Number(id));
    if (!names.has(Number(id))) names.set(Number(id), name);
  }
  return { ids, names };
}

/**
 * Returns the users and groups whose ids differ, groups first. With `makes`, those that the new root filesystem lacks
 * are made with their old ids, unless another one has it.
 */
export function differingIds(
  { users, groups }: KnownIds,
  files: { readonly passwd: string; readonly group: string },
  makes: boolean,
): readonly DifferingId[] {
  return [
    ...differing("group", groups.map(({ name, gid }) => ({ name, id: gid })), entriesOf(files.group), makes),
    ...differing("user", users.map(({ name, uid }) => ({ name, id: uid })), entriesOf(files.passwd), makes),
  ];
}

function differing(
  kind: DifferingId["kind"],
  old: readonly { readonly name: string; readonly id: number }[],
  { ids, names }: Entries,
  makes: boolean,
): readonly DifferingId[] {
  return old.flatMap(({ name, id }): readonly DifferingId[] => {
    const now = ids.get(name);
    if (now !== undefined) return now === id ? [] : [{ kind, name, id, now }];
    if (!makes) return [];
    const other = names.get(id);
    if (other !== undefined) return [{ kind, name, id, other: SHOWN.test(other) ? other : "another name" }];
    names.set(id, name);
    return [];
  });
}

/** Returns the line of `lxops_owned` in `../shell/ids.ts` that says that a file has this id. */
export function ownedLine({ kind, id }: DifferingId): string {
  return `${kind === "user" ? "u" : "g"} ${id}`;
}

/** Returns a difference as a clause. */
export function differenceText({ kind, name, id, now, other }: DifferingId): string {
  const had = `${kind} ${name} has id ${id} in the old root filesystem`;
  return other === undefined
    ? `${had} and ${now} in the new one`
    : `${had}, which is that of ${other} in the new one`;
}

/**
 * Returns the commands that give files the ids that users and groups have in the new root filesystem. Each looks at a
 * file once, so that two accounts that swapped their ids do not get each other's files.
 */
export function curesOf(found: readonly DifferingId[], directories: readonly string[]): readonly string[] {
  const places = directories.map(quote).join(" ");
  const cure = (wanted: DifferingId["kind"], test: string, program: string) => {
    const changes = found.flatMap(({ kind, id, now }) =>
      kind === wanted && now !== undefined ? [`-${test} ${id} -exec ${program} -h ${now} {} +`] : []
    );
    return changes.length === 0 ? [] : [`find ${places} -xdev ${changes.join(" -o ")}`];
  };
  return [...cure("user", "user", "chown"), ...cure("group", "group", "chgrp")];
}
