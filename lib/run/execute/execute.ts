/**
 * Carries out a plan: first what comes before all instances, then several instances at a time. It decides
 * nothing: all decisions were made when the plan was.
 *
 * @module
 */
import { InterruptedError, LxopsError } from "../../base/errors.ts";
import type { InstancePlan, Plan, Step } from "../../step/step.ts";
import type { Opening } from "../../step/facts.ts";
import { batchAfter, type HeadStart, headStart } from "../perform/early_exec.ts";
import { type Controls, perform, type Performance, type Report } from "../perform/perform.ts";
import { close, undo } from "./undo.ts";
import { asLxopsError, isBrokenPipe } from "../unexpected.ts";

/** What a person is told who interrupts something that must be known to be taken back. */
const SETTLING =
  "Interrupted: what the daemon has begun is waited for, to take it back; interrupt again to leave it";

/** How a plan is carried out. */
export interface ExecuteOptions {
  /** How many instances at a time. */
  readonly parallel: number;
  /** Take back the steps of an instance whose plan failed, last first. */
  readonly undoOnFailure: boolean;
  /** The plan is one program, and its output all that matters: where nobody reads that any more, it ends. */
  readonly passOutput?: boolean;
}

/** An instance whose plan did not come to its end. */
export interface Failure {
  /** Empty for the steps that come before all instances. */
  readonly instance: string;
  /** Where it stopped; absent where it was not begun. */
  readonly step?: Step;
  readonly error: LxopsError;
  /** Steps that were done, and were not taken back. */
  readonly done: readonly Step[];
}

/** Carries out a plan and returns what failed, in the order of the plan. */
export async function execute(
  plan: Plan,
  options: ExecuteOptions,
  controls: Controls,
  report: Report,
  signal: AbortSignal,
): Promise<readonly Failure[]> {
  const teller = new Teller(report);
  const run: Run = { options, controls, report: options.passOutput ? report : teller.tell, signal };
  const failures = await executePlan(plan, run);
  teller.rethrow();
  return failures;
}

interface Run {
  readonly options: ExecuteOptions;
  readonly controls: Controls;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/**
 * A report that cannot be given, as to a pipe that nobody reads, must not tear a plan in the middle; and where
 * nobody reads what commands print, somebody may still follow the progress.
 */
class Teller {
  readonly #report: Report;
  readonly #broken = new Map<boolean, unknown>();

  constructor(report: Report) {
    this.#report = report;
  }

  readonly tell: Report = (event) => {
    const isOutput = event.kind === "bytes" || event.kind === "address";
    if (this.#broken.has(isOutput)) return;
    try {
      this.#report(event);
    } catch (error) {
      this.#broken.set(isOutput, error);
    }
  };

  rethrow(): void {
    for (const [isOutput, error] of this.#broken) {
      // Who reads no more of what commands print, as `head -1`, has what was wanted.
      if (!isOutput || !isBrokenPipe(error)) throw error;
    }
  }
}

async function executePlan(plan: Plan, run: Run): Promise<readonly Failure[]> {
  const first = await executeSteps("", plan.first, run, false);
  if (first) return [first];
  const failures = new Map<InstancePlan, Failure>();
  const waiting = [...plan.each];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const failure = await executeInstance(next, run);
      // What came before all instances is as much their part as anybody's, and stays.
      if (failure) failures.set(next, { ...failure, done: [...plan.first, ...failure.done] });
    }
  };
  const workers = Math.max(1, Math.min(run.options.parallel, plan.each.length));
  await Promise.all(Array.from({ length: workers }, worker));
  return plan.each.flatMap((one) => failures.get(one) ?? []);
}

async function executeInstance(plan: InstancePlan, run: Run): Promise<Failure | undefined> {
  const instance = plan.instance.name;
  if (run.signal.aborted && plan.steps.length > 0) {
    return { instance, error: interruption(run.signal), done: [] };
  }
  for (const text of plan.notes ?? []) run.report({ kind: "note", instance, text });
  return await executeSteps(instance, plan.steps, run, plan.atomic ?? false);
}

async function executeSteps(
  instance: string,
  steps: readonly Step[],
  run: Run,
  atomic: boolean,
): Promise<Failure | undefined> {
  const { controls, report, signal } = run;
  const done: Step[] = [];
  let head: HeadStart | undefined;
  for (const [index, step] of steps.entries()) {
    const batch = signal.aborted ? undefined : batchAfter(step, steps[index + 1]);
    const started = batch && headStart(batch, controls.control, signal);
    const all = run.options.undoOnFailure || atomic;
    const settles = step.undo !== undefined && (all || step.opens !== undefined);
    const error = signal.aborted
      ? interruption(signal)
      : await executeStep(instance, step, run, { head, settles });
    head = started;
    if (error) {
      await head?.cancel();
      const begun = step.partly
        ? [...done, step.partly === "always" ? { ...step, opens: step.opens ?? unfinished(step) } : step]
        : settles && error.unsettled
        ? [...done, step]
        : done;
      const left = all
        ? await undo(instance, begun, controls, report)
        : await close(instance, begun, controls, report);
      return { instance, step, error, done: left };
    }
    done.push(step);
  }
  return undefined;
}

async function executeStep(
  instance: string,
  step: Step,
  run: Run,
  more: Performance,
): Promise<LxopsError | undefined> {
  const { controls, report, signal } = run;
  const started = performance.now();
  const onAbort = () => report({ kind: "note", instance, text: SETTLING });
  const waits = more.settles && ["send", "stop", "transfer"].includes(step.effect.kind);
  if (waits) signal.addEventListener("abort", onAbort, { once: true });
  report({ kind: "start", instance, step });
  try {
    await perform(step.effect, instance, controls, report, signal, more);
  } catch (thrown) {
    const error = thrown === signal.reason ? interruption(signal) : asLxopsError(thrown);
    report({ kind: "failed", instance, step, error });
    return error;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
  report({ kind: "done", instance, step, seconds: (performance.now() - started) / 1000 });
  return undefined;
}

/** Returns the opening of a step whose parts must be undone in any case. */
function unfinished({ title }: Step): Opening {
  return { kind: "unfinished-step", name: title };
}

function interruption(signal: AbortSignal): LxopsError {
  return signal.reason instanceof LxopsError ? signal.reason : new InterruptedError("Interrupted");
}
