/**
 * The state of an interrupted rebuild, and the steps that continue it. Only the marks on the instances show its
 * progress.
 *
 * @module
 */
import { type LxopsError, refuse } from "../../../base/errors.ts";
import { pending } from "../../../cloudconfig/batch/journal.ts";
import type { Item } from "../../../cloudconfig/model/item.ts";
import type { InstanceInfo, InstanceRef } from "../../../ports/mod.ts";
import { send } from "../../../step/build.ts";
import type { InstancePlan, Return, Step } from "../../../step/step.ts";
import { checkSteps } from "../checks.ts";
import { idsLeft } from "../ids.ts";
import { earlierDataSnapshots, leftDataSnapshots, leftToOthers, snapshotOf } from "../data/left_snapshots.ts";
import { leftData, wholly } from "../data/unfinished.ts";
import { finishUndo } from "../data/undo.ts";
import { appliedItems, applySteps, readyStep } from "../configure.ts";
import type { Resolved } from "../../instance/resolve/resolved.ts";
import { isMachine, isRunning } from "../../instance/ownership.ts";
import { keepsOwners, protectShiftStep, SHIFT_PROTECTION, unprotectStep } from "../../instance/protection.ts";
import { deleteInstance } from "../../requests/instances.ts";
import { partsOf } from "../../checks/rebuild_parts.ts";
import { isOldPart } from "../../instance/reserved_names.ts";
import { giveBackSteps, restored, takeOverStep } from "../../instance/exclusive_settings.ts";
import { hasNote, notedProfile, profileBack, profileEffects, stateAfterCut } from "./profile_note.ts";
import { inheritedConfig } from "../../instance/resolve/profile.ts";
import { hasGivenUp } from "../../instance/given_up.ts";
import { closeSteps, giveUpSteps, isClosed } from "./give_up.ts";
import { guardOf, isAside, pendingUndo, roleOf } from "../../instance/spare.ts";
import { stopStep } from "../../instance/power/stop.ts";
import { addressesBack } from "../../addresses/in_rebuild.ts";
import {
  bringsBack,
  deleteOld,
  keepsOld,
  keepSteps,
  renameStep,
  servesStep,
  spareStep,
  startStep,
  swapRefs,
} from "./swap.ts";
import { returning } from "./ways_back.ts";
import { recordBack } from "../../record/back.ts";
import { objectKey, type PlanOptions, refOf, type Target, type World } from "../../world.ts";

/** Remains of an unfinished swap. */
export interface Leftovers {
  /** The instance that has the name. */
  readonly present?: InstanceInfo;
  /** New instances that have not got the name; the first one is complete, where one is. */
  readonly made: readonly InstanceInfo[];
  readonly old?: InstanceInfo;
  /** Error that tells the user what exists and how to continue. */
  readonly error: LxopsError;
}

/** Returns the remains of an unfinished swap of a target, if any. */
export function leftovers(target: Target, world: World): Leftovers | undefined {
  const { project, name } = target.instance;
  const present = world.instances.get(objectKey(project, name));
  const others = partsOf(target, world);
  const made = others.filter((info) => !isOldPart(info) && !isAside(info))
    .toSorted((a, b) => Number(roleOf(a) === "unfinished") - Number(roleOf(b) === "unfinished"));
  const old = others.find((info) => isOldPart(info) && !isAside(info));
  if (made.length === 0 && !old) return undefined;
  const names = [...made, ...(old ? [old] : [])].map((info) => `"${info.name}" (${info.status})`)
    .join(" and ");
  return {
    ...(present ? { present } : {}),
    made,
    ...(old ? { old } : {}),
    error: refuse(`An earlier rebuild of instance "${name}" was not finished`, `it left ${names}`, [
      "To continue it, add --resume",
    ]),
  };
}

/** Returns the steps that delete new instances that never served. */
export function deleteMade(target: Target, made: readonly InstanceInfo[]): Step[] {
  return made.flatMap((info) => {
    const ref = { ...refOf(target.instance), name: info.name };
    return [
      ...unprotectStep(info, ref),
      send(`Delete instance ${info.name}, left by an unfinished rebuild`, deleteInstance(ref), {
        removes: [{ kind: "instance", ...ref }],
      }),
    ];
  });
}

/** Plans the rest of an unfinished swap. */
export function finishSwap(
  { target, world }: Resolved,
  { present, made, old }: Leftovers,
  items: readonly Item[],
  options: PlanOptions,
): InstancePlan {
  const ref = refOf(target.instance);
  const successor = present ?? made.find((info) => roleOf(info) !== "unfinished");
  if (old && !successor) {
    const oldRef = { ...ref, name: old.name };
    const pending = pendingUndo(old);
    const undo = pending && finishUndo(target, world, ref, pending);
    return {
      instance: ref,
      steps: [
        ...stopOld(old, oldRef, options),
        renameStep(oldRef, ref.name),
        ...(undo ? [...undo.back, undo.forget] : []),
        ...giveBackSteps(old, ref),
        ...profileBack(old, ref, target, world),
        startStep(ref),
        // A missing new instance may have worked with the data, so its snapshots stay.
        ...undo?.end ??
          (made.length > 0 ? leftDataSnapshots(target, world, snapshotOf(target, old.name)) : []),
        ...deleteMade(target, made),
      ],
      patient: true,
      notes: [`The new instance was not complete; the old one gets its name back`, ...undo?.notes ?? []],
    };
  }
  const current = successor!;
  // One that comes back is configured already.
  const isSpare = roleOf(current) === "back" || roleOf(current) === "spare";
  // An earlier lxops set no marks.
  const isConfigured = roleOf(current) === undefined && old !== undefined && roleOf(old) !== undefined;
  const keep = old !== undefined && (roleOf(old) === "kept" || keepsOld(target, options));
  const surplus = made.filter((info) => info !== current);
  const guard = guardOf(target, world, isMachine(current));
  // One that was configured stays, and the data with it.
  const undoData = (options.undoData ?? false) && !isConfigured;
  const closed = guard !== undefined && old !== undefined && isClosed(old, guard);
  const data = old ? leftData(target, world, { old, closed }, { ...options, undoData }) : undefined;
  const stop: Step[] = [
    ...(old ? stopOld(old, { ...ref, name: old.name }, options) : []),
    ...(old && !hasGivenUp(old)
      ? giveUpSteps(
        old,
        { ...ref, name: old.name },
        { of: ref.name, role: keep ? "kept" : "old" },
        guard,
      )
      : []),
  ];
  const ready = readySteps({ target, world }, current, isSpare || isConfigured ? undefined : items, options);
  const steps: Step[] = [
    ...(present ? [] : [renameStep({ ...ref, name: current.name }, ref.name)]),
    ...(old
      ? closeSteps(old, { ...ref, name: old.name }, {
        guard,
        undo: old && pendingUndo(old) ? undefined : data?.note,
      })
      : []),
    ...(isSpare && old && hasGivenUp(current)
      // What the spare noted is from the time when it became one.
      ? [takeOverStep(restored(old, inheritedConfig(old, world)), ref, guard, current)]
      : giveBackSteps(current, ref, isSpare ? "back" : "new")),
    ...(isSpare ? [] : addressesBack(target, world)),
    ...(isRunning(current) ? [] : [startStep(ref)]),
    ...(old && keepsOwners(old) && !keepsOwners(current)
      ? [protectShiftStep(ref, old.config[SHIFT_PROTECTION] ?? "")]
      : []),
    ...ready.steps,
  ];
  const back: Return | undefined = !old || isConfigured ? undefined : {
    kind: "return",
    instance: ref,
    made: present ? swapRefs(target, options).made.name : current.name,
    old: old.name,
    ...(guard ? { guard } : {}),
    stopSeconds: options.stopSeconds,
    runs: true,
  };
  const returns = (served: InstanceInfo, isKept: boolean, advice: readonly string[]) => {
    const { back: told, ...plan } = bringsBack(
      ref,
      options,
      advice,
      old && stateAfterCut(ref, target, world, { info: old, noted: notedProfile(old, target, world) }),
    );
    if (!told) return plan;
    const gone = isKept || options.keepFailed ? [] : ["The new one, which the earlier run left, was deleted"];
    // It worked with the data before this run.
    const before = isRunning(served)
      ? ["The new root filesystem ran with the data before this run", ...advice]
      : [];
    const ran = before.length > 0 ? [] : advice;
    return { ...plan, back: { ...told, state: [...told.state, ...gone, ...before], ran } };
  };
  // Taken back last, so that this brings all of it back.
  const whole = back &&
    {
      ...back,
      start: true,
      dataIsBack: true,
      discard: isSpare ? "spare" : options.keepFailed ? "failed" : "delete",
    } as const;
  const change = back && whole && data
    ? wholly(
      [...returning(back, stop), ...data.take, ...returning(back, steps)],
      data,
      { names: back, whole, profile: profileEffects(old!, ref, target, world) },
    )
    : [...stop, ...steps];
  const notes = leftToOthers(target, world, data?.names ?? []);
  return {
    instance: ref,
    steps: [
      ...change,
      servesStep(ref, {
        isSpare,
        done: { ...ready.done, ...(isSpare && old ? recordBack(current, old) : {}) },
      }),
      ...data?.remove ?? [],
      ...(!old
        ? []
        : !keep
        ? deleteOld(old, { ...ref, name: old.name })
        : isSpare
        ? [spareStep({ ...ref, name: old.name }, { undo: data?.note, noted: hasNote(old) })]
        : keepSteps(target, world, { ...ref, name: old.name }, { undo: data?.note, noted: hasNote(old) })),
      ...deleteMade(target, surplus),
      ...earlierDataSnapshots(target, world, data?.names ?? []),
    ],
    ...ready.known,
    ...(notes.length > 0 ? { notes } : {}),
    ...(back ? returns(current, isSpare, data?.advice ?? []) : {}),
  };
}

/** Returns the step that stops an old instance, which a daemon that was started again started. */
function stopOld(old: InstanceInfo, ref: InstanceRef, { stopSeconds }: PlanOptions): Step[] {
  return isRunning(old) ? [stopStep(ref, stopSeconds)] : [];
}

/**
 * Returns the steps that configure an instance which has its name, and what is known of it afterwards.
 *
 * @param items absent: it is configured
 */
function readySteps(
  { target, world }: Pick<Resolved, "target" | "world">,
  current: InstanceInfo,
  items: readonly Item[] | undefined,
  options: PlanOptions,
): {
  readonly steps: readonly Step[];
  readonly known: ReturnType<typeof appliedItems> | undefined;
  readonly done: Readonly<Record<string, string>>;
} {
  const ref = refOf(target.instance);
  const journal = world.journals.get(objectKey(current.project, current.name));
  const all = items ?? [];
  const left = journal === undefined ? all : pending(all, journal);
  const known = items && appliedItems(ref, items, left, options);
  const ready = readyStep(
    target,
    { devices: current.expandedDevices, vm: isMachine(current) },
    options,
    left.length > 0,
  );
  return {
    steps: [
      ...(ready ? [ready] : []),
      ...applySteps(ref, left, { ...options, ...known, resume: true, root: "new" }),
      ...checkSteps(target, world, true),
    ],
    known,
    done: idsLeft(target, world),
  };
}
