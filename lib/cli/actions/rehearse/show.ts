/**
 * What a rehearsal tells, as text or JSON.
 *
 * @module
 */
import { downtime, type TimedStep } from "../../../plan/rehearse/figures.ts";
import type { Stage } from "../../../plan/rehearse/stage.ts";
import { refOf, type Target } from "../../../plan/world.ts";
import type { App } from "../../command/app.ts";
import { printable, printableJson } from "../../output/output.ts";
import type { Carried } from "./carry.ts";
import type { Rehearsed } from "./rehearse.ts";

/** A rehearsal that was carried out. */
export interface Outcome {
  readonly target: Target;
  readonly stage: Stage;
  readonly carried: Carried;
  readonly differences: readonly string[];
}

/** Prints what a rehearsal tells. */
export function show(
  command: Rehearsed,
  { target, stage, carried, differences }: Outcome,
  { json }: { readonly json: boolean },
  app: App,
): void {
  const { steps, error } = carried;
  const down = downtime(steps, refOf(stage.copy.instance));
  const whole = steps.at(-1)?.end ?? 0;
  const checks = steps.filter(({ step }) => step.effect.kind === "check").length;
  const seconds = (one: number) => Number(one.toFixed(2));
  const { name } = target.instance;
  if (json) {
    app.print(`${
      printableJson({
        instance: name,
        command,
        result: error ? "failed" : differences.length > 0 ? "differs" : "done",
        seconds: seconds(whole),
        downtime: seconds(down),
        checks,
        steps: steps.map((one) => ({ title: titleOf(one, stage, name), seconds: seconds(one.seconds) })),
        differences,
        error: error?.message ?? "",
      })
    }\n`);
    return;
  }
  const lines = [
    ...steps.map((one) => `${one.seconds.toFixed(2).padStart(8)} s  ${titleOf(one, stage, name)}`),
    ...(error ? [`The ${command} of ${name} would fail, after ${whole.toFixed(1)} s`] : [
      `The ${command} of ${name} would take ${whole.toFixed(1)} s, ${
        down.toFixed(1)
      } s of them without service`,
    ]),
    ...(checks > 0 && !error ? [`${checks} check${checks === 1 ? "" : "s"} passed`] : []),
    ...(differences.length > 0
      ? ["Afterwards, it would still differ:", ...differences.map((one) => `  ${one}`)]
      : []),
  ];
  app.print(lines.map((line) => `${printable(line)}\n`).join(""));
}

/** Returns the title of a step with the name of the instance in the place of that of the copy. */
function titleOf({ step: { title } }: TimedStep, { copy }: Stage, name: string): string {
  return title.replaceAll(copy.instance.name, name);
}
