/**
 * `doctor`: problems of this machine and its daemon.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { dryRunFlags } from "../../command/flags.ts";
import { listFlags } from "../../command/result_flags.ts";

/** `lxops doctor`. */
export const doctor = command({
  name: "doctor",
  summary: "Find problems of this machine and its daemon, and leftovers of lxops",
  flags: {
    fix: { kind: "boolean", help: "Mend what can be mended without risk" },
    ...listFlags,
    ...dryRunFlags,
  },
  operands: { usage: "", min: 0, max: 0 },
  example: "lxops doctor",
  underTheHood: "GET /1.0, storage-pools, networks, profiles, instances, images; cat, df, zpool, sudo -n; " +
    "with --fix also chmod, PATCH and DELETE of leftovers",
  exits: "1: there is an error that must be mended; warnings alone give 0",
  details: [
    "It looks at the daemon and its socket, storage and its room, networks, the ids of containers, sudo, ZFS,",
    "files that others can change, certificates that expire, the clock, and leftovers of interrupted runs of lxops.",
    "Each finding has a name that stays the same, its consequence, and the commands that mend it. No look takes longer",
    "than 10 s, even if the daemon does not answer.",
    "",
    "With --fix, other users lose their rights on files of lxops and of the daemon's client, locks of runs that have",
    "ended are removed, instances that such runs left frozen are resumed, and throw-away instances, profiles and images",
    "of killed runs are removed. You have to mend everything else.",
  ].join("\n"),
  run: async (...all) => (await import("../../actions/doctor/doctor.ts")).doctor(...all),
});
