/**
 * `migrate`: for users of the Go lxops and of lxdops.
 *
 * @module
 */
import { command, group } from "../../command/command.ts";
import { configFlags } from "../../command/flags.ts";
import { listFlags } from "../../command/result_flags.ts";

const check = command({
  name: "check",
  summary: "Read a setup of the Go lxops or of lxdops, and say what would differ; nothing is changed",
  flags: { ...configFlags, ...listFlags },
  operands: { usage: "[FILE|DIR...]", min: 0 },
  example: "lxops migrate check web.yaml",
  underTheHood: "files are read; GET instances",
  details:
    "Without FILE, every *.yaml file of the working directory is checked. Reads properties, configurations with all\n" +
    "that they include, and their cloud-config files, and asks the daemon for their instances. A daemon that cannot\n" +
    "be reached is left out. `lxops help migrate` lists what holds for every setup.",
  exits: "0 if nothing differs, 3 if a file is wrong, 10 if something differs",
  run: async (...all) => (await import("../../actions/configs/migrate.ts")).migrateCheck(...all),
});

/** `lxops migrate`. */
export const migrate = group(
  "migrate",
  "Check what differs from the Go lxops, before you switch to this one",
  [
    check,
  ],
);
