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
      help: "Only list the outdated images; exits with 10 if there are any",
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
    "Only notes of this user's lxops on an image are followed; images that others built are left out.",
    "As root, a configuration file that others can change is refused. Values of -e and --env-file are not noted:",
    "give them again.",
  ].join("\n"),
  run: async (...all) => (await import("../../actions/image/update.ts")).update(...all),
});
