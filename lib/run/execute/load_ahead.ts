/**
 * Loading of modules that later steps need, while the daemon works on the present step: otherwise, an instance that
 * has just started waits 15 ms for them.
 *
 * @module
 */
import type { InstanceControl } from "../../ports/mod.ts";
import type { Step } from "../../step/step.ts";
import { sleep } from "../wait/pauses.ts";

/** The time after which a request is one that the daemon works on for a while. */
const AHEAD_MS = 20;

/** Loads what `later` steps need, once `step` has taken a moment. Call the returned function when the step is over. */
export function loadAhead(
  step: Step,
  later: readonly Step[],
  control: Pick<InstanceControl, "prepare">,
): () => void {
  if (step.effect.kind !== "send" || later.every(({ effect }) => effect.kind !== "wait")) return () => {};
  let isOver = false;
  AbortSignal.timeout(AHEAD_MS).addEventListener("abort", () => {
    // The step that needs a module raises the error where it cannot be loaded.
    if (!isOver) load(later, control).catch(() => {});
  }, { once: true });
  return () => void (isOver = true);
}

async function load(later: readonly Step[], control: Pick<InstanceControl, "prepare">): Promise<void> {
  const runsPrograms = later.some(({ effect }) => effect.kind === "batch");
  await Promise.all([
    import("../wait/wait.ts"),
    // The first timer of a program takes 5 ms.
    sleep(0, new AbortController().signal),
    ...(runsPrograms ? [import("../perform/batch.ts"), control.prepare?.()] : []),
  ]);
}
