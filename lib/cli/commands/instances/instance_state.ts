/**
 * Commands of `instance` that change whether instances run, or wait until they do.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { dryRunFlags, projectFlags, propertyFlags } from "../../command/flags.ts";
import { CONDITIONS } from "../../shared/conditions.ts";

const stateFlags = {
  ...projectFlags,
  ...propertyFlags,
  ...dryRunFlags,
  parallel: { kind: "number", value: "N", default: 8, help: "How many instances at a time" },
} as const;

const stopFlag = {
  "wait-stop": {
    kind: "number",
    value: "SECONDS",
    default: 5,
    help: "How long a clean stop may take before the instance is killed",
  },
} as const;

const startFlags = {
  until: {
    kind: "string",
    value: "CONDITIONS",
    help: `Also wait for these, with commas: ${CONDITIONS.filter((one) => one !== "stopped").join(", ")}`,
  },
  timeout: { kind: "number", value: "SECONDS", default: 60, help: "How long to wait" },
} as const;

const operands = { usage: "[REMOTE:]NAME|FILE...", min: 1 } as const;
const details =
  "An operand that ends in .yaml or .yml, or has a slash in it, is a configuration file, whose " +
  "instance is meant.";

/** `lxops instance start`. */
export const start = command({
  name: "start",
  summary: "Start instances; those that run already are left alone",
  flags: { ...stateFlags, ...startFlags },
  operands,
  example: "lxops instance start -until network php1",
  underTheHood: "GET instances, PUT state, GET state where something is waited for",
  details,
  run: async (...all) => (await import("../../actions/instances/instance_state.ts")).start(...all),
});

/** `lxops instance restart`. */
export const restart = command({
  name: "restart",
  summary: "Stop and start instances; those that are stopped are started",
  flags: { ...stateFlags, ...stopFlag, ...startFlags },
  operands,
  example: "lxops instance restart -until network php1",
  underTheHood: "GET instances, PUT state, GET state where something is waited for",
  details,
  run: async (...all) => (await import("../../actions/instances/instance_state.ts")).restart(...all),
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
  run: async (...all) => (await import("../../actions/instances/instance_state.ts")).stop(...all),
});

/** `lxops instance wait`. */
export const wait = command({
  name: "wait",
  summary: "Wait until an instance is ready, and print its address",
  flags: {
    ...projectFlags,
    timeout: { kind: "number", value: "SECONDS", default: 60, help: "How long to wait" },
    pause: { kind: "number", value: "SECONDS", default: 0, help: "Pause first" },
    until: {
      kind: "string",
      value: "CONDITIONS",
      default: "network",
      help: `What to wait for, with commas: ${CONDITIONS.join(", ")}`,
    },
  },
  operands: { usage: "[REMOTE:]NAME...", min: 1 },
  example: "lxops instance wait -until ipv4 php1",
  underTheHood: "GET state of the instance until it fits",
  run: async (...all) => (await import("../../actions/instances/instance_state.ts")).wait(...all),
});
