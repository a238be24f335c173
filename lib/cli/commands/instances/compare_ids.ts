/**
 * `instance compare-ids`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { projectFlags } from "../../command/flags.ts";

/** `lxops instance compare-ids`. */
export const compareIds = command({
  name: "compare-ids",
  summary: "Compare the ids of users and groups of an instance with those of another one",
  flags: {
    ...projectFlags,
    ids: {
      kind: "string",
      value: "HOW",
      default: "keep",
      help: 'As the key of configurations: "keep", "warn", or "refuse", which fails where ids differ',
    },
    device: {
      kind: "list",
      value: "PATH",
      help: "Directory of the instance; only ids of files in such directories count",
    },
  },
  operands: { usage: "[REMOTE:]NAME NEW", min: 2, max: 2 },
  oneForm: "warnings, for scripts that a dry run prints",
  example: "lxops instance compare-ids --device /var/www php1 php2 < ids.txt",
  underTheHood: "GET files of the instance NEW, exec in the instance NAME",
  details:
    "Standard input lists the users and groups that NAME has, as lines of u:NAME:UID:GID:HOME:SHELL and " +
    "g:NAME:GID. NAME must run. A rebuild does this while NEW is its new instance, which does not run yet; then NEW is " +
    "also started once in a way that the daemon refuses, which ends the daemon's program that reads its files.",
  run: async (...all) => (await import("../../actions/instances/compare_ids.ts")).compareIds(...all),
});
