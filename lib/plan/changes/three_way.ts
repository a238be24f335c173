/**
 * Three-way comparison of maps: the configuration, the record, and the daemon.
 *
 * @module
 */
import { same } from "../instance/resolve/profile.ts";
import { hashOf, sidesOf } from "../record/hashes.ts";
import type { Hashes } from "../record/record.ts";
import type { Why } from "./change.ts";

/** An entry of a map that is not as the configuration wants it. */
export interface Difference<V> {
  readonly name: string;
  /** Absent: it is to go. */
  readonly wanted?: V;
  /** Absent: it does not exist. */
  readonly live?: V;
  readonly why: Why;
}

/** The entries of a map that differ, and the names of those that are no concern of lxops. */
export interface Differences<V> {
  readonly differences: readonly Difference<V>[];
  readonly foreign: readonly string[];
}

/** The three sides of a comparison. */
export interface Sides<V> {
  readonly wanted: Readonly<Record<string, V>>;
  /** Absent: nothing was recorded. */
  readonly recorded: Hashes | undefined;
  readonly live: Readonly<Record<string, V>>;
  /** Names that lxops has put there as a mark of the object says, where nothing was recorded. */
  readonly ours?: readonly string[];
  /** Names that the configuration sets elsewhere, and that a value here would hide. */
  readonly hiding?: readonly string[];
}

/** Compares the three sides of a map. */
export function threeWay<V>({ wanted, recorded, live, ours = [], hiding = [] }: Sides<V>): Differences<V> {
  const names = new Set([...Object.keys(wanted), ...Object.keys(live)]);
  const differences: Difference<V>[] = [];
  const foreign: string[] = [];
  for (const name of [...names].sort()) {
    const [want, have] = [own(wanted, name), own(live, name)];
    if (same(want, have)) continue;
    const entry = recorded && own(recorded, name);
    const isOurs = want !== undefined || hiding.includes(name) ||
      (recorded ? entry !== undefined : ours.includes(name));
    if (!isOurs) {
      foreign.push(name);
      continue;
    }
    const why = recorded ? reasonOf(entry, want, have) : "differs";
    if (why === undefined) continue;
    differences.push({
      name,
      ...(want === undefined ? {} : { wanted: want }),
      ...(have === undefined ? {} : { live: have }),
      why,
    });
  }
  return { differences, foreign };
}

/** Tells who changed an entry since it was recorded; `undefined` where the user keeps the difference. */
function reasonOf(entry: string | undefined, wanted: unknown, live: unknown): Why | undefined {
  const { file, hand } = sidesOf(entry);
  const byFile = hashOf(wanted) !== file;
  const byHand = hashOf(live) !== hand;
  if (byFile && byHand) return "both";
  return byFile ? "file" : byHand ? "hand" : undefined;
}

function own<V>(map: Readonly<Record<string, V>>, name: string): V | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}

/** A list of names that differs. */
export interface ListDifference {
  /** The list that the instance gets: the wanted names in their order, with foreign ones where they are. */
  readonly list: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly foreign: readonly string[];
  readonly why: Why;
}

/** Compares the three sides of a list of names; `undefined` where nothing of lxops' concern differs. */
export function threeWayList(
  wanted: readonly string[],
  recorded: readonly string[] | undefined,
  live: readonly string[],
): { readonly difference?: ListDifference; readonly foreign: readonly string[] } {
  const foreign = live.filter((name) => !wanted.includes(name) && !recorded?.includes(name));
  const ours = live.filter((name) => !foreign.includes(name));
  if (same(wanted, ours)) return { foreign };
  const byFile = !same(wanted, recorded);
  const byHand = !same(ours, recorded);
  return {
    foreign,
    difference: {
      list: merged(wanted, live, foreign),
      added: wanted.filter((name) => !live.includes(name)),
      removed: ours.filter((name) => !wanted.includes(name)),
      foreign,
      why: !recorded ? "differs" : byFile && byHand ? "both" : byFile ? "file" : "hand",
    },
  };
}

/** Returns the wanted names with foreign ones, each behind the name that it is behind now. */
function merged(wanted: readonly string[], live: readonly string[], foreign: readonly string[]): string[] {
  const list = [...wanted];
  for (const name of foreign) {
    const before = live.slice(0, live.indexOf(name)).findLast((one) => list.includes(one));
    list.splice(before === undefined ? 0 : list.indexOf(before) + 1, 0, name);
  }
  return list;
}
