/**
 * Differences inside an instance as changes, and the items that take them back.
 *
 * @module
 */
import type { Item } from "../../cloudconfig/model/item.ts";
import type { Change } from "./change.ts";
import type { Drift, GuestComparison } from "../drift/drift.ts";

/** The longest value of an instance that is shown. */
const LONGEST = 200;

/** Returns a difference as the change that takes it back. */
export function driftChange({ name, aspect, wanted, have }: Drift): Change {
  const value = (text: string) => text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
  return {
    sign: aspect === undefined ? "+" : "~",
    part: "guest",
    name: aspect === undefined ? name : `${name}, ${aspect}`,
    ...(have === undefined ? {} : { from: value(have) }),
    ...(wanted === undefined ? {} : { to: wanted }),
    why: "hand",
    takes: "nothing",
  };
}

/**
 * Returns the items that take differences back: with an item, all that change the same target run again, in their
 * order. A user that is made again gets its keys and its password, too. Values that lxops never changes stay.
 */
export function mendingItems(
  items: readonly Item[],
  { drifts }: Pick<GuestComparison, "drifts">,
): readonly Item[] {
  const mended = drifts.filter(({ stays }) => !stays);
  const made = new Set(mended.filter(({ aspect }) => aspect === undefined).map(({ name }) => name));
  const isOfMade = (item: Item) =>
    item.checks?.some((check) =>
      (check.kind === "keys" || check.kind === "password") && made.has(`user ${check.name}`)
    );
  const wanted = new Set([...mended.flatMap((drift) => drift.items), ...items.filter(isOfMade)]);
  const targets = new Set([...wanted].flatMap(({ target }) => target?.key ?? []));
  return items.filter((item) => wanted.has(item) || item.target && targets.has(item.target.key));
}
