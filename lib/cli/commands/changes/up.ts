/**
 * `up`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import {
  applyFlags,
  bootstrapFlags,
  changeFlags,
  configFlags,
  moveFlags,
  settingFlags,
  stopFlags,
  waitFlags,
} from "../../command/flags.ts";
import { SUBJECTS_USAGE } from "../everyday/subjects.ts";
import { jsonFlag } from "../../command/result_flags.ts";

/** The help about what is done. */
const WHAT = [
  "Launches what is missing, starts what is stopped, changes profiles, devices, keys and properties of",
  "filesystems in place, applies cloud-config items that are new or changed, and runs the checks of instances",
  "that it changed, whose checks have not passed since, or that others wait for (until: healthy). lxops plan",
  "shows the changes before. Changes that were made by hand to what the file sets are undone; what lxops never",
  "set is left alone. Instances start in the order of after:.",
  "",
  "Any other instance that needs no change is not locked, and nothing runs in it. Changes that take a restart or",
  "a rebuild are made only with --restart or --rebuild, or where the file says restart: auto or rebuild: auto; a",
  "rebuild also restarts. Without these, such changes wait, and up exits with 10. A rebuild that fails brings the",
  "old instance back, as lxops rebuild does.",
].join("\n");

/** `lxops up`. */
export const up = command({
  name: "up",
  summary: "Bring instances in line with their configurations: launch, start, change and configure them",
  flags: {
    ...configFlags,
    ...settingFlags,
    ...bootstrapFlags,
    ...changeFlags,
    ...waitFlags,
    ...stopFlags,
    ...moveFlags,
    ...applyFlags,
    restart: { kind: "boolean", help: "Restart instances where a change takes that" },
    rebuild: { kind: "boolean", help: "Rebuild or restart instances where a change takes that" },
    take: {
      kind: "string",
      value: "file|live",
      help: "Where the same was changed in the file and by hand: have the file's, or keep the instance's. " +
        "With live, everything that was changed by hand stays",
    },
    guest: {
      kind: "boolean",
      help: "Also look into the instances, and apply again what was changed in them (see lxops status)",
    },
    "delete-snapshots": { kind: "boolean", help: "With --rebuild, delete the instances' snapshots" },
    d: {
      kind: "boolean",
      aliases: ["detach", "wait"],
      help:
        "Accepted for habits of docker compose: up leaves instances running, and waits until they are ready",
    },
    ...jsonFlag,
  },
  operands: { usage: SUBJECTS_USAGE, min: 0 },
  example: "lxops up php.yaml",
  details: WHAT,
  exits:
    "10 if something is left that takes --restart, --rebuild, --bootstrap or another run, or needs --take",
  underTheHood:
    "GET instances, profiles and images; then what launch, rebuild, profile apply and configure do, PATCH or PUT instance",
  run: async (...all) => (await import("../../actions/changes/up.ts")).up(...all),
});
