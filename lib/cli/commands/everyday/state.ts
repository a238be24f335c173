/**
 * `start`, `stop`, `restart`, `kill`, `pause` and `unpause`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { dryRunFlags, lockFlags, projectFlags, propertyFlags } from "../../command/flags.ts";
import { CONDITIONS } from "../../shared/conditions.ts";
import { jsonFlag } from "../../output/table.ts";
import { SUBJECTS_HELP, SUBJECTS_USAGE } from "./subjects.ts";

const stateFlags = {
  ...projectFlags,
  ...propertyFlags,
  ...dryRunFlags,
  ...lockFlags,
  parallel: { kind: "number", value: "N", default: 8, help: "Number of instances to work on at a time" },
  ...jsonFlag,
} as const;

const stopFlag = {
  "wait-stop": {
    kind: "number",
    value: "SECONDS",
    default: 5,
    aliases: ["t"],
    help: "Time limit for a clean stop, after which the instance is killed",
  },
} as const;

const startFlags = {
  until: {
    kind: "string",
    value: "CONDITIONS",
    help: `Also wait for these conditions, separated by commas: ${
      CONDITIONS.filter((one) => one !== "stopped").join(", ")
    }`,
  },
  timeout: { kind: "number", value: "SECONDS", default: 60, help: "Time limit for waiting" },
} as const;

const operands = { usage: SUBJECTS_USAGE, min: 0 } as const;
const details = SUBJECTS_HELP;

/** `lxops start`. */
export const start = command({
  name: "start",
  summary: "Start instances; running instances are left alone",
  flags: { ...stateFlags, ...startFlags },
  operands,
  example: "lxops start web db",
  underTheHood: "GET instances, PUT state, GET state where something is waited for",
  details,
  run: async (...all) => (await import("../../actions/everyday/state.ts")).start(...all),
});

/** `lxops stop`. */
export const stop = command({
  name: "stop",
  summary: "Stop instances; stopped instances are left alone",
  flags: { ...stateFlags, ...stopFlag },
  operands,
  example: "lxops stop web",
  underTheHood: "GET instances, PUT state",
  details,
  run: async (...all) => (await import("../../actions/everyday/state.ts")).stop(...all),
});

/** `lxops restart`. */
export const restart = command({
  name: "restart",
  summary: "Restart instances; stopped instances are started",
  flags: { ...stateFlags, ...stopFlag, ...startFlags },
  operands,
  example: "lxops restart web",
  underTheHood: "GET instances, PUT state, GET state where something is waited for",
  details,
  run: async (...all) => (await import("../../actions/everyday/state.ts")).restart(...all),
});

/** `lxops kill`. */
export const kill = command({
  name: "kill",
  summary: "Stop instances at once, without a clean stop",
  flags: stateFlags,
  operands,
  example: "lxops kill web",
  underTheHood: "GET instances, PUT state",
  details,
  run: async (...all) => (await import("../../actions/everyday/state.ts")).kill(...all),
});

/** `lxops pause`. */
export const pause = command({
  name: "pause",
  summary: "Freeze the processes of instances",
  flags: stateFlags,
  operands,
  example: "lxops pause web",
  underTheHood: "GET instances, PUT state",
  details,
  run: async (...all) => (await import("../../actions/everyday/state.ts")).pause(...all),
});

/** `lxops unpause`. */
export const unpause = command({
  name: "unpause",
  summary: "Let the processes of frozen instances go on",
  flags: stateFlags,
  operands,
  example: "lxops unpause web",
  underTheHood: "GET instances, PUT state",
  details,
  run: async (...all) => (await import("../../actions/everyday/state.ts")).unpause(...all),
});
