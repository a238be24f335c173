/**
 * The places of a record among the requests of a plan.
 *
 * @module
 */
import { parseApiPath } from "../../base/api.ts";
import type { InstanceRef } from "../../ports/mod.ts";
import { send, sendEffect } from "../../step/build.ts";
import { type Effect, type InstancePlan, type Step, undoEffects } from "../../step/step.ts";
import { patchInstance } from "../requests/instances.ts";
import { RECORD_MARK } from "./record.ts";

/** The texts of a record: once all is applied, before the items are, and before the plan. */
export interface Texts {
  readonly done: string;
  readonly open: string;
  readonly old: string;
  /** Once all is applied, and before the checks that follow have passed. */
  readonly unchecked?: string;
  /** The instance has a record already that says that its checks have not passed. */
  readonly isKnown: boolean;
}

/** Returns a plan with a record in the requests about the instance, and in one of its own where these come too early. */
export function withRecord(given: InstancePlan, ref: InstanceRef, texts: Texts): InstancePlan {
  const { done, open, old, unchecked } = texts;
  const plan = withUnchecked(given, ref, texts);
  const check = unchecked === undefined ? -1 : plan.steps.findIndex(({ effect }) => isCheck(effect));
  // Steps after the last of these cannot make the record wrong.
  const last = plan.steps.findLastIndex(({ effect }) =>
    effect.kind === "batch" || sent(effect)?.parts[0] === "profiles" || check >= 0 && isCheck(effect)
  );
  const at = plan.steps.findLastIndex((step, index) => index > last && carries(step, ref));
  const early = lastBefore(plan, ref, check);
  const steps = plan.steps.map((step, index): Step => {
    if (index === at) return carrying(step, done, old);
    if (index === early && unchecked !== undefined) return carrying(step, unchecked, old);
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

/** Returns the index of the request before a check that can carry a record of all that is applied; -1: there is none. */
function lastBefore({ steps }: InstancePlan, ref: InstanceRef, check: number): number {
  const before = steps.slice(0, Math.max(check, 0));
  const last = before.findLastIndex(({ effect }) => effect.kind === "batch" || isProfile(effect));
  return before.findLastIndex((step, index) => index > last && carries(step, ref));
}

/** Returns a plan that writes down, before its checks, that these have not passed: they may fail. */
function withUnchecked(
  plan: InstancePlan,
  ref: InstanceRef,
  { unchecked, isKnown, old }: Texts,
): InstancePlan {
  if (unchecked === undefined || isKnown) return plan;
  const check = plan.steps.findIndex(({ effect }) => isCheck(effect));
  const before = plan.steps.slice(0, check);
  const isNoted = lastBefore(plan, ref, check) >= 0 ||
    before.some(({ effect }, index) => isCreation(effect, ref) || isRebuildMark(before, index, ref));
  if (isNoted || before.every(({ effect }) => !changes(effect))) return plan;
  const write = (text: string) => patchInstance(ref, { config: { [RECORD_MARK]: text } });
  const step = send(`Record that instance ${ref.name} is to be checked`, write(unchecked), {
    undo: sendEffect(write(old)),
  });
  return { ...plan, steps: [...before, step, ...plan.steps.slice(check)] };
}

/** Tells whether an effect runs a check. */
export function isCheck({ kind }: Effect): boolean {
  return kind === "check";
}

/** Tells whether an effect changes anything. */
export function changes({ kind }: Effect): boolean {
  return kind !== "wait" && kind !== "check" && kind !== "keep";
}

/** Returns the parts of a `send` effect about an instance; `undefined` for another effect. */
export function sent(
  effect: Effect,
): { parts: readonly string[]; method: string; body: unknown } | undefined {
  if (effect.kind !== "send") return undefined;
  return { parts: parseApiPath(effect.path).parts, method: effect.method, body: effect.body };
}

/** Tells whether an effect creates an instance under its own name. */
export function isCreation(effect: Effect, ref: InstanceRef): boolean {
  const found = sent(effect);
  return found?.method === "POST" && found.parts.length === 1 && found.parts[0] === "instances" &&
    isBody(found.body) && found.body["name"] === ref.name;
}

/** Tells whether an effect gives an instance a new root filesystem: by the daemon, or by a new instance beside it. */
export function isRoot(effect: Effect, ref: InstanceRef): boolean {
  const found = sent(effect);
  if (found?.method !== "POST" || found.parts[0] !== "instances") return false;
  return found.parts[1] === ref.name && found.parts[2] === "rebuild" ||
    isBody(found.body) && found.parts.length === 2 && found.parts[1] !== ref.name &&
      found.body["name"] === ref.name;
}

/** Tells whether an effect makes or changes a profile. */
export function isProfile(effect: Effect): boolean {
  const found = sent(effect);
  return found?.parts[0] === "profiles" && found.method !== "DELETE";
}

function isPatch(effect: Effect, ref: InstanceRef): boolean {
  const found = sent(effect);
  return (found?.method === "PATCH" || found?.method === "PUT") && found.parts.length === 2 &&
    found.parts[0] === "instances" &&
    found.parts[1] === ref.name;
}

/** Tells whether an effect gives an instance the list of its profiles. */
export function givesProfiles(effect: Effect, ref: InstanceRef): boolean {
  const found = isPatch(effect, ref) && sent(effect);
  return found !== false && found !== undefined && isBody(found.body) && "profiles" in found.body;
}

function carries({ effect }: Step, ref: InstanceRef): boolean {
  return isPatch(effect, ref) || isCreation(effect, ref);
}

/** Tells whether a step is the first change of an instance whose root filesystem the daemon has replaced. */
export function isRebuildMark(steps: readonly Step[], index: number, ref: InstanceRef): boolean {
  const found = steps[index - 1] && sent(steps[index - 1]!.effect);
  return found?.parts[1] === ref.name && found.parts[2] === "rebuild" && isPatch(steps[index]!.effect, ref);
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

/** Tells whether the body of a request is an object. */
export function isBody(body: unknown): body is Readonly<Record<string, unknown>> {
  return typeof body === "object" && body !== null;
}
