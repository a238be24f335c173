/**
 * `image update`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { buildFlags, forceFlag } from "./build_flags.ts";

/** `lxops image update`. */
export const update = command({
  name: "update",
  summary: "Build images again whose base or configuration has changed, and refresh copies of servers",
  flags: {
    "check-only": {
      kind: "boolean",
      help: "Only tell which are out of date; exits with 10 if there are any",
    },
    ...forceFlag,
    ...buildFlags,
  },
  operands: { usage: "[ALIAS...]", min: 0 },
  example: "lxops image update --check-only",
  underTheHood: "GET images; POST images/refresh; what image build does",
  details: [
    "Images that lxops built remember their configuration file and flags, with which they are built again. The daemon",
    "asks the servers of images that it has copied, and of bases, for newer ones. Without names, all of these images",
    "that have a name are looked at, but for those that were edited by hand (image shell).",
    "",
    "Only what this user's lxops has noted on an image is followed; other images that were built somewhere are left out.",
    "As root, a configuration file that others can change is refused. Values of -e and --env-file are not noted:",
    "give them again.",
  ].join("\n"),
  run: async (...all) => (await import("../../actions/image/update.ts")).update(...all),
});
