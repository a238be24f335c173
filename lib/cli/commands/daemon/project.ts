/**
 * `project`: the projects of the daemon.
 *
 * @module
 */
import { command, group } from "../../command/command.ts";
import { jsonFlag } from "../../output/table.ts";

const list = command({
  name: "list",
  summary: "List projects, with what they have of their own; the current one has a star",
  flags: jsonFlag,
  operands: { usage: "", min: 0, max: 0 },
  example: "lxops project list",
  underTheHood: "GET projects",
  run: async (...all) => (await import("../../actions/daemon/project.ts")).list(...all),
});

/** `lxops project`. */
export const project = group("project", "Look at projects", [list]);
