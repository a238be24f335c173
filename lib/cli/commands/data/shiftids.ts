/**
 * `shiftids`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { dryRunFlags, lockFlags } from "../../command/flags.ts";

/** `lxops shiftids`. */
export const shiftids = command({
  name: "shiftids",
  summary: "Shift container ids of files to their host ids",
  flags: {
    u: { kind: "number", value: "UID", default: 0, help: "Add this to uids below it" },
    g: { kind: "number", value: "GID", default: 0, help: "Add this to gids below it" },
    v: { kind: "boolean", help: "Print every change" },
    ...dryRunFlags,
    ...lockFlags,
  },
  operands: { usage: "DIR...", min: 1 },
  example: "lxops shiftids -u 1000000 -g 1000000 /srv/lxops/php1",
  underTheHood: "find, getfattr, chown -R -P -h, chmod, setfattr --restore",
  details:
    "Changes the owner of symbolic links without following them, and keeps setuid bits, capabilities and ACLs. Ids\n" +
    "that are not below UID or GID are kept, so that the same command continues an interrupted run. Instances that\n" +
    "can write to a directory must be stopped. The directory and the instances that have it are locked.",
  run: async (...all) => (await import("../../actions/data/shiftids.ts")).shiftids(...all),
});
