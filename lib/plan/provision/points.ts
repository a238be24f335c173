/**
 * The points of a plan at which hooks run, secrets are delivered and kept files are put into place or saved. They are
 * found by the effects of its steps, so that no planner has to know of them.
 *
 * @module
 */
import { parseApiPath } from "../../base/api.ts";
import type { InstanceRef } from "../../ports/mod.ts";
import type { Effect, Step } from "../../step/step.ts";
import { STATE_MARK } from "../instance/ownership.ts";
import { EXTRACT_SUFFIX } from "../instance/reserved_names.ts";

/** The points of a plan of an instance, each as the number of the step that comes next. */
export interface Points {
  /** The instance that gets the new root filesystem, and the point at which that is there. */
  readonly created?: { readonly ref: InstanceRef; readonly at: number };
  /** The plan gives an existing instance a new root filesystem: in place, or as an instance beside the old one. */
  readonly isRebuild: boolean;
  /** The old instance stops. */
  readonly stops?: number;
  /** The instance starts. */
  readonly starts?: number;
  /** The instance has started and is ready. */
  readonly started?: number;
  /** It runs, and is to be configured. */
  readonly ready?: number;
  /** Its cloud-config was applied, and its checks come. */
  readonly configured?: number;
  /** It was checked, and a failure still brings the old one back. */
  readonly checked?: number;
}

/** Finds the points of a plan of an instance. */
export function pointsOf(steps: readonly Step[], ref: InstanceRef): Points {
  const sent = steps.map(({ effect }) => sentTo(effect));
  const isOwn = (index: number) => sent[index]?.instance === ref.name;
  const made = sent.findIndex((one) =>
    one?.method === "POST" && one.instance === undefined && one.named !== undefined &&
    !one.named.endsWith(EXTRACT_SUFFIX)
  );
  const inPlace = sent.findIndex((one, index) => isOwn(index) && one?.action === "rebuild");
  const start = steps.findLastIndex(({ effect }, index) => isOwn(index) && isStart(effect));
  const isReady = ({ effect }: Step) =>
    effect.kind === "wait" && effect.instance.name === ref.name && !effect.until.includes("stopped");
  const applied = steps.findLastIndex(({ effect }) =>
    effect.kind === "batch" && effect.instance.name === ref.name
  );
  const wait = steps.findIndex((step, index) => index > start && isReady(step));
  const batch = steps.findIndex(({ effect }, index) =>
    index > start && effect.kind === "batch" && effect.instance.name === ref.name
  );
  const ready = wait >= 0 && (batch < 0 || wait < batch) ? wait + 1 : start < 0 ? batch : start + 1;
  // A mark of the new root filesystem belongs to its creation.
  const isMarked = isOwn(inPlace + 1) && sent[inPlace + 1]?.method === "PATCH";
  const last = Math.max(start, wait, applied);
  const from = (found: (step: Step) => boolean) => {
    const index = steps.findIndex((step, at) => at > last && found(step));
    return index < 0 ? undefined : index;
  };
  const served = from((step) => step.commits === true) ?? from(isDone);
  const checks = from(({ effect }) => effect.kind === "check");
  const runs = start >= 0 || applied >= 0;
  const rebuilt = inPlace >= 0 || steps.some(({ effect }) => isRenamedTo(effect, ref.name)) ||
    made >= 0 && sent[made]?.named !== ref.name;
  const stops = steps.findIndex(({ effect }) => effect.kind === "stop" && effect.instance.name === ref.name);
  return {
    ...(made >= 0
      ? { created: { ref: { ...ref, name: sent[made]!.named! }, at: made + 1 } }
      : inPlace >= 0
      ? { created: { ref, at: inPlace + (isMarked ? 2 : 1) } }
      : {}),
    isRebuild: rebuilt,
    ...(stops < 0 ? {} : { stops }),
    ...(start >= 0 ? { starts: start, started: ready } : {}),
    ...(runs && ready >= 0 ? { ready } : {}),
    ...(runs ? { configured: checks ?? served ?? steps.length } : {}),
    ...(runs && rebuilt ? { checked: served ?? steps.length } : {}),
  };
}

interface Sent {
  readonly method: string;
  /** Name of the instance in the path. */
  readonly instance: string | undefined;
  readonly action: string | undefined;
  /** Name in the body. */
  readonly named: string | undefined;
}

function sentTo(effect: Effect): Sent | undefined {
  if (effect.kind !== "send") return undefined;
  const [kind, instance, action] = parseApiPath(effect.path).parts;
  if (kind !== "instances") return undefined;
  const body = typeof effect.body === "object" && effect.body !== null ? effect.body : {};
  const named = "name" in body && typeof body.name === "string" ? body.name : undefined;
  return { method: effect.method, instance, action, named };
}

/** Tells whether an effect starts an instance, or restarts one. */
export function isStart(effect: Effect): boolean {
  if (effect.kind !== "send" || typeof effect.body !== "object" || effect.body === null) return false;
  return "action" in effect.body && (effect.body.action === "start" || effect.body.action === "restart");
}

function isRenamedTo(effect: Effect, name: string): boolean {
  const sent = sentTo(effect);
  return sent?.method === "POST" && sent.instance !== undefined && sent.action === undefined &&
    sent.named === name;
}

/** Tells whether a step marks an instance as configured, which ends the work on it. */
function isDone({ effect }: Step): boolean {
  if (effect.kind !== "send" || effect.method !== "PATCH") return false;
  const body = effect.body as { readonly config?: Readonly<Record<string, unknown>> } | undefined;
  return body?.config?.[STATE_MARK] === "configured";
}
