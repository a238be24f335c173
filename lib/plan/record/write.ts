/**
 * Writing of the record: in a request that the plan sends anyway where there is one, and else in one more at its end.
 *
 * @module
 */
import type { Effect, InstancePlan } from "../../step/step.ts";
import type { InstanceInfo, InstanceRef } from "../../ports/mod.ts";
import { IMAGE_MARK } from "../instance/ownership.ts";
import { hostRoot } from "../instance/idmap.ts";
import { resolve } from "../instance/resolve/resolve.ts";
import { roleOf } from "../instance/spare.ts";
import { objectKey, type PlanOptions, refOf, type Target, type World } from "../world.ts";
import { type Parts, type ProfileContent, recordAfter, some } from "./after.ts";
import { desiredOf } from "./desired.ts";
import { configHash, editionText, itemHashes, keyHash } from "./hashes.ts";
import {
  changes,
  givesProfiles,
  isBody,
  isCheck,
  isCreation,
  isProfile,
  isRebuildMark,
  isRoot,
  sent,
  withRecord,
} from "./place.ts";
import { isOpen, isStale } from "./unwritten.ts";
import { decodeRecord, encodeRecord, type Hashes, type InstanceRecord, MAPS, RECORD_MARK } from "./record.ts";

/** Facts of a run that no plan knows by itself. */
export interface RecordFacts {
  /** Version of lxops. */
  readonly version: string;
  /** Seconds since 1970. */
  readonly time?: number;
  readonly commit?: string;
  readonly clean?: boolean;
}

/** The target of a plan, and the facts of the run. */
export interface RecordScope {
  readonly target: Target;
  readonly world: World;
  readonly facts: RecordFacts;
  /** The world once the plan is carried out; absent: what the plan sets is as the configuration says. */
  readonly after?: World;
  /** Entries that override the found ones. */
  readonly kept?: Partial<Readonly<Record<typeof MAPS[number], Hashes>>>;
  /** Write it also where the plan has no steps. */
  readonly always?: boolean;
}

/**
 * Returns a plan that also writes the record of what it applies. A plan that changes nothing is returned unchanged,
 * except after a run that was cut off before it wrote the record.
 */
export function recorded(
  plan: InstancePlan,
  { target, world, facts, after = world, kept = {}, always = false }: RecordScope,
  options: Pick<PlanOptions, "vm" | "member">,
): InstancePlan {
  const resolved = resolve(target, world, options);
  const effects = plan.steps.map(({ effect }) => effect);
  const ref = refOf(target.instance);
  const info = resolved.info ?? successor(plan, world, ref);
  const isMade = effects.some((effect) => isCreation(effect, ref));
  // A rebuild that was cut off may have given the new instance its name.
  const isNew = plan.applied !== undefined && info !== undefined && roleOf(info) === "new";
  const isRooted = isMade || isNew || effects.some((effect) => isRoot(effect, ref));
  // Of an instance that is to get its name back yet, not enough is known.
  if (!info && !isMade) return plan;
  const before = decodeRecord(info?.config[RECORD_MARK]);
  const own = objectKey(ref.project, target.instance.ownProfile);
  const then = after.instances.get(objectKey(ref.project, ref.name)) ?? info;
  const found = recordAfter(before, desiredOf(resolved), {
    ...(then && !isMade ? { info: then } : {}),
    profile: after === world && effects.some(isProfile)
      ? profileOf(effects, target.instance.ownProfile) ?? "set"
      : after.profiles.get(own),
    root: isNew ? rootOf(info) : isRooted ? "desired" : "kept",
    lists: isMade || effects.some((effect) => givesProfiles(effect, ref)),
  });
  const record = withKept(found, kept);
  const isDone = plan.steps.every(({ effect }) => !changes(effect));
  const isChecked = effects.some(isCheck);
  const passes = isChecked && before?.unchecked === true;
  const { recordKey: key } = plan;
  const edition = plan.applied?.find(({ edition }) => edition)?.edition;
  const ran = edition && editionText(edition, key);
  const isSettled = !isOpen(plan, before) && !isStale(before, record) &&
    (!ran || !before?.bootstrap || ran === before.bootstrap);
  if (!always && isDone && !passes && isSettled) return plan;
  const items = itemHashes(plan, key) ?? (isRooted ? undefined : before?.items);
  const { version, ...known } = facts;
  // Settings that were hashed with another key cannot be compared any more.
  const isSameKey = key === undefined || keyHash(key) === before?.key;
  const earlier = isRooted ? undefined : isSameKey ? before?.bootstrap : before?.bootstrap?.split("/")[0];
  const idmap = info && hostRoot(info);
  const all: InstanceRecord = {
    lxops: version,
    ...known,
    config: configHash(contentOf(target)),
    ...record,
    ...(idmap ? { idmap: `${idmap.uid}:${idmap.gid}` } : {}),
    ...(items ? { items } : {}),
    ...some("bootstrap", ran ?? earlier),
    ...(before?.unchecked && !isChecked && target.instance.config.checks.length > 0
      ? { unchecked: true as const }
      : {}),
    ...(key !== undefined
      ? { key: keyHash(key) }
      : !plan.applied && before?.key && items
      ? { key: before.key }
      : {}),
  };
  const { items: _items, key: _key, bootstrap: _ran, ...rest } = all;
  // An interrupted run may not reach the script.
  const open = { ...rest, ...some("bootstrap", earlier) };
  const old = info?.config[RECORD_MARK] ?? "";
  // Where the checks of a new instance beside the old one fail, that comes back with its own record.
  const isSwap = isRooted && !isMade && !plan.steps.some((_, index) => isRebuildMark(plan.steps, index, ref));
  const unchecked = isChecked && !isSwap ? { unchecked: true as const } : undefined;
  return withRecord(plan, ref, {
    done: encodeRecord(all),
    open: encodeRecord({ ...open, ...unchecked }),
    ...(unchecked ? { unchecked: encodeRecord({ ...all, ...unchecked }) } : {}),
    isKnown: before?.unchecked === true,
    old,
  });
}

/** Returns the last content that a plan gives a profile, where the plan has all of it. */
function profileOf(effects: readonly Effect[], name: string): ProfileContent | undefined {
  const bodies = effects.filter(isProfile).flatMap((effect) => {
    const { parts, body } = sent(effect)!;
    return isBody(body) && (parts[1] ?? body["name"]) === name && "devices" in body ? [body] : [];
  });
  return bodies.at(-1) as ProfileContent | undefined;
}

/** Returns the image that the root filesystem of an instance was made from. */
function rootOf({ config }: InstanceInfo): Pick<InstanceRecord, "image" | "fingerprint"> {
  return {
    ...some("image", config[IMAGE_MARK]),
    ...some("fingerprint", config["volatile.base_image"]),
  };
}

/** Returns the new instance of a rebuild that was cut off, which gets its name and is configured by a plan. */
function successor(plan: InstancePlan, world: World, ref: InstanceRef): InstanceInfo | undefined {
  const rename = plan.applied && plan.steps.find(({ effect }) => isRoot(effect, ref));
  const name = rename && sent(rename.effect)?.parts[1];
  return name === undefined ? undefined : world.instances.get(objectKey(ref.project, name));
}

/** Returns the settings that determine an instance, without properties, which may be passwords. */
function contentOf({ instance }: Target): unknown {
  const { config, image, profiles, ownProfile, filesystems, devices, sets } = instance;
  return [{ ...config, properties: {} }, image, profiles, ownProfile, filesystems, devices, sets];
}

function withKept(parts: Parts, kept: NonNullable<RecordScope["kept"]>): Parts {
  const maps = MAPS.flatMap((map) => parts[map] ? [[map, { ...parts[map], ...kept[map] }] as const] : []);
  return { ...parts, ...Object.fromEntries(maps) };
}
