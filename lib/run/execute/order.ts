/**
 * The order of instances that wait for each other.
 *
 * @module
 */
import { StateError } from "../../base/errors.ts";
import type { InstanceRef } from "../../ports/mod.ts";
import { startOf } from "../../step/starts.ts";
import type { InstancePlan, Step } from "../../step/step.ts";
import type { Failure } from "./execute.ts";

/**
 * The order of plans that wait for others. In the list, a plan comes after those that it waits for, so that the workers
 * never all wait for a plan that none of them has.
 */
export class Order {
  readonly #progress: ReadonlyMap<string, Progress>;

  constructor(plans: readonly InstancePlan[]) {
    const isOrdered = plans.some(({ after = [] }) => after.length > 0);
    this.#progress = new Map(
      isOrdered
        ? plans.map((plan) => {
          const start = startOf(plan);
          const promises = {
            started: Promise.withResolvers<boolean>(),
            ended: Promise.withResolvers<boolean>(),
          };
          return [keyOf(plan.instance), { ...promises, ...(start ? { start } : {}) }];
        })
        : [],
    );
  }

  /** Waits for the plans that come before one; returns the failure of a plan that cannot begin. */
  async wait({ instance, after = [] }: InstancePlan): Promise<Failure | undefined> {
    const ends = await Promise.all(
      after.map(async (one) => {
        const promise = this.#progress.get(keyOf(one))?.[one.until].promise;
        return { one, isGood: await promise ?? true };
      }),
    );
    const failed = ends.find(({ one, isGood }) => one.required && !isGood)?.one;
    if (!failed) {
      const own = this.#progress.get(keyOf(instance));
      // It runs already.
      if (own && !own.start) own.started.resolve(true);
      return undefined;
    }
    const error = new StateError(`It comes after instance "${failed.name}", which failed`);
    return { instance: instance.name, error, done: [] };
  }

  /** Notes that a step was done. */
  done({ instance }: InstancePlan, step: Step): void {
    const own = this.#progress.get(keyOf(instance));
    if (own?.start === step) own.started.resolve(true);
  }

  /** Notes the end of a plan. */
  end({ instance }: InstancePlan, isGood: boolean): void {
    const own = this.#progress.get(keyOf(instance));
    // One that has started stays so.
    own?.started.resolve(isGood);
    own?.ended.resolve(isGood);
  }
}

/** Progress of a plan; each part is false where the plan failed before. */
interface Progress {
  readonly started: PromiseWithResolvers<boolean>;
  readonly ended: PromiseWithResolvers<boolean>;
  /** The step that starts the instance; absent: it runs already. */
  readonly start?: Step;
}

function keyOf({ project, name }: InstanceRef): string {
  return `${project || "default"}/${name}`;
}
