/**
 * Making an instance ready and applying its cloud-config files.
 *
 * @module
 */
import { noInstance } from "../../base/missing.ts";
import { StateError } from "../../base/errors.ts";
import type { Devices, InstanceInfo, InstanceRef } from "../../ports/mod.ts";
import { batch, type BatchOptions } from "../../cloudconfig/batch/batch.ts";
import { isSecretItem } from "../../cloudconfig/model/ids.ts";
import { comingBack, type KnownIds, notedIds } from "../../cloudconfig/model/known_ids.ts";
import type { Item } from "../../cloudconfig/model/item.ts";
import { pending, unsalted } from "../../cloudconfig/batch/journal.ts";
import type { InstancePlan, Step, Wait } from "../../step/step.ts";
import { checkSteps } from "./checks.ts";
import { withIds } from "./ids_item.ts";
import { resolve } from "../instance/resolve/resolve.ts";
import { need, type Resolved } from "../instance/resolve/resolved.ts";
import { isMachine, isOwn, isRunning, ownInstance, startAdvice } from "../instance/ownership.ts";
import { refuseFrozen } from "../instance/power/power.ts";
import { recordKey } from "../record/hashes.ts";
import { objectKey, type PlanOptions, refOf, type Target, type World } from "../world.ts";

/** Items compiled from the cloud-config files of a target. */
export interface TargetItems {
  /** Items in the order of their application. */
  readonly items: readonly Item[];
  readonly notes: readonly string[];
}

/** Items that were chosen for application. */
export interface ChosenItems extends TargetItems {
  /** Items with secrets that the journal has by their bare hashes. */
  readonly unsalted: readonly Item[];
}

/**
 * Compiles a target's cloud-config files to items.
 *
 * @param ids those of the root filesystem that a rebuild replaces
 * @throws {ConfigError} where it is not known what operating system they are for
 */
export function targetItems({ target, ...resolved }: Resolved, ids?: KnownIds): TargetItems {
  const { cloudConfigs, compiler } = target;
  if (!compiler) return { items: [], notes: [] };
  const { os, note } = need(resolved.os);
  const items = compiler.compile(cloudConfigs, os, { order: target.instance.config.order, ids });
  return { items, notes: [...(note === undefined ? [] : [note]), ...compiler.leftOut(cloudConfigs, os)] };
}

/** An instance that was started. */
export interface Started {
  /** Devices, with those of its profiles. */
  readonly devices: Devices;
  readonly vm: boolean;
}

/**
 * Returns the step that waits until a started instance is ready. A container that has an address can run
 * programs. Programs are tried where nothing is waited for and some will run (`execNeeded`), and in a virtual
 * machine, which has an address before its agent runs programs.
 */
export function readyStep(
  target: Target,
  { devices, vm }: Started,
  options: PlanOptions,
  execNeeded: boolean,
): Step | undefined {
  const until = conditionsOf(target, devices);
  if (execNeeded && (vm || until.length === 0) && !until.includes("exec")) until.push("exec");
  if (until.length === 0 && options.pauseSeconds <= 0) return undefined;
  const pause = options.pauseSeconds > 0 ? { pauseSeconds: options.pauseSeconds } : {};
  return {
    title: until.length === 0 ? `Pause ${options.pauseSeconds} s` : `Wait for ${until.join(", ")}`,
    effect: {
      kind: "wait",
      instance: refOf(target.instance),
      until,
      timeoutSeconds: options.readySeconds,
      ...pause,
    },
  };
}

/**
 * Returns the step that reports the address of an instance to which nothing is applied. There is none where
 * the configuration waits for something other than an address.
 */
function addressStep(target: Target, devices: Devices, options: PlanOptions): Step | undefined {
  const until = conditionsOf(target, devices).filter((one) => ADDRESSES.includes(one));
  if (until.length === 0) return undefined;
  return {
    title: `Wait for ${until.join(", ")}`,
    effect: {
      kind: "wait",
      instance: refOf(target.instance),
      until,
      timeoutSeconds: options.readySeconds,
    },
  };
}

const ADDRESSES: readonly Wait["until"][number][] = ["network", "ipv4", "ipv6"];

function conditionsOf(target: Target, devices: Devices): Wait["until"][number][] {
  const wanted = target.instance.config.wait;
  if (wanted.length > 0) return [...wanted];
  return Object.values(devices).some((device) => device["type"] === "nic") ? ["network"] : [];
}

/** Returns the steps that apply items to an instance that is ready. */
export function applySteps(
  instance: InstanceRef,
  items: readonly Item[],
  options:
    & Pick<PlanOptions, "resume" | "stepSeconds" | "random">
    & Partial<Pick<PlanOptions, "readySeconds">>
    & Pick<BatchOptions, "unsalted" | "recordKey" | "root">,
): Step[] {
  if (items.length === 0) return [];
  const { resume, stepSeconds, readySeconds, random, unsalted = [], recordKey, root } = options;
  const how: BatchOptions = {
    resume,
    unsalted,
    random,
    root,
    ...(recordKey === undefined ? {} : { recordKey }),
    ...(stepSeconds === undefined ? {} : { stepSeconds }),
    ...(readySeconds === undefined ? {} : { beginSeconds: readySeconds }),
  };
  return [{
    title: `Apply cloud-config: ${items.length} item${items.length === 1 ? "" : "s"}`,
    effect: batch(instance, items, how),
  }];
}

/**
 * Returns the entry of a plan about the items that the instance has afterwards.
 *
 * @param all items of its cloud-config files
 * @param now those of them that are applied by the plan; the script that applies them writes the key
 */
export function appliedItems(
  instance: InstanceRef,
  all: readonly Item[],
  now: readonly Item[],
  { random, recordsSecrets, recordSecret = random }: Pick<
    PlanOptions,
    "random" | "recordsSecrets" | "recordSecret"
  >,
): Pick<InstancePlan, "applied" | "recordKey"> {
  const applied = all.filter(({ section }) => section !== "ids")
    .map((item) => ({
      id: item.id,
      secret: isSecretItem(item),
      ...(item.edition && now.includes(item) ? { edition: item.edition } : {}),
    }));
  const keyed = recordsSecrets && recordSecret !== undefined && now.length > 0 &&
    applied.some(({ secret, edition }) => secret || edition?.settings !== undefined);
  return { applied, ...(keyed ? { recordKey: recordKey(recordSecret, instance) } : {}) };
}

/** Returns a plan whose entry counts an earlier run of the bootstrap script as a run of the present one. */
export function withEditions<P extends Pick<InstancePlan, "applied">>(plan: P, items: readonly Item[]): P {
  const editions = new Map(items.map(({ id, edition }) => [id, edition]));
  const applied = (plan.applied ?? []).map((one) => {
    const edition = editions.get(one.id);
    return edition ? { ...one, edition } : one;
  });
  return { ...plan, applied };
}

/** Chooses the items to apply, and returns notes about the others. */
export function choose(
  all: readonly Item[],
  journal: string | undefined,
  options: Pick<PlanOptions, "all" | "only">,
): ChosenItems {
  const { only = [] } = options;
  const asked = only.length === 0
    ? all
    : all.filter(({ section, key }) => only.includes(section) || only.includes(key));
  const open = options.all || journal === undefined ? all : pending(all, journal);
  const items = asked.filter((item) => open.includes(item));
  const done = asked.length - items.length;
  const notes = done === 0 ? [] : [`${done} of ${asked.length} items are up to date`];
  if (asked.length < all.length) {
    notes.push(`${all.length - asked.length} of ${all.length} items are of other sections and left out`);
  }
  return { items, notes, unsalted: journal === undefined ? [] : unsalted(all, journal) };
}

/**
 * Compiles the items for an instance. Users and groups that are new to it get no id that an earlier root filesystem gave
 * away, and those that come back get theirs.
 */
function itemsWithNotedIds(resolved: Resolved, { config }: InstanceInfo): TargetItems {
  const { target } = resolved;
  const ids = target.instance.config.ids === "warn" ? undefined : notedIds(config);
  const { items, notes } = targetItems(resolved, ids);
  const { compiler, cloudConfigs } = target;
  if (!ids?.former || !compiler) return { items, notes };
  const names = compiler.accounts(cloudConfigs, need(resolved.os).os);
  return { items: withIds(target, items, comingBack(ids, names)), notes };
}

/** Plans `configure`, which applies cloud-config files to a running instance. */
export function planConfigure(
  target: Target,
  world: World,
  options: PlanOptions & { readonly check?: boolean },
): InstancePlan {
  const { instance } = target;
  const info = ownInstance(target, world, "configure", { ...options, adopt: true });
  if (!info) {
    throw noInstance(instance, { advice: ["To create it: lxops launch, with the same flags and file"] });
  }
  if (!isRunning(info)) {
    throw new StateError(`Cannot configure instance "${instance.name}": it is ${info.status.toLowerCase()}`, {
      advice: startAdvice(info),
    });
  }
  const all = itemsWithNotedIds(resolve(target, world), info);
  const journal = world.journals.get(objectKey(instance.project, instance.name));
  const { items, notes, unsalted } = choose(all.items, journal, options);
  if (items.length > 0 || options.check) refuseFrozen(info, "configure");
  const ready = items.length === 0
    ? addressStep(target, info.expandedDevices, options)
    : readyStep(target, { devices: info.expandedDevices, vm: isMachine(info) }, options, true);
  const ref = refOf(instance);
  const known = appliedItems(ref, appliedAfter(all.items, items, journal, options), items, options);
  const steps = [
    ...(ready ? [ready] : []),
    ...applySteps(ref, items, { ...options, ...known, resume: false, unsalted, root: "used" }),
    ...(options.check ? checkSteps(target, world, false) : []),
  ];
  // The Go program configures any instance.
  const foreign = isOwn(info, target) || options.adopt || steps.length === 0
    ? []
    : [`lxops did not make this instance; programs of ${instance.file} run in it as root`];
  const said = [...foreign, ...all.notes, ...notes];
  return { instance: ref, steps, ...known, ...(said.length > 0 ? { notes: said } : {}) };
}

/** Returns the items that an instance has after a plan: with `--only`, some may be left. */
function appliedAfter(
  all: readonly Item[],
  now: readonly Item[],
  journal: string | undefined,
  { only = [] }: Pick<PlanOptions, "only">,
): readonly Item[] {
  if (only.length === 0) return all;
  const open = new Set(journal === undefined ? all : pending(all, journal));
  return all.filter((item) => now.includes(item) || !open.has(item));
}
