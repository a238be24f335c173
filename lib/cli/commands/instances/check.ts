/**
 * `check` and `instance check`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { configFlags, projectFlags } from "../../command/flags.ts";
import { listFlags } from "../../command/result_flags.ts";
import { FILES_HELP, FILES_USAGE } from "../../command/file_operands.ts";

/** `lxops check`. */
export const check = command({
  name: "check",
  summary: "Run the checks of configurations, and list their results",
  flags: {
    ...configFlags,
    parallel: { kind: "number", value: "N", default: 8, help: "Number of checks to run at a time" },
    once: { kind: "boolean", help: "Make one attempt for each check, whatever its retries" },
    ...listFlags,
  },
  operands: { usage: FILES_USAGE, min: 0 },
  example: "lxops check php.yaml",
  details: [
    "Exits with 5 if a check fails. Start periods are ignored. If all checks of an instance pass, lxops up does not",
    "repeat them. The keys of a check: lxops help check.",
    FILES_HELP,
  ].join("\n"),
  underTheHood: "connections to the instances' addresses, GET state, exec, PATCH instance",
  run: async (...all) => (await import("../../actions/instances/check.ts")).check(...all),
});

/** `lxops instance check`. */
export const instanceCheck = command({
  name: "check",
  summary: "Run one check of an instance: a port, an HTTP server or a program",
  flags: {
    ...projectFlags,
    tcp: { kind: "string", value: "PORT", help: "TCP port that must accept connections" },
    "http-get": {
      kind: "string",
      value: "PORT/PATH",
      help: "HTTP server that must answer, for example 8080/health",
    },
    status: { kind: "string", value: "STATUS", help: "Status of the answer (default: any from 200 to 399)" },
    interval: { kind: "string", value: "TIME", default: "30s", help: "Time between two attempts" },
    timeout: { kind: "string", value: "TIME", default: "30s", help: "Time limit of an attempt" },
    retries: {
      kind: "number",
      value: "N",
      default: 3,
      help: "Number of attempts that fail before the check fails",
    },
    "start-period": {
      kind: "string",
      value: "TIME",
      default: "0s",
      help: "Time at the beginning in which failed attempts do not count",
    },
    "start-interval": {
      kind: "string",
      value: "TIME",
      default: "5s",
      help: "Time between two attempts in the start period",
    },
  },
  operands: { usage: "[REMOTE:]NAME [--] [PROGRAM] [ARGUMENT...]", min: 1 },
  passThrough: true,
  oneForm: "nothing, or what was seen in the place of success",
  example: "lxops instance check --interval 2s --http-get 8080/health php1",
  details: "Without --tcp and --http-get, the check passes if PROGRAM exits with 0 in the instance.",
  underTheHood: "a connection to the instance's address, GET state, exec",
  run: async (...all) => (await import("../../actions/instances/check.ts")).checkOne(...all),
});
