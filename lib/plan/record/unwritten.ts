/**
 * Records that lack applied changes, as a run was interrupted before it wrote them.
 *
 * @module
 */
import type { InstancePlan } from "../../step/step.ts";
import { same } from "../instance/resolve/profile.ts";
import { itemHashes } from "./hashes.ts";
import type { InstanceRecord } from "./record.ts";

/**
 * Tells whether a run that was cut off has applied everything, but not written down its items. The hashes of secrets
 * need a key, and are not compared.
 */
export function isOpen(plan: InstancePlan, before: InstanceRecord | undefined): boolean {
  if (!plan.applied || !before) return false;
  if (before.items === undefined) return true;
  const hasSecrets = plan.applied.some(({ secret }) => secret);
  return !hasSecrets && !same(itemHashes(plan, undefined), before.items);
}

/** Tells whether a run that was cut off has changed profiles, devices or keys, but not written that down. */
export function isStale(before: InstanceRecord | undefined, now: Partial<InstanceRecord>): boolean {
  const parts = ["profiles", "profileDevices", "profileKeys", "devices", "keys"] as const;
  return parts.some((part) => before?.[part] && now[part] && !same(now[part], before[part]));
}
