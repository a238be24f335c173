/**
 * The pause of an instance while its data is copied.
 *
 * @module
 */
import type { Step } from "../../step/step.ts";
import { sent } from "../record/place.ts";

/** The number of steps that begin or end a pause: a note on the instance, and its freeze. */
const PAIR = 2;

/** Tells whether an effect is a request about an instance. */
export function isAbout(effect: Step["effect"], name: string): boolean {
  const { parts } = sent(effect) ?? {};
  return parts?.[0] === "instances" && parts[1] === name;
}

/**
 * Returns the steps of a copy with one pause of the instance instead of several, which begins before the snapshots: so all
 * data is of one moment.
 */
export function inOnePause(clones: readonly Step[], made: readonly Step[], source: string): readonly Step[] {
  const pauses = made.filter(({ effect }) => isAbout(effect, source));
  const end = pauses.slice(-PAIR);
  const after = end.length === 0 ? 0 : made.indexOf(end[0]!);
  return [
    ...pauses.slice(0, PAIR),
    ...clones,
    ...made.slice(0, after).filter((step) => !pauses.includes(step)),
    ...end,
    ...made.slice(after).filter((step) => !pauses.includes(step)),
  ];
}
