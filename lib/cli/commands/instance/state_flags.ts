/**
 * Flags of commands that start and stop instances.
 *
 * @module
 */
import type { Flags } from "../../command/command.ts";
import {
  dryRunFlags,
  lockFlags,
  parallelFlags,
  progressFlags,
  projectFlags,
  propertyFlags,
} from "../../command/flags.ts";
import { CONDITIONS } from "../../shared/conditions.ts";

/** Flags of all of these commands. */
export const stateFlags = {
  ...projectFlags,
  ...propertyFlags,
  ...dryRunFlags,
  ...lockFlags,
  ...parallelFlags,
  ...progressFlags,
} as const satisfies Flags;

/** The flag of commands that stop instances. */
export const stopFlag = {
  "wait-stop": {
    kind: "number",
    value: "SECONDS",
    default: 5,
    help: "Time limit for a clean stop, after which the instance is killed",
  },
} as const satisfies Flags;

/** Flags of commands that start instances. */
export const startFlags = {
  until: {
    kind: "string",
    value: "CONDITIONS",
    help: `Also wait for these conditions, separated by commas: ${
      CONDITIONS.filter((one) => one !== "stopped").join(", ")
    }`,
  },
  timeout: { kind: "number", value: "SECONDS", default: 60, help: "Time limit for waiting" },
} as const satisfies Flags;
