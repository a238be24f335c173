/**
 * Plans of several targets, all of which are planned before the first change.
 *
 * @module
 */
import { LxopsError } from "../../../base/errors.ts";

/** Plans every target; reports all targets that cannot be planned. */
export function planAll<T, P>(targets: readonly T[], plan: (target: T) => P): P[] {
  const plans: P[] = [];
  const errors: LxopsError[] = [];
  for (const target of targets) {
    try {
      plans.push(plan(target));
    } catch (error) {
      if (!(error instanceof LxopsError)) throw error;
      errors.push(error);
    }
  }
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new SeveralErrors(errors);
  return plans;
}

class SeveralErrors extends LxopsError {
  override readonly exitCode: number;

  constructor(errors: readonly LxopsError[]) {
    const advice = [...new Set(errors.flatMap((error) => error.advice))];
    super(errors.map((error) => error.message).join("\n"), advice);
    this.exitCode = errors[0]!.exitCode;
  }
}
