/**
 * Results of commands for programs: with `--json`, one row for each instance.
 *
 * @module
 */
import type { InstanceRef } from "../../../ports/mod.ts";
import type { Failure } from "../../../run/execute/execute.ts";
import type { InstancePlan } from "../../../step/step.ts";
import { renderRows } from "../../output/table.ts";

/** Result of a command for an instance. */
export interface Result {
  readonly instance: string;
  readonly project: string;
  /** A word such as `started`, `unchanged` or `failed`. */
  readonly result: string;
  /** The reason of a failure; empty without one. */
  readonly error: string;
}

/** Returns the result of a plan: a word for what it does, `unchanged` where it has no steps, or its failure. */
export function resultOf(
  { instance, steps }: InstancePlan,
  failures: readonly Failure[],
  word: string,
): Result {
  const failure = failures.find((one) => one.instance === instance.name || one.instance === "");
  return {
    ...rowOf(instance),
    result: failure ? "failed" : steps.length === 0 ? "unchanged" : word,
    error: failure?.error.message ?? "",
  };
}

/** Returns the columns that name the instance of a row. */
export function rowOf({ name, project }: InstanceRef): Pick<Result, "instance" | "project"> {
  return { instance: name, project: project || "default" };
}

/** Renders results for programs. */
export function renderResults(rows: readonly Result[]): string {
  return renderRows(["instance", "project", "result", "error"], rows, { json: true });
}
