/**
 * `down`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import {
  dryRunFlags,
  lockFlags,
  parallelFlags,
  progressFlags,
  projectFlags,
  propertyFlags,
  stopFlags,
} from "../../command/flags.ts";
import { jsonFlag } from "../../command/result_flags.ts";
import { SUBJECTS_HELP, SUBJECTS_USAGE } from "./subjects.ts";

/** `lxops down`. */
export const down = command({
  name: "down",
  summary: "Stop and delete instances and their profiles; filesystems are kept",
  flags: {
    ...projectFlags,
    ...propertyFlags,
    ...dryRunFlags,
    ...lockFlags,
    ...stopFlags,
    "wait-stop": { ...stopFlags["wait-stop"], aliases: ["t", "timeout"] },
    ...parallelFlags,
    ...progressFlags,
    "undo-on-failure": { kind: "boolean", help: "If a step fails, undo the steps before it" },
    destroy: {
      kind: "boolean",
      aliases: ["v", "volumes"],
      help: "Also destroy the filesystems with destroy: true in the configuration",
    },
    y: { kind: "boolean", help: "Do not ask for confirmation" },
    "must-exist": { kind: "boolean", help: "Fail if there is nothing to delete" },
    ...jsonFlag,
  },
  operands: { usage: SUBJECTS_USAGE, min: 0 },
  example: "lxops down web",
  underTheHood: "PUT state, DELETE instance, DELETE profile; with --destroy as lxops destroy",
  details:
    `${SUBJECTS_HELP}\nThe configuration file of an instance that is named is the one that it was made from.`,
  run: async (...all) => (await import("../../actions/everyday/down.ts")).down(...all),
});
