/**
 * The order of instances that wait for each other.
 *
 * @module
 */
import { StateError } from "../../base/errors.ts";
import type { InstanceRef } from "../../ports/mod.ts";
import type { InstancePlan } from "../../step/step.ts";
import type { Failure } from "./execute.ts";

/**
 * Lets plans wait for those that come first. A plan stands after those that it waits for in the list, so that the
 * workers never all wait for a plan that none of them has.
 */
export class Order {
  readonly #ends: ReadonlyMap<string, PromiseWithResolvers<boolean>>;

  constructor(plans: readonly InstancePlan[]) {
    const isOrdered = plans.some(({ after = [] }) => after.length > 0);
    this.#ends = new Map(
      isOrdered ? plans.map(({ instance }) => [keyOf(instance), Promise.withResolvers<boolean>()]) : [],
    );
  }

  /** Waits for the plans that come first; returns the failure of a plan that cannot begin. */
  async wait({ instance, after = [] }: InstancePlan): Promise<Failure | undefined> {
    const ends = await Promise.all(
      after.map(async (one) => ({ one, isGood: await this.#ends.get(keyOf(one))?.promise ?? true })),
    );
    const failed = ends.find(({ one, isGood }) => one.required && !isGood)?.one;
    if (!failed) return undefined;
    const error = new StateError(`It comes after instance "${failed.name}", which failed`);
    return { instance: instance.name, error, done: [] };
  }

  /** Notes the end of a plan. */
  end({ instance }: InstancePlan, isGood: boolean): void {
    this.#ends.get(keyOf(instance))?.resolve(isGood);
  }
}

function keyOf({ project, name }: InstanceRef): string {
  return `${project || "default"}/${name}`;
}
