/**
 * Rebuild where the daemon has none (LXD 5.0): the new instance is created next to the old one, the two swap names,
 * and the old one goes last, so that a failure at any point leaves one that starts.
 *
 * @module
 */
import { type LxopsError, refuse } from "../../base/errors.ts";
import { pending } from "../../cloudconfig/batch/journal.ts";
import { PROPERTIES_MARK } from "../../instance/remembered.ts";
import type { Item } from "../../cloudconfig/model/item.ts";
import type { InstanceInfo, InstanceRef } from "../../ports/mod.ts";
import { send, sendEffect } from "../../step/build.ts";
import type { InstancePlan, Step } from "../../step/step.ts";
import { applySteps, readyStep } from "./configure.ts";
import { checkSteps } from "./checks.ts";
import { isTrue } from "../instance/idmap.ts";
import type { ResolvedImage } from "../instance/image.ts";
import type { Resolved } from "../instance/resolved.ts";
import { isLeftover, isMachine, isRunning, marks, STATE_MARK } from "../instance/ownership.ts";
import { protectShiftStep, SHIFT_PROTECTION, unprotectStep } from "../instance/protection.ts";
import {
  createInstance,
  deleteInstance,
  type InstanceBody,
  renameInstance,
  startInstance,
} from "../requests/instances.ts";
import { stopEffect, stopStep } from "../instance/stop.ts";
import { NAME_LIMIT, NEW, OLD, swapNames } from "../instance/reserved_names.ts";
import {
  giveBackSteps,
  giveUpSteps,
  successorSettings,
  takeOverSteps,
} from "../instance/exclusive_settings.ts";
import { objectKey, type PlanOptions, refOf, type Target, type World } from "../world.ts";

/** Remains of an unfinished swap. */
export interface Leftovers {
  readonly present?: InstanceInfo;
  readonly made?: InstanceInfo;
  readonly old?: InstanceInfo;
  /** Error that tells the user what exists and how to continue. */
  readonly error: LxopsError;
}

/** Returns the remains of an unfinished swap of a target, if any. */
export function leftovers(target: Target, world: World): Leftovers | undefined {
  const { instance } = target;
  const find = (name: string): InstanceInfo | undefined => {
    const info = world.instances.get(objectKey(instance.project, name));
    return info && (name === instance.name || isLeftover(info, target)) ? info : undefined;
  };
  const [present, made, old] = [find(instance.name), find(instance.name + NEW), find(instance.name + OLD)];
  if (!made && !old) return undefined;
  const names = [made, old].flatMap((info) => info ? [`"${info.name}" (${info.status})`] : []).join(" and ");
  return {
    ...(present ? { present } : {}),
    ...(made ? { made } : {}),
    ...(old ? { old } : {}),
    error: refuse(`An earlier rebuild of instance "${instance.name}" was not finished`, `it left ${names}`, [
      "To go on with it, add --resume",
    ]),
  };
}

/** Change of the instance's own profile. */
export interface ProfileChange {
  readonly steps: readonly Step[];
  /** The new instance cannot be made before that, although the old one stands still for longer then. */
  readonly first: boolean;
}

/** A swap of an old instance for a new one. */
export interface Swap {
  /** The old instance, with what the new one is to have. */
  readonly info: InstanceInfo;
  readonly image: ResolvedImage;
  readonly change: ProfileChange;
  /** Steps that make the new instance ready and configure it. */
  readonly after: readonly Step[];
}

/** Plans a swap. */
export function swapSteps(
  { target, world }: Resolved,
  { info, image, change, after }: Swap,
  options: PlanOptions,
): Step[] {
  const ref = refOf(target.instance);
  const cannot = `Cannot rebuild instance "${ref.name}"`;
  if (ref.name.length + OLD.length > NAME_LIMIT) {
    throw refuse(cannot, `with "${OLD}" its name would exceed ${NAME_LIMIT} characters`);
  }
  for (const name of swapNames(ref.name)) {
    const taken = world.instances.get(objectKey(ref.project, name));
    if (taken && !isLeftover(taken, target)) {
      throw refuse(cannot, `it would need the name of instance "${name}" for a time, which is another one`);
    }
  }
  const made: InstanceRef = { ...ref, name: ref.name + NEW };
  const creation = send(
    `Create instance ${made.name} from ${image.text}`,
    createInstance(ref.project, successor(target, info, image, made.name), info.location),
    { makes: [{ kind: "instance", ...made }], undo: sendEffect(deleteInstance(made)) },
  );
  const standstill = [...(isRunning(info) ? [stopStep(ref, options.stopSeconds)] : []), ...change.steps];
  return [
    ...serving([
      ...(change.first ? [...standstill, creation] : [creation, ...standstill]),
      renameStep(ref, ref.name + OLD),
      ...giveUpSteps(info, { ...ref, name: ref.name + OLD }),
      renameStep(made, ref.name),
      ...takeOverSteps(info, ref),
      startStep(ref, options),
      ...(keepsOwners(info) ? [protectShiftStep(ref, info.config[SHIFT_PROTECTION] ?? "")] : []),
      ...after,
    ]),
    ...deleteOld(info, ref),
  ];
}

/**
 * Marks the last of the steps after which the new instance serves: from there on it stays, whatever happens
 * to the old one.
 */
function serving(steps: readonly Step[]): Step[] {
  return steps.map((step, index) => index === steps.length - 1 ? { ...step, commits: true } : step);
}

/**
 * Tells whether the files of an instance must keep their owners. Those of a new instance have yet to get
 * them.
 */
function keepsOwners(info: InstanceInfo): boolean {
  return isTrue(info.expandedConfig[SHIFT_PROTECTION]) && !isMachine(info);
}

/**
 * Returns what the new instance takes over from the old one: everything that does not belong to its root
 * filesystem or its run.
 */
function successor(target: Target, info: InstanceInfo, image: ResolvedImage, name: string): InstanceBody {
  const { config, devices } = successorSettings(info);
  const kept = Object.entries(config).filter(([key]) =>
    key !== STATE_MARK && key !== PROPERTIES_MARK && !key.startsWith("volatile.") &&
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
      ...(keepsOwners(info) ? { [SHIFT_PROTECTION]: "false" } : {}),
      ...marks(target),
    },
    devices,
    ephemeral: info.ephemeral,
    description: info.description,
  };
}

function renameStep(ref: InstanceRef, name: string): Step {
  return send(`Rename instance ${ref.name} to ${name}`, renameInstance(ref, name), {
    makes: [{ kind: "instance", ...ref, name }],
    removes: [{ kind: "instance", ...ref }],
    undo: sendEffect(renameInstance({ ...ref, name }, ref.name)),
  });
}

function startStep(ref: InstanceRef, options: PlanOptions): Step {
  return send(`Start instance ${ref.name}`, startInstance(ref), {
    undo: stopEffect(ref, options.stopSeconds),
  });
}

function deleteOld(info: InstanceInfo, ref: InstanceRef): Step[] {
  const old = { ...ref, name: ref.name + OLD };
  return [
    ...unprotectStep(info, old),
    send(`Delete instance ${old.name}`, deleteInstance(old), {
      removes: [{ kind: "instance", ...old }],
    }),
  ];
}

/** Plans the rest of an unfinished swap. */
export function finishSwap(
  { target, world }: Resolved,
  { present, made, old }: Leftovers,
  items: readonly Item[],
  options: PlanOptions,
): InstancePlan {
  const ref = refOf(target.instance);
  const oldRef = { ...ref, name: ref.name + OLD };
  if (!present && !made && old) {
    return {
      instance: ref,
      steps: [renameStep(oldRef, ref.name), ...giveBackSteps(old, ref), startStep(ref, options)],
      notes: [`Only the old instance is left; it gets its name back`],
    };
  }
  const current = present ?? made!;
  const steps: Step[] = [
    ...(old ? giveUpSteps(old, oldRef) : []),
    ...(present ? [] : [renameStep({ ...ref, name: current.name }, ref.name)]),
    ...giveBackSteps(current, ref),
    ...(isRunning(current) ? [] : [startStep(ref, options)]),
    ...(old && keepsOwners(old) && !keepsOwners(current)
      ? [protectShiftStep(ref, old.config[SHIFT_PROTECTION] ?? "")]
      : []),
  ];
  const journal = world.journals.get(objectKey(ref.project, current.name));
  const left = journal === undefined ? items : pending(items, journal);
  const ready = readyStep(
    target,
    { devices: current.expandedDevices, vm: isMachine(current) },
    options,
    left.length > 0,
  );
  if (ready) steps.push(ready);
  steps.push(...applySteps(ref, left, { ...options, resume: true }), ...checkSteps(target, true));
  return { instance: ref, steps: [...serving(steps), ...(old ? deleteOld(old, ref) : [])] };
}
