/**
 * Commands of `instance` that change whether instances run, or wait until they do.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { projectFlags } from "../../command/flags.ts";
import { CONDITIONS } from "../../shared/conditions.ts";
import { startFlags, stateFlags, stopFlag } from "./state_flags.ts";

const operands = { usage: "[REMOTE:]NAME|FILE...", min: 1 } as const;
const details =
  "An operand that contains a slash or ends in .yaml or .yml is a configuration file and means its " +
  "instance.";

/** `lxops instance start`. */
export const start = command({
  name: "start",
  summary: "Start instances; running instances are left alone",
  flags: { ...stateFlags, ...startFlags },
  operands,
  example: "lxops instance start --until network php1",
  underTheHood: "GET instances, PUT state, GET state where something is waited for",
  details,
  run: async (...all) => (await import("../../actions/instance/state.ts")).start(...all),
});

/** `lxops instance restart`. */
export const restart = command({
  name: "restart",
  summary: "Restart instances; stopped instances are started",
  flags: { ...stateFlags, ...stopFlag, ...startFlags },
  operands,
  example: "lxops instance restart --until network php1",
  underTheHood: "GET instances, PUT state, GET state where something is waited for",
  details,
  run: async (...all) => (await import("../../actions/instance/state.ts")).restart(...all),
});

/** `lxops instance stop`. */
export const stop = command({
  name: "stop",
  summary: "Stop instances",
  flags: { ...stateFlags, ...stopFlag },
  operands,
  example: "lxops instance stop php1",
  underTheHood: "PUT state",
  details,
  run: async (...all) => (await import("../../actions/instance/state.ts")).stop(...all),
});

/** `lxops instance wait`. */
export const wait = command({
  name: "wait",
  summary: "Wait until instances are ready, and print their addresses",
  flags: {
    ...projectFlags,
    timeout: { kind: "number", value: "SECONDS", default: 60, help: "Time limit for waiting" },
    pause: { kind: "number", value: "SECONDS", default: 0, help: "Pause before waiting" },
    until: {
      kind: "string",
      value: "CONDITIONS",
      default: "network",
      help: `Conditions to wait for, separated by commas: ${CONDITIONS.join(", ")}`,
    },
  },
  operands: { usage: "[REMOTE:]NAME...", min: 1 },
  oneForm: "addresses, for scripts of the Go program",
  example: "lxops instance wait --until ipv4 php1",
  underTheHood: "GET state of the instance until it is as wanted",
  run: async (...all) => (await import("../../actions/instance/state.ts")).wait(...all),
});
