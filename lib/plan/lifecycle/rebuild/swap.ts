/**
 * Rebuild by a new instance beside the old one: the new one is created while the old one runs, then the two swap names,
 * and the old one is deleted last, so that at every point one of them can be started.
 *
 * @module
 */
import type { InstanceInfo, InstanceRef } from "../../../ports/mod.ts";
import { PROPERTIES_MARK } from "../../../instance/patterns/remembered.ts";
import { send, sendEffect } from "../../../step/build.ts";
import type { InstancePlan, Return, Step } from "../../../step/step.ts";
import { idmapBase } from "../../instance/idmap.ts";
import type { ResolvedImage } from "../../instance/resolve/image.ts";
import type { Resolved } from "../../instance/resolve/resolved.ts";
import { isMachine, isRunning, marks, RETURNED, STATE_MARK, SWAPPED } from "../../instance/ownership.ts";
import { keepsOwners, protectShiftStep, SHIFT_PROTECTION, unprotectStep } from "../../instance/protection.ts";
import {
  createInstance,
  deleteInstance,
  type InstanceBody,
  patchInstance,
  renameInstance,
  startInstance,
} from "../../requests/instances.ts";
import { NO_NOTE } from "./profile_note.ts";
import { stopStep } from "../../instance/power/stop.ts";
import type { DataSnapshots } from "../data/snapshots.ts";
import { sparesOf } from "../../checks/rebuild_parts.ts";
import { NEW, OLD, swapName } from "../../instance/reserved_names.ts";
import { successorSettings, takeOverStep } from "../../instance/exclusive_settings.ts";
import { endReaderSteps } from "../../instance/file_reader.ts";
import { closeSteps, giveUpSteps, goOnSteps, startAgainSteps } from "./give_up.ts";
import { returning, returnOf, startedAgain } from "./ways_back.ts";
import { guardOf, type PendingUndo, ROLE_MARK, undoMark } from "../../instance/spare.ts";
import { RECORD_MARK } from "../../record/record.ts";
import { type PlanOptions, refOf, type Target, type World } from "../../world.ts";

/** Change of the instance's own profile. */
export interface ProfileChange {
  readonly steps: readonly Step[];
  /** The new instance cannot be made before that, although the old one stands still for longer then. */
  readonly first: boolean;
  /** A change that is made once the new instance has the settings that the old one gave up. */
  readonly last?: Step;
  /** Configuration that notes the profile on the old instance before it changes. */
  readonly note?: Readonly<Record<string, string>> | undefined;
}

/** A swap of an old instance for a new one. */
export interface Swap {
  /** The old instance. */
  readonly old: InstanceInfo;
  /** Settings of the new instance: those of the old one, with the changes that the user asked for. */
  readonly info: InstanceInfo;
  readonly image: ResolvedImage;
  readonly change: ProfileChange;
  /** Returns steps on the new instance, which does not run yet, while the old one does; none where that stops first. */
  readonly beforeStop: (made: InstanceRef) => readonly Step[];
  /** Steps that make the new instance ready, configure and check it. */
  readonly after: readonly Step[];
  /** Configuration that the new instance gets once it is configured. */
  readonly done: Readonly<Record<string, string>>;
  readonly data: DataSnapshots;
  /** An unfinished rebuild has stopped the old instance. */
  readonly wasStopped: boolean;
}

/** Returns the names that the instances of a swap have for a time. */
export function swapRefs(
  target: Target,
  { random }: Pick<PlanOptions, "random">,
): { readonly made: InstanceRef; readonly old: InstanceRef } {
  const ref = refOf(target.instance);
  return {
    made: { ...ref, name: swapName(ref.name, NEW, random) },
    old: { ...ref, name: swapName(ref.name, OLD, random) },
  };
}

/** Plans a swap. */
export function swapSteps({ target, world }: Resolved, swap: Swap, options: PlanOptions): Step[] {
  const { old, info, image, change, beforeStop, after, done, data, wasStopped } = swap;
  const ref = refOf(target.instance);
  const refs = swapRefs(target, options);
  const guard = guardOf(target, world, isMachine(info));
  const keep = keepsOld(target, options);
  const back: Return = {
    ...returnOf({ target, world }, old, refs, options),
    ...(wasStopped ? { runs: true } : {}),
  };
  const creation = [
    {
      ...send(
        `Create instance ${refs.made.name} from ${image.text}`,
        createInstance(ref.project, successor({ target, world }, info, image, refs.made.name), info.location),
        { makes: [{ kind: "instance", ...refs.made }] },
      ),
      undo: { ...back, discard: options.keepFailed ? "failed" as const : "delete" as const },
      partly: true as const,
    },
    ...(change.first ? [] : beforeStop(refs.made)),
    send(
      `Mark instance ${refs.made.name} as complete`,
      patchInstance(refs.made, { config: { [ROLE_MARK]: "new" } }),
    ),
  ];
  const before = [...data.take, ...change.steps, ...(change.first ? creation : [])];
  const standstill = [
    ...(old.ephemeral && isRunning(old) ? [keepStep(ref)] : []),
    ...(isRunning(old)
      ? [startedAgain(stopStep(ref, options.stopSeconds), { ...back, start: true }, data)]
      : []),
    ...(wasStopped
      ? goOnSteps(old, before, back, { note: change.note, removal: data.undo?.removal })
      : startAgainSteps(old, before, change.note)),
    ...endReaderSteps(target, world, old),
  ];
  return [
    ...(change.first ? standstill : [...creation, ...standstill]),
    ...returning(back, [
      ...giveUpSteps(old, ref, { of: ref.name, role: keep ? "kept" : "old" }, guard),
      renameStep(ref, refs.old.name),
      renameStep(refs.made, ref.name),
      ...closeSteps(old, refs.old, { guard, undo: data.undo }),
      takeOverStep(info, ref, guard),
      ...(change.last ? [change.last] : []),
      startStep(ref),
      ...(keepsOwners(info) ? [protectShiftStep(ref, info.config[SHIFT_PROTECTION] ?? "")] : []),
      ...after,
    ]),
    servesStep(ref, { done }),
    ...data.remove,
    ...(keep
      ? keepSteps(target, world, refs.old, { ...data, noted: change.note !== undefined })
      : deleteOld(old, refs.old)),
    ...data.last,
  ];
}

/** Tells whether a rebuild keeps the old instance. */
export function keepsOld({ instance }: Target, { keepOld }: PlanOptions): boolean {
  return (keepOld ?? false) || instance.config.keepOld;
}

/** Returns the steps that make the replaced instance the one spare, in the place of earlier ones. */
export function keepSteps(
  target: Target,
  world: World,
  old: InstanceRef,
  left: Parameters<typeof spareStep>[1],
): Step[] {
  return [
    spareStep(old, left),
    ...sparesOf(target, world).flatMap((one) => deleteOld(one, { ...old, name: one.name })),
  ];
}

/** Returns the step that makes a replaced instance a spare, whose data and profile are not restored any more. */
export function spareStep(
  ref: InstanceRef,
  { undo, noted }: { readonly undo?: PendingUndo | undefined; readonly noted?: boolean },
): Step {
  const marks = { [ROLE_MARK]: "spare", ...(undo ? undoMark(undefined) : {}), ...(noted ? NO_NOTE : {}) };
  return send(`Keep instance ${ref.name} as a spare`, patchInstance(ref, { config: marks }));
}

/**
 * Returns the settings of a plan that brings the old instance back where a step fails.
 *
 * @param ran advice where the new root filesystem had worked with the data
 * @param state what the instance is like then
 */
export function bringsBack(
  ref: InstanceRef,
  { noReturn, keepFailed }: PlanOptions,
  ran: readonly string[] = [],
  state: readonly string[] = [`Instance "${ref.name}" is as it was before`],
): Partial<Pick<InstancePlan, "atomic" | "back" | "ran">> {
  if (noReturn) return { ran };
  return {
    atomic: true,
    back: {
      state: [
        ...state,
        ...(keepFailed ? [`The new one stays beside it, stopped, to look at`] : []),
      ],
      ran,
      again: ["To try again: run the same command again"],
      partly: [
        `Instance "${ref.name}" did not come back whole: it may be stopped, and its data not as it was before`,
        "lxops rebuild --resume says what is in the way, such as newer snapshots of its data, and goes on " +
        "once that is gone",
      ],
    },
  };
}

/**
 * Returns the step after which a new instance stays, whatever happens to the old one. One that was a spare gets a mark,
 * so that `--back --resume` does not swap the two once more.
 */
export function servesStep(
  ref: InstanceRef,
  { isSpare = false, done = {} }: {
    readonly isSpare?: boolean;
    readonly done?: Readonly<Record<string, string>>;
  },
): Step {
  const config = { ...done, [ROLE_MARK]: "", ...(isSpare ? { [STATE_MARK]: SWAPPED } : {}) };
  return send(`Mark instance ${ref.name} as configured`, patchInstance(ref, { config }), { commits: true });
}

/**
 * Returns the step that removes the mark of an earlier failed rebuild, by which this one would have nothing to
 * continue.
 */
export function forgetReturn(info: InstanceInfo, ref: InstanceRef): Step[] {
  if (info.config[STATE_MARK] !== RETURNED) return [];
  return [
    send(
      `Remove the note that an earlier rebuild of instance ${ref.name} failed`,
      patchInstance(ref, { config: { [STATE_MARK]: "" } }),
    ),
  ];
}

/** Returns notes on an instance that runs after a swap and did not before. */
export function powerNotes({ name, status }: InstanceInfo): readonly string[] {
  if (status === "Stopped") return [`Instance "${name}" does not run, and is started`];
  return status === "Frozen"
    ? [`Instance "${name}" is frozen, and runs afterwards, also where this fails`]
    : [];
}

/** Returns the step that keeps the daemon from deleting an ephemeral instance when it stops. */
export function keepStep(ref: InstanceRef): Step {
  return send(`Keep instance ${ref.name} when it stops`, patchInstance(ref, { ephemeral: false }), {
    undo: sendEffect(patchInstance(ref, { ephemeral: true })),
  });
}

/**
 * Returns the settings that the new instance takes over from the old one: all that do not belong to its root filesystem
 * or its run.
 */
function successor(
  { target, world }: Pick<Resolved, "target" | "world">,
  info: InstanceInfo,
  image: ResolvedImage,
  name: string,
): InstanceBody {
  const { config, devices } = successorSettings(info, guardOf(target, world, isMachine(info)));
  const kept = Object.entries(config).filter(([key]) =>
    key !== STATE_MARK && key !== PROPERTIES_MARK && key !== RECORD_MARK && !key.startsWith("volatile.") &&
      !key.startsWith("image.") ||
    /^volatile\.[^.]+\.name$/.test(key)
  );
  return {
    name,
    type: info.type === "virtual-machine" ? "virtual-machine" : "container",
    source: image.source,
    profiles: info.profiles,
    config: {
      ...Object.fromEntries(kept),
      ...idmapBase(info),
      ...(keepsOwners(info) ? { [SHIFT_PROTECTION]: "false" } : {}),
      ...marks(target),
    },
    devices,
    ephemeral: false,
    description: info.description,
  };
}

/** Returns the step that renames an instance. */
export function renameStep(ref: InstanceRef, name: string): Step {
  return send(`Rename instance ${ref.name} to ${name}`, renameInstance(ref, name), {
    makes: [{ kind: "instance", ...ref, name }],
    removes: [{ kind: "instance", ...ref }],
  });
}

/** Returns the step that starts an instance. */
export function startStep(ref: InstanceRef): Step {
  return send(`Start instance ${ref.name}`, startInstance(ref), { runs: true });
}

/** Returns the steps that delete an instance that another one has replaced, under the name that it has by then. */
export function deleteOld(info: InstanceInfo, old: InstanceRef): Step[] {
  return [
    ...unprotectStep(info, old),
    send(`Delete instance ${old.name}`, deleteInstance(old), {
      removes: [{ kind: "instance", ...old }],
    }),
  ];
}
