/**
 * Spares: plans `rebuild --back`, which swaps the last root filesystem in again, and `prune`, which deletes spares.
 *
 * @module
 */
import { quote } from "../../../base/shell.ts";
import { noInstance } from "../../../base/missing.ts";
import { refuse } from "../../../base/errors.ts";
import type { InstanceInfo, InstanceRef } from "../../../ports/mod.ts";
import { send } from "../../../step/build.ts";
import type { InstancePlan, Step } from "../../../step/step.ts";
import { giveBackSteps, restored, takeOverStep } from "../../instance/exclusive_settings.ts";
import { hasGivenUp } from "../../instance/given_up.ts";
import { closeSteps, giveUpSteps, isClosed, startAgainSteps } from "./give_up.ts";
import { isMachine, isRunning, ownInstance, STATE_MARK, SWAPPED } from "../../instance/ownership.ts";
import { hasNote, profileBack } from "./profile_note.ts";
import { inheritedConfig } from "../../instance/resolve/profile.ts";
import { refuseStart } from "../../instance/protection.ts";
import { partsOf, sparesOf } from "../../checks/rebuild_parts.ts";
import { OLD, swapName } from "../../instance/reserved_names.ts";
import { type Guard, guardOf, isAside, pendingUndo, roleOf } from "../../instance/spare.ts";
import { stopStep } from "../../instance/power/stop.ts";
import { resolve } from "../../instance/resolve/resolve.ts";
import { checkSteps } from "../checks.ts";
import { readyStep } from "../configure.ts";
import { earlierDataSnapshots, leftToOthers, snapshotOf } from "../data/left_snapshots.ts";
import { dataSnapshots } from "../data/snapshots.ts";
import { planPendingUndo } from "./pending_undo.ts";
import { recordBack } from "../../record/back.ts";
import { patchInstance } from "../../requests/instances.ts";
import {
  bringsBack,
  deleteOld,
  forgetReturn,
  keepStep,
  powerNotes,
  renameStep,
  servesStep,
  spareStep,
  startStep,
} from "./swap.ts";
import { returning, returnOf, startedAgain } from "./ways_back.ts";
import { deleteMade, finishSwap, leftovers } from "./unfinished_swap.ts";
import { type PlanOptions, refOf, type Target, type World } from "../../world.ts";

/** Plans that the spare of an instance and the instance itself swap. */
export function planBack(target: Target, world: World, options: PlanOptions): InstancePlan {
  const { instance } = target;
  const ref = refOf(instance);
  const found = ownInstance(target, world, "rebuild", options);
  const pending = planPendingUndo(target, world, options);
  if (pending) return pending;
  const unfinished = leftovers(target, world);
  if (found && isStranded(found, guardOf(target, world, isMachine(found)))) {
    const last = deleteMade(target, unfinished?.made ?? []);
    return backAgain(ref, found, profileBack(found, ref, target, world), last);
  }
  if (unfinished) {
    if (!options.resume) throw unfinished.error;
    return finishSwap(resolve(target, world), unfinished, [], options);
  }
  const [spare] = sparesOf(target, world);
  // An earlier run may have ended after the rename.
  const alone = found && roleOf(found) === "spare" ? found : found ? undefined : spare;
  if (alone) return backAlone(ref, alone);
  if (!found) throw noInstance(instance);
  if (options.resume && found.config[STATE_MARK] === SWAPPED) return swapped(ref);
  const info = restored(found, inheritedConfig(found, world));
  if (!spare) {
    throw refuse(`Cannot go back with instance "${instance.name}"`, "it has no spare", [
      'To keep one at the next rebuild: --keep-old, or "keep-old: true" in the configuration',
    ], "missing");
  }
  refuseStart(info, info.expandedConfig, world, "go back with");
  const guard = guardOf(target, world, isMachine(info));
  const [spareRef, old] = [{ ...ref, name: spare.name }, {
    ...ref,
    name: swapName(ref.name, OLD, options.random),
  }];
  // Where this fails, the spare is beside the other one again.
  const back = returnOf({ target, world }, info, { made: spareRef, old }, options);
  const data = dataSnapshots(target, world, { ...options, runs: isRunning(info), back });
  const ready = readyStep(
    target,
    { devices: info.expandedDevices, vm: isMachine(info) },
    options,
    false,
  );
  const steps = [
    ...forgetReturn(found, ref),
    ...forgetSwap(found, ref),
    ...forgetReturn(spare, spareRef),
    ...(info.ephemeral && isRunning(info) ? [keepStep(ref)] : []),
    ...(isRunning(info)
      ? [startedAgain(
        stopStep(ref, options.stopSeconds),
        { ...back, start: true, discard: "spare" as const },
        data,
      )]
      : []),
    ...startAgainSteps(info, data.take),
    ...returning(isRunning(info) ? back : { ...back, discard: "spare" }, [
      ...giveUpSteps(info, ref, { of: ref.name, role: "kept" }, guard),
      renameStep(ref, old.name),
      renameStep(spareRef, ref.name),
      ...closeSteps(info, old, { guard, undo: data.undo }),
      takeOverStep(info, ref, guard, spare),
      startStep(ref),
      ...(ready ? [ready] : []),
      ...checkSteps(target, world, true),
    ]),
    servesStep(ref, { isSpare: true, done: recordBack(spare, found) }),
    ...data.remove,
    spareStep(old, { ...data, noted: hasNote(found) }),
  ];
  const { atomic, back: advice } = bringsBack(ref, { ...options, keepFailed: false }, data.advice);
  return {
    instance: ref,
    steps,
    ...(atomic ? { atomic } : {}),
    ...(advice ? { back: advice } : {}),
    notes: [
      `Spare "${spare.name}" comes back; the present root filesystem becomes the spare "${old.name}"`,
      ...powerNotes(found),
    ],
  };
}

/** Plans that a spare gets the name of its instance, which was deleted by other means than lxops. */
function backAlone(ref: InstanceRef, spare: InstanceInfo): InstancePlan {
  return {
    instance: ref,
    steps: [
      ...(spare.name === ref.name ? [] : [renameStep({ ...ref, name: spare.name }, ref.name)]),
      ...giveBackSteps(spare, ref),
      startStep(ref),
    ],
    notes: [`Instance "${ref.name}" is gone; its spare "${spare.name}" takes its place`],
  };
}

/**
 * Tells whether an old instance has its name again and cannot be started: a return was cut off, or a user decided that
 * its data stays as a new root filesystem left it.
 */
function isStranded(info: InstanceInfo, guard: Guard | undefined): boolean {
  const role = roleOf(info);
  return (role === "old" || role === "kept") && hasGivenUp(info) && isClosed(info, guard);
}

/** Plans the end of the return of an old instance that has its name. */
function backAgain(
  ref: InstanceRef,
  old: InstanceInfo,
  profile: readonly Step[],
  last: readonly Step[],
): InstancePlan {
  return {
    instance: ref,
    steps: [...giveBackSteps(old, ref), ...profile, startStep(ref), ...last],
    notes: [`An earlier rebuild of instance "${ref.name}" failed, and the old instance did not start again`],
  };
}

/** Returns the empty plan of a way back to resume that is complete. */
function swapped(ref: InstanceRef): InstancePlan {
  const note = `Instance "${ref.name}" and its spare have swapped: there is nothing to continue. ` +
    "To swap them once more, leave out --resume";
  return { instance: ref, steps: [], notes: [note] };
}

/** Returns the step that removes the mark of an earlier swap, which would be wrong once this one has begun. */
function forgetSwap({ config }: InstanceInfo, ref: InstanceRef): Step[] {
  if (config[STATE_MARK] !== SWAPPED) return [];
  return [
    send(
      `Remove the note that instance ${ref.name} was swapped with its spare`,
      patchInstance(ref, { config: { [STATE_MARK]: "" } }),
    ),
  ];
}

/**
 * Plans the deletion of leftovers of rebuilds: spares, failed new instances, and snapshots of data. Those of an
 * unfinished rebuild stay.
 */
export function planPrune(target: Target, world: World, options: PlanOptions): InstancePlan {
  const ref = refOf(target.instance);
  const found = ownInstance(target, world, "prune", options);
  const [aside, unfinished] = partition(partsOf(target, world));
  if (!found && unfinished.length === 0) refuseLast(target, world);
  const needed = [...unfinished, ...(found ? [found] : [])].flatMap((one) =>
    [
      pendingUndo(one)?.snapshot ?? [],
      one === found ? [] : snapshotOf(target, one.name),
    ].flat()
  );
  const steps = [
    ...aside.flatMap((one) => deleteOld(one, { ...ref, name: one.name })),
    ...earlierDataSnapshots(target, world, needed),
  ];
  const note =
    `Nothing to prune: "${ref.name}" has no spare, no new instance that failed, and no snapshot of its ` +
    "data that a rebuild left";
  const left = leftToOthers(target, world, needed);
  const notes = steps.length + left.length === 0 ? [note] : left;
  return { instance: ref, steps, ...(notes.length > 0 ? { notes } : {}) };
}

/** Refuses to delete a spare whose instance was deleted by other means than lxops. */
function refuseLast(target: Target, world: World): void {
  const [spare] = sparesOf(target, world);
  if (!spare) return;
  const { name, file } = target.instance;
  const words = `--name ${quote(name)} ${quote(file)}`;
  throw refuse(
    `Cannot prune instance "${name}"`,
    `it is gone, and spare "${spare.name}" is its last root filesystem`,
    [`To bring it back: lxops rebuild --back ${words}`, `To delete it: lxops delete ${words}`],
  );
}

/** Sorts parts of rebuilds into those that are kept, and those of one that is not finished. */
function partition(
  parts: readonly InstanceInfo[],
): readonly [aside: readonly InstanceInfo[], unfinished: readonly InstanceInfo[]] {
  return [parts.filter(isAside), parts.filter((one) => !isAside(one))];
}
