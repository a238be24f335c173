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

/** Tells whether a step begins the pause. */
export function beginsPause({ opens }: Step): boolean {
  return opens?.kind === "freeze";
}

/** Tells whether a step ends the pause. */
export function endsPause({ closes = [] }: Step): boolean {
  return [closes].flat().some(({ kind }) => kind === "freeze");
}

/**
 * Returns steps of which only the pause is taken back where one fails: so the instance continues at once, before what
 * was made is removed, which takes a while for many files. `planClean()` removes that.
 */
export function thawedFirst(steps: readonly Step[]): readonly Step[] {
  return steps.map((step) => {
    if (step.opens?.kind === "freeze" || step.opens?.kind === "freeze-note") return step;
    const { undo: _undo, partly: _partly, ...rest } = step;
    return rest;
  });
}
