/**
 * Plans of kept files: they are saved beside the data of an instance, by the instance itself, and put into each new
 * root filesystem before its first start.
 *
 * @module
 */
import { ConfigError } from "../../base/errors.ts";
import { quote } from "../../base/shell.ts";
import { isWithin } from "../../base/within.ts";
import type { InstanceInfo, InstanceRef } from "../../ports/mod.ts";
import type { Keeping } from "../../step/provision.ts";
import type { Step } from "../../step/step.ts";
import { isMachine, isRunning } from "../instance/ownership.ts";
import { isRebuilt } from "../lifecycle/rebuild/in_place.ts";
import { locate } from "../storage/layout.ts";
import { allHolders } from "../tree/held.ts";
import { problem, type Target, type World } from "../world.ts";
import type { Insertion } from "./insertion.ts";
import type { Points } from "./points.ts";

/** Path of the stored files below a device's directory. */
const STORE = ".lxops/keep";

/** The key of a new instance that does not have its kept files yet. */
export const KEEP_MARK = "user.lxops.keep";

/** An instance whose files are kept, and its surroundings. */
export interface KeepScope {
  readonly target: Target;
  readonly world: World;
  readonly ref: InstanceRef;
  readonly info: InstanceInfo | undefined;
  /** The command is to configure the instance, so that it saves them also where nothing changes. */
  readonly configures?: boolean;
}

/** Kept files of a plan. */
export interface KeepPlan {
  readonly insertions: readonly Insertion[];
  readonly notes: readonly string[];
  /** A new instance gets its files after it is created. */
  readonly restores: boolean;
}

const NOTHING: KeepPlan = { insertions: [], notes: [], restores: false };

/**
 * Returns the device whose directory has the stored files: the first writable one in a filesystem of the host that has
 * data to keep, and one that `destroy` leaves before others.
 */
function storeDevice({ instance }: Target): { readonly name: string; readonly path: string } | undefined {
  const found = instance.devices.flatMap((device) => {
    const home = instance.filesystems.find(({ id }) => id === device.filesystem);
    if (!home || device.readonly || home.transient || home.kind === "volume") return [];
    return [{ name: device.name, path: device.path.replace(/\/+$/, ""), destroy: home.destroy }];
  });
  return found.find(({ destroy }) => !destroy) ?? found[0];
}

/**
 * Returns the steps that save kept files before an instance is deleted; none where it does not run. A guest cannot
 * prevent `destroy` by its files.
 */
export function keepBeforeDeletion({ target, ref, info }: KeepScope, command: string): KeepPlan {
  const { keep } = target.instance.config;
  if (keep.length === 0 || !info) return NOTHING;
  const device = target.instance.unusable?.has("devices") ? undefined : storeDevice(target);
  if (!device) return { ...NOTHING, notes: ["Kept files are not saved, as there is no device of the data"] };
  if (!isRunning(info) || isMachine(info)) return NOTHING;
  const { effect, ...step } = saveStep(target, ref, device.path);
  const project = ref.project === "default" ? "" : ` --project ${quote(ref.project)}`;
  const save: Step = command === "destroy" ? { ...step, effect: { ...effect, optional: true } } : {
    ...step,
    effect,
    advice: [
      "Files of an instance that does not run are not saved; those that were saved earlier stay.",
      `To delete it without saving them, stop it first: lxops instance stop${project} ${quote(ref.name)}`,
    ],
  };
  return { ...NOTHING, insertions: [{ at: 0, steps: [save] }] };
}

/**
 * Returns the steps about kept files of a plan that makes or configures an instance.
 *
 * @throws {ConfigError} where there is no place for them
 */
export function keepPlan(
  points: Points,
  { target, world, ref, info, configures = false }: KeepScope,
  end: number,
): KeepPlan {
  const { keep } = target.instance.config;
  if (keep.length === 0 || points.ready === undefined && !points.created && !configures) return NOTHING;
  if (info ? isMachine(info) : target.instance.config.type === "virtual-machine") {
    throw new ConfigError([problem(target, "keep.0", "The files of a virtual machine cannot be kept")]);
  }
  const device = storeDevice(target);
  if (!device) {
    throw new ConfigError([
      problem(
        target,
        "keep.0",
        "Nothing outlives the instance: this needs a device that is not read-only, in a dataset or directory of the " +
          "host that is not transient",
      ),
    ]);
  }
  const { created, isRebuild, starts, stops } = points;
  const save = saveStep(target, ref, device.path);
  const insertions: Insertion[] = [];
  const notes: string[] = [];
  const restore = (at: number): boolean => {
    const found = hostStore(target, world, device.name, ref);
    if (found === undefined) return false;
    if ("note" in found) notes.push(found.note);
    else insertions.push({ at, steps: [restoreStep(target, ref, found.path)] });
    return "path" in found;
  };
  let restores = false;
  if (created && isRebuild && created.ref.name !== ref.name) {
    const isUp = info !== undefined && isRunning(info);
    insertions.push({
      at: created.at,
      steps: [moveStep(target, created.ref, ref, isUp ? device.path : undefined)],
    });
  } else if (created) {
    if (isRebuild && info && isRunning(info)) insertions.push({ at: stops ?? 0, steps: [save] });
    restores = restore(created.at);
  } else if (starts !== undefined && isOpen(info)) restore(starts);
  if (points.ready !== undefined || configures) insertions.push({ at: end, steps: [save] });
  return { insertions, notes, restores };
}

/** Tells whether an instance got a new root filesystem and perhaps not its kept files. */
function isOpen(info: InstanceInfo | undefined): boolean {
  return (info?.config[KEEP_MARK] ?? "") !== "" || info !== undefined && isRebuilt(info);
}

/** Returns the path of the stored files on the host; `undefined` where their filesystem is new. */
function hostStore(
  target: Target,
  world: World,
  name: string,
  ref: InstanceRef,
): { readonly path: string } | { readonly note: string } | undefined {
  const device = locate(target, world.datasets, world.paths).devices.find((one) => one.name === name);
  if (!device?.in?.exists) return undefined;
  const other = allHolders(world).find(({ info, source }) =>
    isRunning(info) && info.name !== ref.name &&
    (isWithin(device.source, source) || isWithin(source, device.source))
  );
  if (other) {
    return {
      note: `Kept files are not put into place, as "${other.info.name}" works with "${device.source}"`,
    };
  }
  return { path: `${device.source}/${STORE}` };
}

function titleOf({ instance: { config } }: Target): string {
  return config.keep.join(", ");
}

function saveStep(
  target: Target,
  instance: InstanceRef,
  path: string,
): Step & { readonly effect: { readonly kind: "keep" } & Extract<Keeping, { how: "save" }> } {
  return {
    title: `Save kept files of ${instance.name}: ${titleOf(target)}`,
    effect: {
      kind: "keep",
      how: "save",
      instance,
      keep: target.instance.config.keep,
      store: `${path}/${STORE}`,
    },
  };
}

function restoreStep(target: Target, instance: InstanceRef, path: string): Step {
  return {
    title: `Copy kept files into ${instance.name}: ${titleOf(target)}`,
    effect: { kind: "keep", how: "restore", instance, keep: target.instance.config.keep, path },
  };
}

function moveStep(target: Target, instance: InstanceRef, from: InstanceRef, path: string | undefined): Step {
  return {
    title: `Copy kept files of ${from.name} into ${instance.name}: ${titleOf(target)}`,
    effect: {
      kind: "keep",
      how: "move",
      instance,
      from,
      keep: target.instance.config.keep,
      ...(path === undefined ? {} : { store: `${path}/${STORE}` }),
    },
  };
}
