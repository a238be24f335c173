/**
 * `adopt`: the configuration of an instance that exists.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { dryRunFlags, projectFlags } from "../../command/flags.ts";
import { jsonFlag } from "../../command/result_flags.ts";

/** `lxops adopt`. */
export const adopt = command({
  name: "adopt",
  summary: "Write the configuration of an instance that was made by hand",
  flags: {
    o: {
      kind: "string",
      value: "DIR",
      help: "Directory to write; by default that of the name of the instance",
    },
    guest: {
      kind: "boolean",
      help: "Also look into the instance for what was made in it by hand, and write that as cloud-config",
    },
    mark: { kind: "boolean", help: "Note the configuration on the instance, which makes it one of lxops" },
    ...projectFlags,
    ...dryRunFlags,
    ...jsonFlag,
  },
  operands: { usage: "[REMOTE:]INSTANCE", min: 1, max: 1 },
  example: "lxops adopt -o web web",
  underTheHood:
    "files are written; GET instances, images, profiles; with --guest two programs in the instance, which change\n" +
    "nothing; with --mark PATCH instances/NAME",
  details:
    "Writes lxops.yaml and the files beside it, as init does: the image that the instance was made from,\n" +
    "its profiles, keys, devices, id map, limits and ports. The instance is not changed, and lxops plan has\n" +
    "nothing to change afterwards, as an instance that has the settings of its configuration itself needs no\n" +
    "profile of its own. What a configuration cannot say stays on the instance, and is listed.\n" +
    "Values that may be secret get into .env, which git ignores.\n" +
    "--guest writes cloud-config/main.cfg: packages that were installed by hand (apt and apk), users with their\n" +
    "groups and public keys, services that were enabled or disabled, time zone, host name, cron tables, and new or\n" +
    "changed texts below /etc, /usr/local, /root, /opt and /home outside devices. Passwords, what may be secret,\n" +
    "files that not everybody can reach, files of more than 64 KiB and programs are only named there, in comments.\n" +
    "Only its owner may read main.cfg: read it before you add it to git, as lxops cannot know every secret. It\n" +
    'tells what is newer than the instance; "lxops rehearse rebuild" shows whether a new root filesystem has it\n' +
    "all.\n" +
    "--mark notes the file and what it says on the instance, so that other commands take it for their own; what\n" +
    "--guest found counts as applied then.",
  run: async (...all) => (await import("../../actions/configs/adopt.ts")).adopt(...all),
});
