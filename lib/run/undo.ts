/**
 * Takes back the steps of a plan that failed.
 *
 * @module
 */
import type { Step } from "../step.ts";
import { type Controls, perform, type Report } from "./perform.ts";
import { asLxopsError } from "./unexpected.ts";

/**
 * Takes steps back, last first, and returns those that are still done: there was no way back, or it failed.
 * Where it fails, all before it stays as well, for it is what the rest stands on: the dataset of an instance
 * that cannot be deleted must not go.
 */
export async function undo(
  instance: string,
  done: readonly Step[],
  controls: Controls,
  report: Report,
): Promise<readonly Step[]> {
  // An interrupted run takes its steps back like any other; a second signal ends lxops.
  const never = new AbortController().signal;
  const left: Step[] = [];
  const closed = closedBy(done);
  for (const [index, step] of [...done.entries()].toReversed()) {
    if (step.opens !== undefined && closed.has(step.opens)) continue;
    if (step.commits) return [...done.slice(0, index + 1), ...left];
    if (!step.undo) {
      if (step.makes || step.removes) left.unshift(step);
      continue;
    }
    try {
      await perform(step.undo, instance, controls, () => {}, never);
      report({ kind: "undo", instance, title: step.title });
    } catch (thrown) {
      report({ kind: "undo", instance, title: step.title, error: asLxopsError(thrown) });
      return [...done.slice(0, index + 1), ...left];
    }
  }
  return left;
}

/** Takes back only what must not last, and returns the other steps. */
export async function close(
  instance: string,
  done: readonly Step[],
  controls: Controls,
  report: Report,
): Promise<readonly Step[]> {
  const closed = closedBy(done);
  const open = done.slice(done.findLastIndex((step) => step.commits) + 1).filter((step) =>
    step.opens !== undefined && !closed.has(step.opens)
  );
  const left = await undo(instance, open, controls, report);
  return done.filter((step) => !open.includes(step) || left.includes(step));
}

function closedBy(steps: readonly Step[]): ReadonlySet<string> {
  return new Set(steps.flatMap((step) => step.closes ?? []));
}
