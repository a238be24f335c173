/**
 * Undoing of the steps of a failed plan.
 *
 * @module
 */
import { LxopsError } from "../../base/errors.ts";
import { openingKey } from "../../step/facts.ts";
import { type Effect, type Step, type UndoEffect, undoEffects } from "../../step/step.ts";
import { perform, type Run } from "../perform/perform.ts";
import { asLxopsError } from "../unexpected.ts";

/**
 * Undoes steps, last first, and returns those that are still done: they have no undo, or it failed. Where it fails, all
 * steps before it stay as well, as the rest depends on them: the dataset of an instance that cannot be deleted must not
 * be destroyed. Temporary states end in any case.
 */
export async function undo(done: readonly Step[], run: Run): Promise<readonly Step[]> {
  const closed = closedIn(done);
  const left: Step[] = [];
  for (const [index, step] of [...done.entries()].toReversed()) {
    if (closed.has(step)) continue;
    if (step.commits || step.undo && !await takeBack(step, run)) {
      left.unshift(...done.slice(0, index + 1));
      return await end(left, closed, run, step);
    }
    if (!step.undo && (step.makes || step.removes)) left.unshift(step);
  }
  return left;
}

/** Ends only the temporary states, and returns the other steps. */
export async function close(done: readonly Step[], run: Run): Promise<readonly Step[]> {
  return await end(done, closedIn(done), run);
}

/** Ends the temporary states that steps began, except for those that were `tried` already. */
async function end(
  steps: readonly Step[],
  closed: ReadonlySet<Step>,
  run: Run,
  tried?: Step,
): Promise<readonly Step[]> {
  const ended = new Set<Step>();
  // The same command continues by this note.
  const kept = new Set(tried?.notedBy === undefined ? [] : [openingKey(tried.notedBy)]);
  for (const step of steps.toReversed()) {
    if (step === tried || step.opens === undefined || closed.has(step) || kept.has(openingKey(step.opens))) {
      continue;
    }
    if (await takeBack(step, run)) ended.add(step);
    else if (step.notedBy !== undefined) kept.add(openingKey(step.notedBy));
  }
  return steps.filter((step) => !ended.has(step));
}

/** Number of lines that are shown of a program that could not undo a step. */
const SAID_LINES = 3;

async function takeBack(step: Step, run: Run): Promise<boolean> {
  const { instance, report } = run;
  if (!step.undo) return false;
  report({ kind: "undo-start", instance, title: step.title });
  const said: string[] = [];
  try {
    // An interrupted run undoes its steps like any other; a second signal ends lxops.
    const notes: Run["report"] = (event) => {
      if (event.kind === "note") report(event);
      if (event.kind === "output") said.splice(0, said.length, ...[...said, event.line].slice(-SAID_LINES));
    };
    const quiet = { ...run, report: notes, signal: new AbortController().signal };
    await inParts(undoEffects(step.undo), (effect) => perform(effect, quiet));
    report({ kind: "undo", instance, title: step.title });
    return true;
  } catch (thrown) {
    report({ kind: "undo", instance, title: step.title, error: asLxopsError(thrown) });
    for (const line of said) report({ kind: "note", instance, text: line });
    return false;
  }
}

/**
 * Carries out effects one after the other. A part that fails is left, and the other parts are carried out all the same.
 *
 * @throws {LxopsError} that names the parts that failed
 */
async function inParts(
  effects: readonly UndoEffect[],
  carryOut: (effect: Effect) => Promise<void>,
): Promise<void> {
  const failed = new Map<string, LxopsError>();
  for (const { part, ...effect } of effects) {
    if (part === undefined) {
      refuseFailed(failed);
      await carryOut(effect);
    } else if (!failed.has(part)) {
      await carryOut(effect).catch((thrown) => void failed.set(part, asLxopsError(thrown)));
    }
  }
  refuseFailed(failed);
}

function refuseFailed(failed: ReadonlyMap<string, LxopsError>): void {
  if (failed.size === 0) return;
  const parts = [...failed].map(([part, { message }]) => `"${part}" (${message})`);
  throw new LxopsError(`not put back: ${parts.join("; ")}`);
}

/** Returns the steps that later steps have closed: a state that is opened twice must be closed twice. */
function closedIn(steps: readonly Step[]): ReadonlySet<Step> {
  return new Set(
    steps.filter(({ opens }, index) =>
      opens !== undefined &&
      steps.slice(index + 1).some(({ closes = [] }) =>
        [closes].flat().some((closed) => openingKey(closed) === openingKey(opens))
      )
    ),
  );
}
