/**
 * The table of all results; only help, the reference page and tests load it.
 *
 * @module
 */
import * as adoption from "./adoption.ts";
import { PLAN, PLAN_ROWS, PROFILE_DIFF, RESULTS, SHORT } from "./changes.ts";
import * as configs from "./configs.ts";
import * as doctor from "./doctor.ts";
import * as findings from "./findings.ts";
import * as images from "./images.ts";
import * as instances from "./instances.ts";
import * as places from "./places.ts";
import type { ResultShape } from "./shape.ts";

/** All results, in the order of help. */
export const ALL_RESULTS: readonly ResultShape[] = [
  RESULTS,
  PLAN,
  PLAN_ROWS,
  SHORT,
  PROFILE_DIFF,
  ...Object.values(instances),
  ...Object.values(images),
  ...Object.values(configs),
  ...Object.values(findings),
  ...Object.values(adoption),
  ...Object.values(places),
  ...Object.values(doctor),
];

/** Returns the result of a command, or the one with that name. */
export function resultNamed(words: string): ResultShape | undefined {
  return ALL_RESULTS.find(({ commands }) => commands.includes(words)) ??
    ALL_RESULTS.find(({ name }) => name === words);
}
