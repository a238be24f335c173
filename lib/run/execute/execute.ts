/**
 * Carries out a plan: first the steps before all instances, then several instances at a time. It decides nothing: all
 * decisions were made when the plan was made.
 *
 * @module
 */
import { CommandError, InterruptedError, LxopsError, ServerError } from "../../base/errors.ts";
import type { InstancePlan, Plan, Step } from "../../step/step.ts";
import type { InstanceRef } from "../../ports/mod.ts";
import type { Opening } from "../../step/facts.ts";
import { isStart } from "../../step/starts.ts";
import { loadAhead } from "./load_ahead.ts";
import { batchAfter, type EarlyExec, startEarly } from "../perform/early_exec.ts";
import { perform, type PerformOptions, type Report, type Run } from "../perform/perform.ts";
import { close, undo } from "./undo.ts";
import { Order } from "./order.ts";
import { unlessAborted } from "../wait/pauses.ts";
import { asLxopsError, isBrokenPipe } from "../unexpected.ts";

/** Note for a user who interrupts an operation that must end before it can be undone. */
const SETTLING =
  "Interrupted: waiting for the daemon to finish what it has begun, to undo it; interrupt again to leave it";

/** Options for carrying out a plan. */
export interface ExecuteOptions {
  /** Number of instances at a time. */
  readonly parallel: number;
  /** Take back the steps of an instance whose plan failed, last first. */
  readonly undoOnFailure: boolean;
  /**
   * The plan is one program, and its output is all that matters: it ends when its reader closes the
   * output.
   */
  readonly passOutput?: boolean;
  /** Notes about instances that are still being looked for. Each is reported once the first step of its plan was done. */
  readonly laterNotes?: ReadonlyMap<InstanceRef, Promise<string | undefined>>;
}

/** An instance whose plan was not finished. */
export interface Failure {
  /** Empty for the steps that come before all instances. */
  readonly instance: string;
  /** The step that failed; absent where the plan was not begun. */
  readonly step?: Step;
  readonly error: LxopsError;
  /** Steps that were done, and were not taken back. */
  readonly done: readonly Step[];
  /** Steps that were to be carried out after a program that failed, and failed as well. */
  readonly also?: readonly Missed[];
  /** Lines of the log of an instance that did not start and was taken back. */
  readonly log?: readonly string[];
  /** Advice where a new root filesystem remains that has worked with the data. */
  readonly ran?: readonly string[];
  /** Advice where all that can be taken back was. */
  readonly back?: readonly string[];
}

/** A step that failed after the one that its plan ended at. */
export interface Missed {
  readonly step: Step;
  readonly error: LxopsError;
}

/** Values that carrying out a plan needs. */
export type ExecutePorts = Pick<Run, "controls" | "report" | "signal">;

/** Carries out a plan and returns what failed, in the order of the plan. */
export async function execute(
  plan: Plan,
  options: ExecuteOptions,
  ports: ExecutePorts,
): Promise<readonly Failure[]> {
  const reports = new SafeReports(ports.report);
  const report = options.passOutput ? ports.report : reports.report;
  const failures = await executePlan(plan, options, { ...ports, report });
  reports.rethrow();
  return failures;
}

/**
 * Reports that are passed on until one cannot be written, for example to a closed pipe, which must not stop a plan in
 * the middle. Output of commands and progress are separate: when the reader closes one of them, the other continues.
 */
class SafeReports {
  readonly #report: Report;
  readonly #broken = new Map<boolean, unknown>();

  constructor(report: Report) {
    this.#report = report;
  }

  readonly report: Report = (event) => {
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
      // A reader that stops early, like `head -1`, has what it wanted.
      if (!isOutput || !isBrokenPipe(error)) throw error;
    }
  }
}

async function executePlan(
  plan: Plan,
  options: ExecuteOptions,
  ports: ExecutePorts,
): Promise<readonly Failure[]> {
  const first = await executeSteps(plan.first, { instance: "", ...ports }, options.undoOnFailure);
  if (first) return [first];
  const failures = new Map<InstancePlan, Failure>();
  const waiting = [...plan.each];
  const order = new Order(plan.each);
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const missing = await order.wait(next);
      const one = next;
      const failure = missing ?? await executeInstance(one, options, ports, (step) => order.done(one, step));
      order.end(next, failure === undefined);
      // Shared steps are attributed to every instance and are not undone.
      if (failure) failures.set(next, { ...failure, done: [...plan.first, ...failure.done] });
    }
  };
  const workers = Math.max(1, Math.min(options.parallel, plan.each.length));
  await Promise.all(Array.from({ length: workers }, worker));
  return plan.each.flatMap((one) => failures.get(one) ?? []);
}

async function executeInstance(
  plan: InstancePlan,
  options: ExecuteOptions,
  ports: ExecutePorts,
  onDone: (step: Step) => void,
): Promise<Failure | undefined> {
  const run: Run = { instance: plan.instance.name, ...ports, patient: plan.patient ?? false };
  if (run.signal.aborted && plan.steps.length > 0) {
    return { instance: run.instance, error: interruption(run.signal), done: [] };
  }
  for (const text of plan.notes ?? []) run.report({ kind: "note", instance: run.instance, text });
  const undoAll = options.undoOnFailure || (plan.atomic ?? false);
  const later = options.laterNotes?.get(plan.instance);
  const failure = await executeSteps(plan.steps, run, undoAll, async (step) => {
    onDone(step);
    if (step === plan.steps[0] && later) await reportNote(later, run);
  });
  if (!failure) return undefined;
  const { ranSeconds: ran, ...rest } = failure;
  const seconds = ran === undefined
    ? []
    : [`The new root filesystem ran for ${Math.ceil(ran)} s with the data`];
  if (!plan.back || failure.done.some(({ undo, commits }) => undo || commits)) {
    if (failure.done.some(({ commits }) => commits)) return failure;
    const advice = plan.back?.partly ?? (ran === undefined ? [] : plan.ran ?? []);
    return advice.length === 0 ? failure : { ...rest, ran: [...seconds, ...advice] };
  }
  const { state, again } = plan.back;
  return { ...rest, back: [...state, ...seconds, ...(ran === undefined ? [] : plan.back.ran), ...again] };
}

async function reportNote(
  note: Promise<string | undefined>,
  { instance, report, signal }: Run,
): Promise<void> {
  // A signal ends the plan before its next step.
  const text = await unlessAborted(note, signal).catch(() => undefined);
  if (text !== undefined) report({ kind: "note", instance, text });
}

/** Carries out steps. If one fails, undoes all steps before it, or only temporary states. */
async function executeSteps(
  steps: readonly Step[],
  run: Run,
  undoAll: boolean,
  onDone: (step: Step) => void | Promise<void> = () => {},
): Promise<Failure & { readonly ranSeconds?: number } | undefined> {
  const { instance, controls, signal } = run;
  const done: Step[] = [];
  let since: number | undefined;
  let early: EarlyExec | undefined;
  for (const [index, step] of steps.entries()) {
    const batch = signal.aborted ? undefined : batchAfter(step, steps[index + 1]);
    const started = batch && startEarly(batch, controls.control, signal);
    const settles = step.undo !== undefined && (undoAll || step.opens !== undefined);
    const stopLoading = loadAhead(step, steps.slice(index + 1), controls.control);
    if (step.runs) since = performance.now();
    const error = signal.aborted ? interruption(signal) : await executeStep(step, run, { early, settles });
    stopLoading();
    early = started;
    if (error) {
      await early?.cancel();
      const also = signal.aborted || !isProgram(step, error)
        ? []
        : await executeAnyway(steps.slice(index + 1), run, done);
      const begun = step.partly
        ? [...done, step.partly === "always" ? { ...step, opens: step.opens ?? unfinished(step) } : step]
        : settles && (error.unsettled || step.opens !== undefined && isLost(error))
        ? [...done, step]
        : done;
      const never = since === undefined || step.runs && !error.unsettled;
      const goes = undoAll || [...done, step].some(({ opens }) => opens?.kind === "throw-away");
      const log = goes && (step.runs || isStart(step.effect)) && !signal.aborted
        ? await (await import("../perform/start_log.ts")).startLog(step, controls.server)
        : [];
      const undone = never ? begun : begun.map(afterRun);
      const left = undoAll ? await undo(undone, run) : await close(begun, run);
      const ran = never ? {} : { ranSeconds: (performance.now() - since!) / 1000 };
      const rest = { ...(also.length > 0 ? { also } : {}), ...(log.length > 0 ? { log } : {}), ...ran };
      return { instance, step, error, done: left, ...rest };
    }
    done.push(step);
    await onDone(step);
  }
  return undefined;
}

/** Tells whether an answer was lost, so that the request may have been carried out. */
function isLost(error: LxopsError): boolean {
  return error instanceof ServerError && error.status === 0;
}

/** Tells whether it is the program of a step that failed, and not lxops or the daemon. */
function isProgram({ effect }: Step, error: LxopsError): boolean {
  return (effect.kind === "exec" || effect.kind === "shell") && error instanceof CommandError;
}

/** Carries out the steps that follow a program even if it failed, and returns those that failed. */
async function executeAnyway(later: readonly Step[], run: Run, done: Step[]): Promise<readonly Missed[]> {
  const missed: Missed[] = [];
  for (const step of later.filter(({ anyway }) => anyway)) {
    const error = run.signal.aborted ? interruption(run.signal) : await executeStep(step, run, {});
    if (error) missed.push({ step, error });
    else done.push(step);
  }
  return missed;
}

/** Returns a step with the way back that it has once a new root filesystem has run. */
function afterRun(step: Step): Step {
  const { undo: _undo, undoAfterRun, ...rest } = step;
  if (!undoAfterRun) return step;
  return undoAfterRun.length === 0 ? rest : { ...rest, undo: undoAfterRun };
}

async function executeStep(step: Step, run: Run, options: PerformOptions): Promise<LxopsError | undefined> {
  const { instance, report, signal } = run;
  const started = performance.now();
  const removes = step.removes?.some(({ kind }) => kind === "instance") ?? false;
  const how = { ...options, removes };
  const onAbort = () => report({ kind: "note", instance, text: SETTLING });
  const waits = options.settles && ["send", "stop", "transfer"].includes(step.effect.kind);
  if (waits) signal.addEventListener("abort", onAbort, { once: true });
  report({ kind: "start", instance, step });
  try {
    if (run.patient) await patiently(() => perform(step.effect, run, how), run);
    else await perform(step.effect, run, how);
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

/** Tries again while the daemon is not ready, and says so. */
async function patiently(attempt: () => Promise<void>, { instance, report, signal }: Run): Promise<void> {
  const { untilReady } = await import("../wait/away.ts");
  const text = "the daemon is not ready; trying for a minute";
  await untilReady(attempt, signal, () => report({ kind: "note", instance, text }));
}

/** Returns the opening of a step whose parts must be undone in any case. */
function unfinished({ title }: Step): Opening {
  return { kind: "unfinished-step", name: title };
}

function interruption(signal: AbortSignal): LxopsError {
  return signal.reason instanceof LxopsError ? signal.reason : new InterruptedError("Interrupted");
}
