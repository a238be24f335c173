/**
 * Commands with one single effect, or a few.
 *
 * @module
 */
import type { Effect, Step } from "../../step/step.ts";
import type { App } from "../command/app.ts";

/** How a single effect is applied. */
export interface OneEffectOptions {
  readonly dryRun?: boolean;
  /** Pass on what the program prints. */
  readonly output?: boolean;
  /** Print the address of an instance that is waited for. */
  readonly addresses?: boolean;
}

/** Applies one effect; what fails is thrown as it is. */
export async function applyEffect(
  app: App,
  title: string,
  effect: Effect,
  options: OneEffectOptions = {},
): Promise<void> {
  const instance = "instance" in effect ? effect.instance : { project: "default", name: "" };
  const failures = await app.apply(
    { first: [], each: [{ instance, steps: [{ title, effect }] }] },
    {
      dryRun: options.dryRun ?? false,
      parallel: 1,
      undoOnFailure: false,
      verbose: false,
      passOutput: options.output ?? false,
      addresses: options.addresses ?? false,
    },
  );
  if (failures[0]) throw failures[0].error;
}

/** Applies steps that are about no single instance, one after the other; what fails is thrown as it is. */
export async function applySteps(
  app: App,
  steps: readonly Step[],
  options: { readonly dryRun: boolean; readonly silent?: boolean },
): Promise<void> {
  const failures = await app.apply({ first: steps, each: [] }, {
    dryRun: options.dryRun,
    parallel: 1,
    undoOnFailure: false,
    verbose: false,
    passOutput: options.silent ?? false,
  });
  if (failures[0]) throw failures[0].error;
}
