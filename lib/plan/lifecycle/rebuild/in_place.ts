/**
 * Rebuild by the daemon itself: the old root filesystem is deleted before the new one is there. Where the new one
 * cannot be created, nothing starts.
 *
 * @module
 */
import { pending } from "../../../cloudconfig/batch/journal.ts";
import type { Item } from "../../../cloudconfig/model/item.ts";
import type { InstanceInfo, InstanceRef } from "../../../ports/mod.ts";
import { send } from "../../../step/build.ts";
import type { InstancePlan, Step } from "../../../step/step.ts";
import { noteChange } from "../../checks/remembered.ts";
import type { ResolvedImage } from "../../instance/resolve/image.ts";
import { isMachine, isRunning, marks, STATE_MARK } from "../../instance/ownership.ts";
import type { Resolved } from "../../instance/resolve/resolved.ts";
import { stopStep } from "../../instance/power/stop.ts";
import { deleteSnapshot, patchInstance, rebuildInstance, startInstance } from "../../requests/instances.ts";
import { checkSteps } from "../checks.ts";
import { idsLeft } from "../ids.ts";
import { appliedItems, applySteps, readyStep } from "../configure.ts";
import { objectKey, type PlanOptions, refOf, type Target } from "../../world.ts";

const REBUILT = "rebuilt";
const CONFIGURED = "configured";

/** A rebuild by the daemon itself. */
export interface Rebuild {
  readonly info: InstanceInfo;
  readonly image: ResolvedImage;
  /** Steps that the instance must be stopped for. */
  readonly changes: readonly Step[];
  /** Steps that make the instance ready and configure it. */
  readonly after: readonly Step[];
  /** Configuration that the instance gets once it is configured. */
  readonly done: Readonly<Record<string, string>>;
  /** True where cloud-config is yet to be applied. */
  readonly unconfigured: boolean;
}

/** Plans the rebuild of an instance by the daemon itself, and the steps after it. */
export function inPlaceSteps(
  { target, world }: Resolved,
  { info, image, changes, after, done, unconfigured }: Rebuild,
  options: PlanOptions,
): Step[] {
  const ref = refOf(target.instance);
  const snapshots = world.snapshots.get(objectKey(ref.project, ref.name)) ?? [];
  return [
    ...forgetStep(info, ref),
    ...(isRunning(info) ? [stopStep(ref, options.stopSeconds)] : []),
    ...snapshots.map((name) => send(`Delete snapshot ${ref.name}/${name}`, deleteSnapshot(ref, name))),
    ...changes,
    send(`Rebuild instance ${ref.name} from ${image.text}`, rebuildInstance(ref, image.source), {
      commits: true,
    }),
    ...markStep(target, info, unconfigured),
    send(`Start instance ${ref.name}`, startInstance(ref)),
    ...after,
    ...(unconfigured || Object.keys(done).length > 0 ? [doneStep(target, done)] : []),
  ];
}

/** Tells whether an instance was rebuilt by the daemon and not configured. */
export function isRebuilt(info: InstanceInfo): boolean {
  return info.config[STATE_MARK] === REBUILT;
}

/** Returns the step that removes the mark of an earlier rebuild, which would be wrong if this one failed. */
function forgetStep(info: InstanceInfo, ref: InstanceRef): Step[] {
  if (!isRebuilt(info)) return [];
  return [
    send(
      `Remove the notes of an earlier rebuild of instance ${ref.name}`,
      patchInstance(ref, { config: { [STATE_MARK]: "" } }),
    ),
  ];
}

/** Returns the step that marks the new root filesystem, so that `--resume` does not create it again. */
function markStep(target: Target, info: InstanceInfo, unconfigured: boolean): Step[] {
  const wanted = {
    ...marks(target),
    ...noteChange(info, target),
    ...(unconfigured ? { [STATE_MARK]: REBUILT } : {}),
  };
  const marked = ([key, value]: [string, string]) => key !== STATE_MARK && info.config[key] === value;
  if (Object.entries(wanted).every(marked)) return [];
  return [
    send(`Mark instance ${info.name} as rebuilt`, patchInstance(refOf(target.instance), { config: wanted })),
  ];
}

function doneStep(target: Target, done: Readonly<Record<string, string>>): Step {
  return send(
    `Mark instance ${target.instance.name} as configured`,
    patchInstance(refOf(target.instance), { config: { ...done, [STATE_MARK]: CONFIGURED } }),
  );
}

/** Plans the rest of a rebuild by the daemon whose new root filesystem exists. */
export function finishInPlace(
  { target, world }: Resolved,
  info: InstanceInfo,
  items: readonly Item[],
  options: PlanOptions,
): InstancePlan {
  const ref = refOf(target.instance);
  const journal = world.journals.get(objectKey(ref.project, ref.name));
  const left = journal === undefined ? items : pending(items, journal);
  const ready = readyStep(
    target,
    { devices: info.expandedDevices, vm: isMachine(info) },
    options,
    left.length > 0,
  );
  const known = appliedItems(ref, items, left, options);
  const steps = [
    ...(isRunning(info) ? [] : [send(`Start instance ${ref.name}`, startInstance(ref))]),
    ...(ready ? [ready] : []),
    ...applySteps(ref, left, { ...options, ...known, resume: true, root: "new" }),
    ...checkSteps(target, world, true),
    doneStep(target, idsLeft(target, world)),
  ];
  return { instance: ref, steps, ...known };
}
