/**
 * The data of an interrupted rebuild: the snapshots of the earlier run, and those of this one.
 *
 * @module
 */
import { refuse } from "../../../base/errors.ts";
import type { InstanceInfo } from "../../../ports/mod.ts";
import { type Effect, type Return, type Step, type UndoEffect, undoEffects } from "../../../step/step.ts";
import { type PendingUndo, pendingUndo } from "../../instance/spare.ts";
import type { PlanOptions, Target, World } from "../../world.ts";
import { leftDataSnapshots, ofSnapshot, snapshotOf, withoutSnapshot } from "./left_snapshots.ts";
import { dataSnapshots, leftAdvice, missingAdvice, undoneAdvice } from "./snapshots.ts";
import { giveBackEffects, removalEffects } from "./undo.ts";

/** The data of a rebuild that was cut off, which this run continues. */
export interface LeftData {
  readonly take: readonly Step[];
  readonly remove: readonly Step[];
  /** Advice where the new root filesystem had worked with the data. */
  readonly advice: readonly string[];
  /** Names of snapshots that these steps remove. */
  readonly names: readonly string[];
  /** The data that is restored where the old instance comes back, to be noted on it. */
  readonly note?: PendingUndo | undefined;
  /** Effects that restore data from the snapshots of the earlier run, and then remove these. */
  readonly back: readonly UndoEffect[];
  readonly removal: readonly Effect[];
}

/**
 * Plans the handling of the data while a rebuild continues.
 *
 * @param part the old instance, and whether it surely cannot be started any more
 * @throws {StateError} where the data is to go back, and the earlier run took no snapshots of all of it
 */
export function leftData(
  target: Target,
  world: World,
  { old, closed }: { readonly old: InstanceInfo; readonly closed: boolean },
  options: PlanOptions,
): LeftData {
  const pending = pendingUndo(old);
  const snapshot = pending?.snapshot ?? snapshotOf(target, old.name);
  const remove = leftDataSnapshots(target, world, snapshot);
  if (!pending && !options.undoData) {
    const advice = leftAdvice(target, world, snapshot);
    return { take: [], remove, advice, names: [snapshot], back: [], removal: [] };
  }
  // The old instance may have written since: the new one has not begun.
  if (!pending && !closed) {
    const { take, advice, undo, ...fresh } = dataSnapshots(target, world, { ...options, runs: true });
    return {
      take: [...remove, ...take],
      remove: fresh.remove,
      advice,
      names: [snapshot],
      note: undo,
      back: [],
      removal: undo?.removal ?? [],
    };
  }
  const { kept, having } = ofSnapshot(target, world, snapshot);
  const without = withoutSnapshot(kept, having);
  if (!pending && without.length > 0) {
    throw refuse(
      `Cannot go on with the rebuild of instance "${target.instance.name}" with --undo-data`,
      without.map((path) => `the earlier run took no snapshot of "${path}"`),
      ["Leave out --undo-data"],
    );
  }
  return {
    take: [],
    remove,
    advice: [...undoneAdvice(having), ...missingAdvice(without, snapshot)],
    names: [snapshot],
    note: { snapshot, runs: true },
    back: giveBackEffects(having, snapshot),
    removal: removalEffects(having, snapshot),
  };
}

/**
 * Returns steps whose first one, which is undone last, brings back the old instance with its data.
 *
 * @param names brings the old instance back under its name
 * @param profile give its own profile back what it had before
 * @param whole does the same, starts it, and sees to the new one
 */
export function wholly(
  steps: readonly Step[],
  { back, removal }: LeftData,
  { names, profile, whole }: {
    readonly names: Return;
    readonly profile: readonly UndoEffect[];
    readonly whole: Return;
  },
): readonly Step[] {
  const [first, ...others] = steps;
  if (!first) return [];
  if (back.length > 0) {
    return [{ ...first, undo: [names, ...profile, ...back, whole, ...removal] }, ...others];
  }
  const isReturn = undoEffects(first.undo).some(({ kind }) => kind === "return");
  const bare = profile.length > 0 ? [names, ...profile] : [];
  const undo = [...(isReturn ? [] : undoEffects(first.undo)), ...bare, whole];
  const after = [
    ...(isReturn ? [] : first.undoAfterRun ?? undoEffects(first.undo)),
    ...bare,
    whole,
    ...removal,
  ];
  return [
    { ...first, undo, ...(removal.length > 0 ? { undoAfterRun: after } : {}), partly: true },
    ...others,
  ];
}
