/**
 * Questions about effects of a plan that decide which record an instance has after it, and which request carries it.
 *
 * @module
 */
import { parseApiPath } from "../../base/api.ts";
import type { InstanceRef } from "../../ports/mod.ts";
import type { Effect, Step } from "../../step/step.ts";

/** Tells whether an effect changes anything. */
export function changes({ kind }: Effect): boolean {
  return kind !== "wait" && kind !== "check";
}

/** Returns the request of an effect, its path in parts; `undefined` for an effect that sends none. */
export function sent(
  effect: Effect,
): { parts: readonly string[]; method: string; body: unknown } | undefined {
  if (effect.kind !== "send") return undefined;
  return { parts: parseApiPath(effect.path).parts, method: effect.method, body: effect.body };
}

/** Tells whether an effect creates an instance. */
export function isCreation(effect: Effect, ref: InstanceRef): boolean {
  const found = sent(effect);
  return found?.method === "POST" && found.parts.length === 1 && found.parts[0] === "instances" &&
    isBody(found.body) && found.body["name"] === ref.name;
}

/** Tells whether an effect gives an instance a new root filesystem: by the daemon, or by a new instance beside it. */
export function givesRoot(effect: Effect, ref: InstanceRef): boolean {
  const found = sent(effect);
  if (found?.method !== "POST" || found.parts[0] !== "instances") return false;
  return found.parts[1] === ref.name && found.parts[2] === "rebuild" ||
    isBody(found.body) && found.parts.length === 2 && found.parts[1] !== ref.name &&
      found.body["name"] === ref.name;
}

/** Tells whether an effect creates or changes a profile. */
export function isProfile(effect: Effect): boolean {
  const found = sent(effect);
  return found?.parts[0] === "profiles" && found.method !== "DELETE";
}

/** Tells whether an effect changes the settings of an instance. */
function isPatch(effect: Effect, ref: InstanceRef): boolean {
  const found = sent(effect);
  return (found?.method === "PATCH" || found?.method === "PUT") && found.parts.length === 2 &&
    found.parts[0] === "instances" &&
    found.parts[1] === ref.name;
}

/** Tells whether an effect gives an instance a list of profiles. */
export function givesProfiles(effect: Effect, ref: InstanceRef): boolean {
  const found = isPatch(effect, ref) && sent(effect);
  return found !== false && found !== undefined && isBody(found.body) && "profiles" in found.body;
}

/** Tells whether the request of a step can carry the record of an instance. */
export function carries({ effect }: Step, ref: InstanceRef): boolean {
  return isPatch(effect, ref) || isCreation(effect, ref);
}

/** Tells whether a step is the first change of an instance whose root filesystem the daemon has replaced. */
export function isRebuildMark(steps: readonly Step[], index: number, ref: InstanceRef): boolean {
  const found = steps[index - 1] && sent(steps[index - 1]!.effect);
  return found?.parts[1] === ref.name && found.parts[2] === "rebuild" && isPatch(steps[index]!.effect, ref);
}

/** Tells whether a body of a request has keys. */
export function isBody(body: unknown): body is Readonly<Record<string, unknown>> {
  return typeof body === "object" && body !== null;
}
