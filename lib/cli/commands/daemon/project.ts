/**
 * `project`: the projects of the daemon.
 *
 * @module
 */
import { command, group } from "../../command/command.ts";
import { filters, FILTERS_HELP, listFlags } from "../../command/result_flags.ts";

const list = command({
  name: "list",
  summary:
    "List projects and the kinds of objects that they do not share; the current one is marked with a star",
  flags: listFlags,
  operands: filters,
  details: FILTERS_HELP,
  example: "lxops project list",
  underTheHood: "GET projects",
  run: async (...all) => (await import("../../actions/daemon/project.ts")).list(...all),
});

/** `lxops project`. */
export const project = group("project", "List projects", [list]);
