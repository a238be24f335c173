/**
 * `doctor`: what is wrong with this machine and its daemon.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { dryRunFlags } from "../../command/flags.ts";
import { jsonFlag } from "../../command/result_flags.ts";

/** `lxops doctor`. */
export const doctor = command({
  name: "doctor",
  summary: "Find out what is wrong with this machine, its daemon, and what lxops left on them",
  flags: {
    fix: { kind: "boolean", help: "Mend what can be mended without risk" },
    ...jsonFlag,
    ...dryRunFlags,
  },
  operands: { usage: "", min: 0, max: 0 },
  example: "lxops doctor",
  underTheHood: "GET /1.0, storage-pools, networks, profiles, instances, images; cat, df, zpool, sudo -n; " +
    "with --fix also chmod, PATCH and DELETE of what runs have left",
  exits: "1: there is an error that must be mended; warnings alone give 0",
  details: [
    "It looks at the daemon and its socket, storage and its room, networks, the ids of containers, sudo, ZFS,",
    "files that others can change, certificates that run out, the clock, and what runs of lxops that were cut off",
    "have left. Each finding has a name that stays the same, what follows from it, and the commands that mend it.",
    "Nothing is waited for longer than 10 s, also if the daemon does not answer.",
    "",
    "With --fix, files of lxops and of the daemon's client lose the rights of others, locks of runs that have ended",
    "are given up, instances that such runs left frozen continue, and throw-away instances, profiles and images of",
    "runs that were killed are removed. Everything else is yours to mend.",
  ].join("\n"),
  run: async (...all) => (await import("../../actions/doctor/doctor.ts")).doctor(...all),
});
