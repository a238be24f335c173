/**
 * Loading of modules that later steps need, while the daemon works on the present step: otherwise, an instance that
 * has just started waits 15 ms for them.
 *
 * @module
 */
import { after } from "../../base/time/timer.ts";
import type { InstanceControl } from "../../ports/mod.ts";
import type { Effect, Step } from "../../step/step.ts";
import { sleep } from "../wait/pauses.ts";

/** The time after which a request is one that the daemon works on for a while. */
const AHEAD_MS = 20;

/** Effects that need modules of their own. */
const AFTER: ReadonlySet<Effect["kind"]> = new Set(["wait", "exec", "shell"]);

/**
 * Loads the modules of `later` steps, once `step` has taken a moment. Call the returned function when the step is over.
 */
export function loadAhead(
  step: Step,
  later: readonly Step[],
  control: Pick<InstanceControl, "prepare">,
): () => void {
  if (step.effect.kind !== "send" || !later.some(({ effect }) => AFTER.has(effect.kind))) return () => {};
  // The step that needs a module raises the error where it cannot be loaded.
  return after(AHEAD_MS, () => void load(later, control).catch(() => {}));
}

async function load(later: readonly Step[], control: Pick<InstanceControl, "prepare">): Promise<void> {
  const kinds = new Set(later.map(({ effect }) => effect.kind));
  await Promise.all([
    // The first timer of a program takes 5 ms.
    sleep(0, new AbortController().signal),
    ...(kinds.has("wait") ? [import("../wait/wait.ts")] : []),
    ...(kinds.has("batch") ? [import("../perform/batch.ts")] : []),
    ...(kinds.has("exec") ? [import("../perform/program.ts")] : []),
    ...(kinds.has("discard") ? [import("../perform/discard.ts")] : []),
    ...(kinds.has("batch") || kinds.has("exec") ? [control.prepare?.()] : []),
  ]);
}
