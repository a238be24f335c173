/**
 * Results of commands for programs: with `--json`, one row for each instance.
 *
 * @module
 */
import type { InstanceRef } from "../../../ports/mod.ts";
import type { Failure } from "../../../run/execute/execute.ts";
import type { Target } from "../../../plan/world.ts";
import type { InstancePlan } from "../../../step/step.ts";
import type { RESULTS } from "../../results/changes.ts";
import type { RowOf } from "../../results/shape.ts";
import { printableJson } from "../../output/output.ts";

/** Result of a command for an instance. */
export type Result = RowOf<typeof RESULTS>;

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

/** Returns the key of the configuration. */
export function fileOf({ instance: { file } }: Target): Pick<Result, "file"> {
  return file === "" ? {} : { file };
}

/** Returns the key of the address of an instance, where one is known. */
export function addressOf(
  instance: string,
  addresses: ReadonlyMap<string, string>,
): Pick<Result, "address"> {
  const address = addresses.get(instance);
  return address === undefined ? {} : { address };
}

/** Renders results for programs. */
export function renderResults(rows: readonly Result[]): string {
  return `${printableJson(rows)}\n`;
}
