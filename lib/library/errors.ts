/**
 * The error of calls that failed after they had begun to change something.
 *
 * @module
 */
import { EXIT, InterruptedError, LxopsError } from "../base/errors.ts";
import { factText } from "../step/facts.ts";
import { failureError, leftBehind } from "../run/execute/apply.ts";
import type { Failure } from "../run/execute/execute.ts";

/** An instance whose steps did not come to their end. */
export interface StepFailure {
  /** Name of the instance; empty for steps that come before all instances. */
  readonly instance: string;
  /** The step that failed, such as `Start instance php1`; empty where none was begun. */
  readonly step: string;
  /** The cause: a `ServerError`, a `CommandError`, a `TimeoutError`, or an `InterruptedError` where the call was aborted. */
  readonly error: LxopsError;
  /** Objects that were made and stay: `dataset tank/php1`, `instance php1`. */
  readonly left: readonly string[];
}

/**
 * The error of a call that failed after its first change. Each instance that failed is one of `failures`; its message
 * and its advice say what to do about it. Calls that fail before they change anything throw other errors.
 */
export class FailedError extends LxopsError {
  /** The name of the class. */
  override readonly name: string = "FailedError";
  /** The exit code of a command that ends with it. */
  override readonly exitCode: number;
  /** The failures, in the order of the plan. */
  readonly failures: readonly StepFailure[];
  /** The call was aborted by its signal. */
  readonly interrupted: boolean;

  /** Makes one error of failures, and of the errors for the user. */
  constructor(failures: readonly StepFailure[], errors: readonly LxopsError[]) {
    const first = failures.find(({ error }) => error instanceof InterruptedError) ?? failures[0];
    super(
      errors.map(({ message }) => message).join("\n"),
      [...new Set(errors.flatMap(({ advice }) => advice))],
      { cause: first?.error },
    );
    this.failures = failures;
    this.interrupted = first?.error instanceof InterruptedError;
    this.exitCode = first?.error.exitCode ?? EXIT.failure;
  }
}

/** Returns one error for all failures; `errors` are those for the user, one for each failure. */
export function failedError(
  failures: readonly Failure[],
  errors: readonly LxopsError[] = failures.map((failure) => failureError(failure, [])),
): FailedError {
  return new FailedError(
    failures.map(({ instance, step, error, done }) => ({
      instance,
      step: step?.title ?? "",
      error,
      left: leftBehind(done).map(factText),
    })),
    errors,
  );
}
