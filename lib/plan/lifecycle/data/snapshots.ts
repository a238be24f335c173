/**
 * Snapshots of an instance's data before a new root filesystem works with it: a newer program may change the data so
 * that the old one cannot read it. They are taken where the filesystem gives them for nothing, and removed once the
 * new root filesystem is configured.
 *
 * @module
 */
import { type Effect, type Return, type Step, undoEffects } from "../../../step/step.ts";
import { forEachKind } from "../../data/kinds/mod.ts";
import { OLD, swapName } from "../../instance/reserved_names.ts";
import type { PendingUndo } from "../../instance/spare.ts";
import { all, type Filesystems } from "../../storage/selection.ts";
import type { PlanOptions, Target, World } from "../../world.ts";
import {
  earlierDataSnapshots,
  lasting,
  leftToOthers,
  ofSnapshot,
  removeSteps,
  snapshotOf,
  snapshotWords,
} from "./left_snapshots.ts";
import { giveBackEffects, refuseUndo, removalEffects, sharesBlocks } from "./undo.ts";

/** Steps around the time in which a new root filesystem works with data that may be needed again. */
export interface DataSnapshots {
  readonly take: readonly Step[];
  readonly remove: readonly Step[];
  /** Steps that remove leftovers of earlier ones. */
  readonly last: readonly Step[];
  /** Notes about leftovers of earlier ones that stay. */
  readonly notes: readonly string[];
  /** Advice where the new root filesystem had worked with the data. */
  readonly advice: readonly string[];
  /** The data that is restored where the old instance comes back. */
  readonly undo?: DataUndo;
}

/** Data that is restored where an old instance comes back. */
export interface DataUndo extends PendingUndo {
  /** Effects that remove the snapshots once the old instance runs again. */
  readonly removal: readonly Effect[];
}

/** Options of the snapshots for a swap. */
export interface SnapshotOptions extends PlanOptions {
  /** The old instance runs before, so that a start of it is taken back last. */
  readonly runs: boolean;
  /** Brings the old instance back under its name. */
  readonly back?: Return;
}

/**
 * Plans snapshots of a target's data for a swap. Those that earlier ones left stay until this one has succeeded: a new
 * root filesystem may have changed the data since they were taken.
 */
export function dataSnapshots(
  target: Target,
  world: World,
  options: SnapshotOptions,
): DataSnapshots {
  const kept = lasting(target, world);
  const snapshot = snapshotOf(target, swapName("", OLD, options.random));
  const earlier = {
    last: earlierDataSnapshots(target, world, []),
    notes: leftToOthers(target, world, []),
  };
  if (options.undoData) return { ...undoable(target, world, options, { kept, snapshot }), ...earlier };
  const cheap = sharing(kept, world);
  if (all(cheap).length === 0) return { take: [], remove: [], advice: [], ...earlier };
  return {
    take: takeSteps(cheap, snapshot, world).map((step) => ({ ...step, undoAfterRun: [] })),
    remove: removeSteps(cheap, snapshot, CONFIGURED),
    ...earlier,
    advice: adviceFor(target, kept, cheap, snapshot),
  };
}

const CONFIGURED = ", as the new instance is configured";

/** Plans snapshots of all filesystems, to which they go back where the old instance comes back. */
function undoable(
  target: Target,
  world: World,
  options: SnapshotOptions,
  { kept, snapshot }: { readonly kept: Filesystems; readonly snapshot: string },
): Omit<DataSnapshots, "last" | "notes"> {
  if (all(kept).length === 0) return { take: [], remove: [], advice: [] };
  const shared = refuseUndo(target, kept, world, options);
  const removal = removalEffects(kept, snapshot);
  const [first, ...others] = takeSteps(kept, snapshot, world, shared);
  const back = giveBackEffects(kept, snapshot);
  // It gets its settings back after its data is restored: before that, it must not be started.
  const last = options.runs || !options.back ? [] : [{ ...options.back, dataIsBack: true as const }];
  return {
    // The first step is undone last: by then, the old instance has its name again.
    take: [
      {
        ...first!,
        undo: [...undoEffects(first!.undo), ...last],
        undoAfterRun: options.runs ? back : [...back, ...last, ...removal],
      },
      ...others.map((step) => ({ ...step, undoAfterRun: [] })),
    ],
    remove: removeSteps(kept, snapshot, CONFIGURED),
    advice: undoneAdvice(kept),
    undo: { snapshot, runs: options.runs, removal },
  };
}

/** Returns the line that tells that data went back; none where none did. */
export function undoneAdvice(filesystems: Filesystems): readonly string[] {
  const names = all(filesystems).map(({ path }) => path);
  return names.length === 0 ? [] : [`The data was put back as it was before then: ${names.join(", ")}`];
}

/** Returns the line that tells that data did not go back, as its snapshot is missing; none where none is. */
export function missingAdvice(without: readonly string[], snapshot: string): readonly string[] {
  if (without.length === 0) return [];
  return [
    `The data stays changed, as there is no snapshot "${snapshot}" any more, of: ${without.join(", ")}`,
  ];
}

/** Plans the snapshots. Nothing writes to the filesystems at that time, so that they need not be taken at one moment. */
function takeSteps(
  filesystems: Filesystems,
  snapshot: string,
  world: World,
  shared: ReadonlySet<string> = new Set(),
): readonly Step[] {
  const apart = { ...world, zfsTakesSeveral: false };
  const takings = forEachKind(filesystems, (kind, own) => [
    kind.snapshot.take(own, snapshot, apart, { mounted: new Map(), shared }),
  ]);
  const steps = [
    ...takings.flatMap(({ prepare }) => prepare),
    ...takings.flatMap(({ change }) => change),
    ...takings.flatMap(({ finish }) => finish),
  ];
  // A copy has no purpose of its own here: it is removed with the steps that it belongs to.
  return steps.map(({ opens: _, ...step }) => step);
}

/** Returns advice about snapshots of some of a target's filesystems. */
function adviceFor(
  target: Target,
  kept: Filesystems,
  having: Filesystems,
  snapshot: string,
): readonly string[] {
  const words = snapshotWords(target, snapshot);
  const isWhole = all(having).length === all(kept).length;
  const names = all(having).map(({ path }) => `${path}@${snapshot}`).join(", ");
  return [
    `Its snapshots from before that: ${names}`,
    ...(isWhole
      ? [`To put the data back to them: lxops rollback ${words}`]
      : ["Plain directories have none, so that only these can be put back, by zfs rollback or the daemon"]),
    `To delete them: lxops snapshot -d ${words}`,
  ];
}

/** Returns advice about the snapshots that a swap which was cut off took; none where there are none. */
export function leftAdvice(target: Target, world: World, snapshot: string): readonly string[] {
  const { kept, having } = ofSnapshot(target, world, snapshot);
  return all(having).length === 0 ? [] : adviceFor(target, kept, having, snapshot);
}

/** Returns the filesystems whose snapshots take no room at first. Those of the host need root's rights. */
function sharing({ host, daemon }: Filesystems, world: World): Filesystems {
  return {
    host: world.user === undefined ? host.filter(({ kind }) => kind === "dataset") : [],
    daemon: daemon.filter(({ ref }) => sharesBlocks(world.pools.get(ref.pool)?.driver)),
  };
}
