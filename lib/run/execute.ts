/**
 * Carries out a plan: first what comes before all instances, then several instances at a time. It decides
 * nothing: all decisions were made when the plan was.
 *
 * @module
 */
import { InterruptedError, LxopsError } from "../errors.ts";
import type { InstancePlan, Plan, Step } from "../step.ts";
import { type Controls, perform, type Report } from "./perform.ts";

/** How a plan is carried out. */
export interface ExecuteOptions {
  /** How many instances at a time. */
  readonly parallel: number;
  /** Take back the steps of an instance whose plan failed, last first. */
  readonly undoOnFailure: boolean;
}

/** An instance whose plan stopped at a step. */
export interface Failure {
  readonly instance: string;
  readonly step: Step;
  readonly error: LxopsError;
  /** Steps that were done, and were not taken back. */
  readonly done: readonly Step[];
}

/** Carries out a plan and returns what failed; unexpected errors are thrown. */
export async function execute(
  plan: Plan,
  options: ExecuteOptions,
  controls: Controls,
  report: Report,
  signal: AbortSignal,
): Promise<readonly Failure[]> {
  const first = await executeSteps("", plan.first, options, controls, report, signal);
  if (first) return [first];
  const failures: Failure[] = [];
  const waiting = [...plan.each];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      if (signal.aborted) return;
      const failure = await executeInstance(next, options, controls, report, signal);
      if (failure) failures.push(failure);
    }
  };
  const workers = Math.max(1, Math.min(options.parallel, plan.each.length));
  await Promise.all(Array.from({ length: workers }, worker));
  if (signal.aborted && failures.length === 0) throw interruption(signal);
  return failures;
}

async function executeInstance(
  plan: InstancePlan,
  options: ExecuteOptions,
  controls: Controls,
  report: Report,
  signal: AbortSignal,
): Promise<Failure | undefined> {
  for (const text of plan.notes ?? []) report({ kind: "note", instance: plan.instance.name, text });
  return await executeSteps(plan.instance.name, plan.steps, options, controls, report, signal);
}

async function executeSteps(
  instance: string,
  steps: readonly Step[],
  options: ExecuteOptions,
  controls: Controls,
  report: Report,
  signal: AbortSignal,
): Promise<Failure | undefined> {
  const done: Step[] = [];
  for (const step of steps) {
    const started = performance.now();
    report({ kind: "start", instance, step });
    try {
      signal.throwIfAborted();
      await perform(step.effect, instance, controls, report, signal);
    } catch (thrown) {
      const error = expected(thrown, signal);
      report({ kind: "failed", instance, step, error });
      const left = options.undoOnFailure ? await undo(instance, done, controls, report) : done;
      return { instance, step, error, done: left };
    }
    report({ kind: "done", instance, step, seconds: (performance.now() - started) / 1000 });
    done.push(step);
  }
  return undefined;
}

/** Takes steps back, last first, and returns those that are still done: there was no way back, or it failed. */
async function undo(
  instance: string,
  done: readonly Step[],
  controls: Controls,
  report: Report,
): Promise<Step[]> {
  const left: Step[] = [];
  const never = new AbortController().signal;
  for (const step of done.toReversed()) {
    if (!step.undo) {
      if (step.makes || step.removes) left.unshift(step);
      continue;
    }
    try {
      await perform(step.undo, instance, controls, () => {}, never);
      report({ kind: "undo", instance, title: step.title });
    } catch (thrown) {
      const error = expected(thrown, never);
      report({ kind: "undo", instance, title: step.title, error });
      left.unshift(step);
    }
  }
  return left;
}

function expected(thrown: unknown, signal: AbortSignal): LxopsError {
  if (thrown instanceof LxopsError) return thrown;
  if (signal.aborted) return interruption(signal);
  throw thrown;
}

function interruption(signal: AbortSignal): LxopsError {
  return signal.reason instanceof LxopsError ? signal.reason : new InterruptedError("Interrupted");
}
