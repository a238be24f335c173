/**
 * Keeps the ids of users and groups over a rebuild, because the files on the devices have them.
 *
 * @module
 */
import {
  type AccountNames,
  IDS_MARK,
  idsText,
  type KnownIds,
  knownIds,
  notedIds,
} from "../../cloudconfig/model/known_ids.ts";
import type { InstanceInfo, InstanceRef } from "../../ports/mod.ts";
import { send } from "../../step/build.ts";
import type { Step } from "../../step/step.ts";
import { refuse } from "../../base/errors.ts";
import { idsKnownBefore, idsNotedFor, needsIds, unknownIds, unknownIdsNote } from "../checks/unknown_ids.ts";
import { isTrue } from "../instance/idmap.ts";
import { isMachine, isRunning } from "../instance/ownership.ts";
import { need, type Resolved } from "../instance/resolve/resolved.ts";
import { findInstances } from "../checks/rebuild_parts.ts";
import { type ImageSource, patchInstance } from "../requests/instances.ts";
import { directoriesOf, withIds } from "./ids_item.ts";
import { type TargetItems, targetItems } from "./configure.ts";
import { configuredAt, objectKey, type PlanOptions, refOf, type Target, type World } from "../world.ts";

const NO_NAMES: AccountNames = { users: new Set(), groups: new Set() };

/** The items of a rebuild, and the ids of the root filesystem that it replaces. */
export interface RebuildItems extends TargetItems {
  readonly ids?: KnownIds;
}

/**
 * Returns the items of a rebuild. The ids are those that an earlier run noted before the old root filesystem went, or
 * those that are in it.
 */
export function rebuildItems(resolved: Resolved, options: Pick<PlanOptions, "resume">): RebuildItems {
  const { ids, notes: idNotes } = oldIds(resolved, options);
  const { items, notes } = targetItems(
    resolved,
    resolved.target.instance.config.ids === "warn" ? undefined : ids,
  );
  return {
    items: withIds(resolved.target, items, ids),
    notes: [...idNotes, ...notes],
    ...(ids ? { ids } : {}),
  };
}

/** The known ids of an old root filesystem. */
interface OldIds {
  readonly ids?: KnownIds | undefined;
  readonly notes: readonly string[];
}

function oldIds(resolved: Resolved, { resume }: Pick<PlanOptions, "resume">): OldIds {
  const { target, world } = resolved;
  const noted = resume ? idsKnownBefore(target, world.instances) : undefined;
  if (noted) return { ids: noted, notes: [] };
  const key = objectKey(target.instance.project, target.instance.name);
  const unknown = world.accounts.get(key)?.unknown;
  if (unknown && needsIds(target)) throw unknownIds(target, world.instances.get(key), unknown);
  return { ids: presentIds(resolved), notes: unknown ? [unknownIdsNote(target, unknown)] : [] };
}

/** Returns the ids that are in the old root filesystem. */
function presentIds(resolved: Resolved): KnownIds | undefined {
  const { target, world } = resolved;
  const { project, name } = target.instance;
  const accounts = world.accounts.get(objectKey(project, name));
  if (!accounts?.passwd) {
    if (accounts && target.instance.config.ids === "refuse") {
      throw refuse(`Cannot rebuild instance "${name}"`, "the ids of its users and groups are not known", [
        `To rebuild it all the same, set "ids: keep"`,
        configuredAt(target, "ids"),
      ]);
    }
    return undefined;
  }
  const { compiler, cloudConfigs } = target;
  const names = compiler ? compiler.accounts(cloudConfigs, need(resolved.os).os) : NO_NAMES;
  // Those of users who went before count, too, and those of users in spares: their files may still be there.
  const noted = findInstances(world.instances.values(), target)
    .toSorted((a, b) => Number(b.name === name) - Number(a.name === name))
    .flatMap(({ config }) => notedIds(config) ?? []);
  const ids = knownIds(accounts.passwd, accounts.group, names, {
    users: noted.flatMap(({ former }) => former?.users ?? []),
    groups: noted.flatMap(({ former }) => former?.groups ?? []),
  });
  const floor = Math.max(ids.floor ?? 0, ...noted.map((one) => one.floor ?? 0));
  return floor > 0 ? { ...ids, floor } : ids;
}

/** Returns an instance with a note of the ids, which the new one takes over. */
export function withNote(info: InstanceInfo, ids: KnownIds | undefined): InstanceInfo {
  return ids ? { ...info, config: { ...info.config, [IDS_MARK]: idsText(ids) } } : info;
}

/** Returns the step that notes the ids on an instance whose root filesystem the daemon will delete. */
export function noteSteps(ref: InstanceRef, ids: KnownIds | undefined): Step[] {
  if (!ids) return [];
  const change = patchInstance(ref, { config: { [IDS_MARK]: idsText(ids) } });
  return [send(`Note the ids of the users of instance ${ref.name}`, change)];
}

/** Returns what is left of the note of ids once a new root filesystem is configured: the ids that users had before. */
export function idsLeft(
  target: Target,
  world: World,
  ids = idsNotedFor(target, world.instances),
): Readonly<Record<string, string>> {
  return ids ? { [IDS_MARK]: idsText({ ...ids, users: [], groups: [] }) } : {};
}

/**
 * Returns the step that compares ids before the old instance stops: none where it cannot read the files of both, or
 * where both have the same image, as ids differ then only after a change by hand. The new instance itself compares
 * them, too, once it runs.
 */
export function compareSteps(
  { target, world, image }: Resolved,
  old: InstanceInfo,
  made: InstanceRef,
  ids: KnownIds | undefined,
): Step[] {
  if (!ids || ids.users.length + ids.groups.length === 0) return [];
  if (!isRunning(old) || old.status !== "Running" || isMachine(old) || !allowsDevices(target, world)) {
    return [];
  }
  const { ids: how } = target.instance.config;
  if (how !== "refuse" && isImageOf(old, need(image).source)) return [];
  const { users, groups } = ids;
  return [{
    title: `Compare the ids of users and groups of ${old.name} and ${made.name}`,
    effect: {
      kind: "ids",
      instance: refOf(target.instance),
      made: made.name,
      how,
      ids: idsText({ users, groups }),
      directories: directoriesOf(target),
    },
    ...(how === "refuse"
      ? { advice: ['To rebuild it all the same, set "ids: keep"', configuredAt(target, "ids")] }
      : {}),
  }];
}

/** Tells whether a project lets lxops give a container a device that does not exist. */
function allowsDevices({ instance }: Target, { projects }: World): boolean {
  const config = projects?.get(instance.project || "default")?.config ?? {};
  return !isTrue(config["restricted"]) || config["restricted.devices.unix-char"] === "allow";
}

/** Tells whether an instance was made from an image of the daemon. */
function isImageOf({ config }: InstanceInfo, source: ImageSource): boolean {
  return "fingerprint" in source && source.fingerprint !== undefined &&
    source.fingerprint === config["volatile.base_image"];
}
