/**
 * Figures of a rehearsed command.
 *
 * @module
 */
import type { InstanceRef } from "../../ports/mod.ts";
import type { Step } from "../../step/step.ts";
import { sent } from "../record/place.ts";

/** A step that was carried out. */
export interface TimedStep {
  readonly step: Step;
  /** The time of its end, in seconds since the first one began. */
  readonly end: number;
  readonly seconds: number;
}

/** Returns how long the instance did not serve, in seconds: from its stop until the new one was ready and checked. */
export function downtime(steps: readonly TimedStep[], { name }: InstanceRef): number {
  const first = steps.findIndex(({ step: { effect } }) => {
    if (effect.kind === "stop") return effect.instance.name === name;
    const found = sent(effect);
    return found?.parts[0] === "instances" && found.parts[1] === name && found.parts[2] === "state" &&
      /"(?:stop|restart)"/.test(JSON.stringify(found.body));
  });
  if (first < 0) return 0;
  const last = steps.findLastIndex(({ step: { effect } }) =>
    effect.kind === "wait" || effect.kind === "check" || effect.kind === "batch" ||
    sent(effect)?.parts[2] === "state"
  );
  const { end, seconds } = steps[first]!;
  return Math.max(0, steps[Math.max(first, last)]!.end - (end - seconds));
}
