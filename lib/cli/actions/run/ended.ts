/**
 * The end of a run: by its program, by a limit, or by a failure of lxops.
 *
 * @module
 */
import { resolve } from "@std/path";
import { CommandError, EXIT, InterruptedError, LxopsError, TimeoutError } from "../../../base/errors.ts";
import type { Failure } from "../../../run/execute/execute.ts";
import { leavesResults } from "../../../run/perform/copy.ts";
import type { FileCopy, InstanceRef } from "../../../ports/mod.ts";
import type { InstancePlan, Step } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { errorText } from "../../output/output.ts";

/** Exit code of a program that took too long, as that of `timeout` (coreutils). */
const TIMED_OUT = 124;

/** The end of a run. */
export interface Ended {
  readonly code: number;
  /** The origin of the exit code. */
  readonly by: "program" | "lxops";
  /** The failure of lxops, as docker tells it from those of programs. */
  readonly error?: LxopsError;
  /** The step that failed. */
  readonly step?: Step;
  /** A copy out of the instance that failed although the files are there. */
  readonly unsaved?: FileCopy;
}

/** Returns the result of a run, and reports other failures. `argv` is its program; absent: it has none. */
export function endOf(
  plan: InstancePlan,
  failures: readonly Failure[],
  argv: readonly string[] | undefined,
  app: App,
): Ended {
  const unsaved = failures.filter(({ instance }) => instance === plan.instance.name).flatMap(unsavedIn)[0];
  return { ...ended(plan, failures, argv, app), ...(unsaved ? { unsaved } : {}) };
}

/** Returns the copies out of an instance that failed although the files are there. */
function unsavedIn({ step, error, also = [] }: Failure): readonly FileCopy[] {
  return [...step ? [{ step, error }] : [], ...also].flatMap(({ step: { effect }, error }) =>
    effect.kind === "copy" && !(error instanceof InterruptedError) && leavesResults(error, effect)
      ? [effect]
      : []
  );
}

function ended(
  plan: InstancePlan,
  failures: readonly Failure[],
  argv: readonly string[] | undefined,
  app: App,
): Ended {
  for (const failure of failures) {
    if (failure.instance !== plan.instance.name) app.complain(errorText("lxops", failure.error));
  }
  const failure = failures.find(({ instance }) => instance === plan.instance.name);
  if (!failure) return { code: EXIT.ok, by: "program" };
  for (const { step, error } of failure.also ?? []) {
    if (!(error instanceof InterruptedError)) app.complain(errorText("lxops", titled(error, step.title)));
  }
  const { error, step } = failure;
  const left = leftAdvice(plan.instance, failure);
  if (error instanceof InterruptedError) {
    if (left.length > 0) app.complain(["lxops: note: the instance was not removed", ...left].join("\n  "));
    return { code: codeOf(app.signal.reason), by: "lxops", ...(step ? { step } : {}) };
  }
  const effect = step?.effect;
  const isProgram = effect !== undefined && "argv" in effect && effect.argv === argv;
  const isLasting = effect?.kind === "wait" && effect.orGone && error instanceof TimeoutError;
  if (isLasting || isProgram && error instanceof CommandError) {
    const code = error instanceof CommandError ? error.code : TIMED_OUT;
    if (code === TIMED_OUT) app.complain(errorText("lxops", error));
    return { code, by: "program" };
  }
  return {
    code: EXIT.exec,
    by: "lxops",
    error: new RunError(error, {
      step: step?.title ?? "",
      instance: plan.instance.name,
      log: failure.log ?? [],
      advice: [...step?.advice ?? [], ...left],
    }),
    ...(step ? { step } : {}),
  };
}

/** Returns advice about the instance of a run that could not be removed after a failure; none where it is gone. */
function leftAdvice({ project, name }: InstanceRef, { done }: Failure): readonly string[] {
  const isMade = done.some(({ opens }) => opens?.kind === "throw-away" && opens.name === name);
  const isRemoved = done.some(({ removes = [] }) => removes.some((one) => one.kind === "instance"));
  if (!isMade || isRemoved) return [];
  return [
    `Instance "${name}" is left, and its program may still run`,
    `To remove it: lxops run${projectFlag(project)} --discard ${name}`,
  ];
}

function projectFlag(project: string): string {
  return project === "" || project === "default" ? "" : ` --project ${project}`;
}

/** Tells where the instance of a run is that was kept, and how to remove it. */
export function tellKept(
  { code, by, step, error }: Ended,
  { project, name }: InstanceRef,
  keep: string,
  app: App,
): void {
  const keeps = keep === "always" || keep === "on-failure" && code !== 0;
  // An interrupted request may have made it; one that was refused has not.
  const isRefused = error !== undefined && step?.effect.kind === "send" && step.effect.method === "POST";
  if (!keeps || isRefused || by === "lxops" && !step) return;
  const flag = projectFlag(project);
  app.complain(`lxops: note: instance "${name}" is kept (--keep ${keep})`);
  app.complain(`  To look into it: lxops shell${flag} ${name}`);
  app.complain(`  To remove it: lxops run${flag} --discard ${name}`);
}

/** Returns the exit code of a run that was interrupted, as a shell has it of a program: 128 and the signal's number. */
export function codeOf(reason: unknown): number {
  const signal = reason instanceof InterruptedError ? reason.signal : undefined;
  return signal === undefined ? EXIT.interrupted : 128 + signal;
}

function titled(error: LxopsError, title: string): LxopsError {
  return new LxopsError(`${title}: ${error.message}`, error.advice, { cause: error });
}

/** Writes how a run ended, for programs that cannot tell its exit code from that of lxops. */
export async function writeStatus(
  path: string,
  instance: string,
  { code, by }: Ended,
  app: App,
): Promise<void> {
  if (path === "") return;
  const text = `${JSON.stringify({ version: 1, instance, by, code })}\n`;
  const { applySteps } = await import("../../shared/apply_steps.ts");
  const effect = { kind: "write", path: resolve(app.host.cwd, path), text, mode: 0o644 } as const;
  await applySteps(app, [{ title: `Write ${path}`, effect }], { quiet: true, afterSignal: true });
}

/** A failure of lxops itself. */
export class RunError extends LxopsError {
  override readonly exitCode = EXIT.exec;
  readonly reason: LxopsError;
  /** The title of the step that failed; empty where none was begun. */
  readonly step: string;
  /** Name of the instance; empty where it is not known. */
  readonly instance: string;

  constructor(
    reason: LxopsError,
    { step = "", instance = "", log = [], advice = [] }: {
      readonly step?: string;
      readonly instance?: string;
      /** Lines of the log of an instance that did not start. */
      readonly log?: readonly string[];
      readonly advice?: readonly string[];
    } = {},
  ) {
    const message = step === "" ? reason.message : `${step}: ${reason.message}`;
    super(message, [...log.map((line) => `| ${line}`), ...reason.advice, ...advice], { cause: reason });
    this.reason = reason;
    this.step = step;
    this.instance = instance;
  }
}
