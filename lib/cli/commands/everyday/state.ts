/**
 * `start`, `stop`, `restart`, `kill`, `pause` and `unpause`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { jsonFlag } from "../../command/result_flags.ts";
import {
  startFlags,
  stateFlags as instanceFlags,
  stopFlag as instanceStopFlag,
} from "../instance/state_flags.ts";
import { SUBJECTS_HELP, SUBJECTS_USAGE } from "./subjects.ts";

const stateFlags = { ...instanceFlags, ...jsonFlag } as const;
const stopFlag = { "wait-stop": { ...instanceStopFlag["wait-stop"], aliases: ["t"] } } as const;
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
  flags: {
    ...stateFlags,
    ...stopFlag,
    ...startFlags,
    "no-deps": { kind: "boolean", help: "Do not restart the instances that restart after these" },
  },
  operands,
  example: "lxops restart web",
  underTheHood: "GET instances, PUT state, GET state where something is waited for",
  details:
    `${details}\nRunning instances that list these under after: with restart: true are restarted, too.`,
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
  summary: "Resume the processes of frozen instances",
  flags: stateFlags,
  operands,
  example: "lxops unpause web",
  underTheHood: "GET instances, PUT state",
  details,
  run: async (...all) => (await import("../../actions/everyday/state.ts")).unpause(...all),
});
