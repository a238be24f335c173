/**
 * The choice of an action for each difference.
 *
 * @module
 */
import { refuse } from "../../base/errors.ts";
import { entryOf } from "../record/hashes.ts";
import type { Hashes, MAPS } from "../record/record.ts";
import type { Target } from "../world.ts";
import type { Change, ChangePart } from "./change.ts";
import type { Comparison, MapDifferences } from "./compare.ts";
import { changeLine } from "./text.ts";
import type { Difference } from "./three_way.ts";

/** Refuses differences that need a decision, or that are impossible for an existing instance. */
export function refuseConflicts(
  target: Target,
  { changes }: Comparison,
  take: "file" | "live" | undefined,
): void {
  const { name } = target.instance;
  const other = changes.find(({ takes }) => takes === "launch");
  if (other) {
    throw refuse(
      `Cannot change instance "${name}"`,
      `its type is ${other.from}, and the file says ${other.to}`,
      [
        "Its type cannot change: delete the instance, and run the same command again",
        "Data in its filesystems stays; lxops plan shows the rest",
      ],
      "differs",
    );
  }
  const both = changes.filter(({ why }) => why === "both");
  if (both.length === 0 || take !== undefined) return;
  throw refuse(
    `Cannot change instance "${name}"`,
    "the same was changed in the file and by hand",
    [
      ...both.map(changeLine),
      "To have what the file says: --take file; to keep what the instance has: --take live",
    ],
    "differs",
  );
}

/** Differences by their actions. */
export interface Sorted {
  readonly now: MapDifferences;
  /** Differences that the user keeps. */
  readonly kept: MapDifferences;
  /** Differences that take more than the user allows. */
  readonly left: MapDifferences;
}

/** Permissions and decisions of the user. */
export interface Choice {
  readonly restart: boolean;
  readonly rebuild: boolean;
  readonly take?: "file" | "live";
}

/** Returns what the command line and the configuration of a target allow together. */
export function allowedFor<C extends Choice>({ instance: { config } }: Target, choice: C): C {
  return {
    ...choice,
    restart: choice.restart || config.restart === "auto",
    rebuild: choice.rebuild || config.rebuild === "auto",
  };
}

/** Parts of changes by the names of maps. */
const PARTS: Readonly<Record<keyof MapDifferences, ChangePart>> = {
  profileDevices: "profile devices",
  profileKeys: "profile keys",
  devices: "devices",
  keys: "keys",
  filesystems: "filesystems",
};

/** Sorts differences by their actions. */
export function sorted({ maps, changes }: Comparison, choice: Choice, running: boolean): Sorted {
  const takes = new Map(changes.map((one) => [`${one.part}/${one.name}`, one.takes]));
  const restarts = choice.restart || choice.rebuild || !running;
  const kindOf = (part: ChangePart, { name, why }: Difference<unknown>): keyof Sorted =>
    choice.take === "live" && (why === "both" || why === "hand")
      ? "kept"
      : !restarts && takes.get(`${part}/${name}`) === "restart"
      ? "left"
      : "now";
  const of = (kind: keyof Sorted): MapDifferences => ({
    profileDevices: maps.profileDevices.filter((one) => kindOf(PARTS.profileDevices, one) === kind),
    profileKeys: maps.profileKeys.filter((one) => kindOf(PARTS.profileKeys, one) === kind),
    devices: maps.devices.filter((one) => kindOf(PARTS.devices, one) === kind),
    keys: maps.keys.filter((one) => kindOf(PARTS.keys, one) === kind),
    filesystems: maps.filesystems.filter((one) => kindOf(PARTS.filesystems, one) === kind),
  });
  return { now: of("now"), kept: of("kept"), left: of("left") };
}

/** Returns the parts and names of differences. */
function namesOf(maps: MapDifferences): ReadonlySet<string> {
  return new Set(
    (Object.keys(PARTS) as (keyof MapDifferences)[]).flatMap((map) =>
      maps[map].map(({ name }: Difference<unknown>) => `${PARTS[map]}/${name}`)
    ),
  );
}

/** Tells whether any of the changes that are made takes a restart. */
export function hasRestart({ changes }: Comparison, now: MapDifferences): boolean {
  const names = namesOf(now);
  return changes.some(({ takes, part, name }) => takes === "restart" && names.has(`${part}/${name}`));
}

/** Returns the changes that a plan leaves; with `--take live`, a changed bootstrap script does not run. */
export function leftChanges(
  { changes, rootImage }: Comparison,
  left: MapDifferences,
  { rebuilds, keeps }: { readonly rebuilds: boolean; readonly keeps: boolean },
): Change[] {
  const names = namesOf(left);
  return changes.filter((one) =>
    one === rootImage || one.takes === "bootstrap" && !keeps
      ? !rebuilds
      : names.has(`${one.part}/${one.name}`)
  );
}

/** Entries of a record, by its maps. */
export type Kept = Partial<Readonly<Record<typeof MAPS[number], Hashes>>>;

/** Returns the entries of a record for differences that the user keeps. */
export function keptEntries(kept: MapDifferences, { desired, record, maps }: Comparison): Kept {
  const entries = (differences: readonly Difference<unknown>[]): Hashes =>
    Object.fromEntries(differences.map(({ name, wanted, live }) => [name, entryOf(wanted, live)]));
  const differing = new Set(maps.filesystems.map(({ name }) => name));
  const properties = Object.entries(desired.filesystems ?? {}).map(([name, value]) => {
    const before = record?.filesystems?.[name];
    // A value that the user keeps is no difference.
    return [name, before?.includes("/") && !differing.has(name) ? before : entryOf(value, value)] as const;
  });
  return {
    profileDevices: entries(kept.profileDevices),
    profileKeys: entries(kept.profileKeys),
    devices: entries(kept.devices),
    keys: entries(kept.keys),
    filesystems: { ...Object.fromEntries(properties), ...entries(kept.filesystems) },
  };
}
