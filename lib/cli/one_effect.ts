/**
 * Commands with one single effect.
 *
 * @module
 */
import type { Effect } from "../step.ts";
import type { App } from "./app.ts";

/** How a single effect is applied. */
export interface OneEffectOptions {
  readonly dryRun?: boolean;
  /** Pass on what the program prints. */
  readonly output?: boolean;
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
    },
  );
  if (failures[0]) throw failures[0].error;
}
