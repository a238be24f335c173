/**
 * `shiftids`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { dryRunFlags } from "../../command/flags.ts";

/** `lxops shiftids`. */
export const shiftids = command({
  name: "shiftids",
  summary: "Give what is of a container's own ids, in directories, to the ids that the host has for them",
  flags: {
    u: { kind: "number", value: "UID", default: 0, help: "Add this to uids that are lower" },
    g: { kind: "number", value: "GID", default: 0, help: "Add this to gids that are lower" },
    v: { kind: "boolean", help: "Print what is changed" },
    ...dryRunFlags,
  },
  operands: { usage: "DIR...", min: 1 },
  example: "lxops shiftids -u 1000000 -g 1000000 /srv/lxops/php1",
  underTheHood: "find, getfattr, chown -R -P -h, chmod, setfattr --restore",
  details:
    "Links are changed themselves, and not followed. Setuid bits, capabilities and ACLs are kept; ids that are not\n" +
    "lower are left alone, so that the same command goes on with a run that was cut off. No instance may run that\n" +
    "can write into a directory.",
  run: async (...all) => (await import("../../actions/data/shiftids.ts")).shiftids(...all),
});
