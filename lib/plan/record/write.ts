/**
 * Writing of the record: in a request that the plan sends anyway where there is one, and else in one more at its end.
 *
 * @module
 */
import { send } from "../../step/build.ts";
import { type Effect, type InstancePlan, type Step, undoEffects } from "../../step/step.ts";
import type { InstanceInfo, InstanceRef } from "../../ports/mod.ts";
import { hostRoot } from "../instance/idmap.ts";
import { resolve } from "../instance/resolve/resolve.ts";
import { roleOf } from "../instance/spare.ts";
import { patchInstance } from "../requests/instances.ts";
import { objectKey, type PlanOptions, refOf, type Target, type World } from "../world.ts";
import { type KeptEntries, recordAfter, withKept } from "./after.ts";
import { desiredOf } from "./desired.ts";
import {
  carries,
  changes,
  givesProfiles,
  givesRoot,
  isBody,
  isCreation,
  isProfile,
  isRebuildMark,
  sent,
} from "./effects.ts";
import { configHash, itemHashes, keyHash } from "./hashes.ts";
import { isOpen, isStale } from "./unwritten.ts";
import { decodeRecord, encodeRecord, type InstanceRecord, RECORD_MARK } from "./record.ts";

/** Facts of a run that no plan knows by itself. */
export interface RecordFacts {
  /** Version of lxops. */
  readonly version: string;
  /** Seconds since 1970. */
  readonly time?: number;
  readonly commit?: string;
  readonly clean?: boolean;
}

/** The target of a plan, and what is known of the run. */
export interface RecordScope {
  readonly target: Target;
  readonly world: World;
  readonly facts: RecordFacts;
  /** The world once the plan is carried out; absent: what the plan sets is as the configuration says. */
  readonly after?: World;
  /** Entries that count more than what is found. */
  readonly kept?: KeptEntries;
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
  const hasNewRoot = isMade || isNew || effects.some((effect) => givesRoot(effect, ref));
  // Of an instance that is to get its name back yet, not enough is known.
  if (!info && !isMade) return plan;
  const before = decodeRecord(info?.config[RECORD_MARK]);
  const own = objectKey(ref.project, target.instance.ownProfile);
  const then = after.instances.get(objectKey(ref.project, ref.name)) ?? info;
  const found = recordAfter(before, desiredOf(resolved), {
    ...(then && !isMade ? { info: then } : {}),
    profile: after === world && effects.some(isProfile) ? "set" : after.profiles.get(own),
    hasNewRoot,
    hasNewProfiles: isMade || effects.some((effect) => givesProfiles(effect, ref)),
  });
  const record = withKept(found, kept);
  const isDone = plan.steps.every(({ effect }) => !changes(effect));
  if (!always && isDone && !isOpen(plan, before) && !isStale(before, record)) return plan;
  const { recordKey: key } = plan;
  const items = itemHashes(plan, key) ?? (hasNewRoot ? undefined : before?.items);
  const { version, ...known } = facts;
  const idmap = info && hostRoot(info);
  const all: InstanceRecord = {
    lxops: version,
    ...known,
    config: configHash(contentOf(target)),
    ...record,
    ...(idmap ? { idmap: `${idmap.uid}:${idmap.gid}` } : {}),
    ...(items ? { items } : {}),
    ...(key !== undefined
      ? { key: keyHash(key) }
      : !plan.applied && before?.key && items
      ? { key: before.key }
      : {}),
  };
  const { items: _items, key: _key, ...open } = all;
  const old = info?.config[RECORD_MARK] ?? "";
  return withRecord(plan, ref, { done: encodeRecord(all), open: encodeRecord(open), old });
}

/** Returns the new instance of a rebuild that was cut off, which gets its name and is configured by a plan. */
function successor(plan: InstancePlan, world: World, ref: InstanceRef): InstanceInfo | undefined {
  const rename = plan.applied && plan.steps.find(({ effect }) => givesRoot(effect, ref));
  const name = rename && sent(rename.effect)?.parts[1];
  return name === undefined ? undefined : world.instances.get(objectKey(ref.project, name));
}

/** Returns what decides about an instance, without properties, which may be passwords. */
function contentOf({ instance }: Target): unknown {
  const { config, image, profiles, ownProfile, filesystems, devices, sets } = instance;
  return [{ ...config, properties: {} }, image, profiles, ownProfile, filesystems, devices, sets];
}

/** The texts of a record: once all is applied, before the items are, and before the plan. */
interface Texts {
  readonly done: string;
  readonly open: string;
  readonly old: string;
}

/** Returns a plan with a record in the requests about the instance, and in one of its own where these come too early. */
function withRecord(plan: InstancePlan, ref: InstanceRef, { done, open, old }: Texts): InstancePlan {
  // What comes after the last of these cannot make the record untrue.
  const last = plan.steps.findLastIndex(({ effect }) => effect.kind === "batch" || isProfile(effect));
  const at = plan.steps.findLastIndex((step, index) => index > last && carries(step, ref));
  const steps = plan.steps.map((step, index): Step => {
    if (index === at) return carrying(step, done, old);
    return isCreation(step.effect, ref) || isRebuildMark(plan.steps, index, ref)
      ? carrying(step, at < 0 || index < at ? open : done, old)
      : step;
  });
  if (at >= 0) return { ...plan, steps };
  const step = send(
    `Record what was applied to instance ${ref.name}`,
    patchInstance(ref, { config: { [RECORD_MARK]: done } }),
  );
  return { ...plan, steps: [...steps, step] };
}

function carrying(step: Step, text: string, old: string): Step {
  const undo = undoEffects(step.undo);
  const isChanged = undo.some((one) => one.kind === "send" && one.method === "PATCH");
  return {
    ...step,
    effect: withKey(step.effect, text),
    ...(isChanged
      ? { undo: undo.map((one) => one.kind === "send" && one.method === "PATCH" ? withKey(one, old) : one) }
      : {}),
  };
}

function withKey(effect: Effect, text: string): Effect {
  if (effect.kind !== "send" || !isBody(effect.body)) return effect;
  const config = isBody(effect.body["config"]) ? effect.body["config"] : {};
  return { ...effect, body: { ...effect.body, config: { ...config, [RECORD_MARK]: text } } };
}
