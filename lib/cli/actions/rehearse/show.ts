/**
 * The report of a rehearsal, as text or JSON.
 *
 * @module
 */
import { quote } from "../../../base/shell.ts";
import { count, sizeText } from "../../../base/sizes.ts";
import type { Lost } from "../../../plan/lost/lost.ts";
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
  /** Absent where the instance does not tell, and for commands that destroy no files. */
  readonly lost?: Lost;
  /** Keys and devices that the copy did not have. */
  readonly omitted: readonly string[];
}

/** The most files that are named of those that would be lost. */
const NAMED = 5;

/** Prints what a rehearsal tells. */
export function show(
  command: Rehearsed,
  { target, stage, carried, differences, lost, omitted }: Outcome,
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
        ...(lost ? { lost: lostValue(lost, target) } : {}),
        omitted,
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
    ...(omitted.length > 0
      ? ["The copy was without what may reach the host or others:", ...omitted.map((one) => `  ${one}`)]
      : []),
    ...(differences.length > 0
      ? ["Afterwards, it would still differ:", ...differences.map((one) => `  ${one}`)]
      : []),
    ...(lost ? lostLines(lost, target) : []),
  ];
  app.print(lines.map((line) => `${printable(line)}\n`).join(""));
  if (lost && lost.baseline !== "whole") {
    app.complain(printable(
      `note: ${name} has no list of all that lxops left in it: files that are older than it are not told`,
    ));
  }
}

/** Returns the title of a step with the name of the instance in the place of that of the copy. */
function titleOf({ step: { title } }: TimedStep, { copy }: Stage, name: string): string {
  return title.replaceAll(copy.instance.name, name);
}

/** Returns the command that lists the files which would be lost. */
function lostCommand({ instance: { name, project } }: Target): string {
  return `lxops lost${project && project !== "default" ? ` --project ${quote(project)}` : ""} ${name}`;
}

function lostValue(lost: Lost, target: Target) {
  return {
    files: lost.count,
    bytes: lost.bytes,
    largest: lost.files.slice(0, NAMED).map(({ path, bytes }) => ({ path, size: bytes })),
    known: lost.baseline === "whole",
    command: lostCommand(target),
  };
}

/** Returns lines about the files which would be lost: their number, the largest of them, and how to list them. */
function lostLines(lost: Lost, target: Target): readonly string[] {
  const { name } = target.instance;
  const named = lost.files.slice(0, NAMED);
  const rest = lost.count - named.length;
  if (lost.count === 0) return [];
  return [
    `The rebuild would lose ${count(lost.count, "file")} outside the devices of ${name} (${
      sizeText(lost.bytes)
    }):`,
    ...named.map(({ path, bytes }) => `${sizeText(bytes).padStart(10)}  ${path}`),
    ...(rest > 0 ? [`            and ${rest} more`] : []),
    `To list them, and what saves them: ${lostCommand(target)}`,
  ];
}
