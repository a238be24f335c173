/**
 * `init`: a directory to start with.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { dryRunFlags, projectFlags } from "../../command/flags.ts";
import { jsonFlag } from "../../command/result_flags.ts";

/** `lxops init`. */
export const init = command({
  name: "init",
  summary: "Write the files of a new directory, from which lxops up launches a container",
  flags: {
    from: {
      kind: "string",
      value: "SOURCE",
      help: "Image, instance or compose file to start from",
    },
    ...projectFlags,
    ...dryRunFlags,
    ...jsonFlag,
  },
  operands: { usage: "[DIR]", min: 0, max: 1 },
  example: "lxops init --from images:debian/13 web",
  underTheHood: "files are written; GET instances, images, profiles where SOURCE is an image or an instance",
  details: "Writes lxops.yaml with comments, bootstrap.sh and cloud-config/ if the distribution is known,\n" +
    "conf/ and bin/, .gitignore for secrets and data, and .env.example. Existing files stay, and\n" +
    "a .gitignore gets the lines that it lacks; a directory with an lxops.yaml is refused.\nDIR is the working directory by default.\n" +
    "SOURCE is a compose file if it ends in .yaml or .yml, or is a path. Each of its services becomes a\n" +
    "container with the image of a system; parts of it that have no key are listed. For an instance, init\n" +
    "writes the same configuration as lxops adopt; REMOTE:NAME is an instance of another daemon. It says\n" +
    "directory: no-devices, so that no directory is attached over files of the instance.\n" +
    "Values of variables, and others that may be secret, get into .env.",
  run: async (...all) => (await import("../../actions/configs/init.ts")).init(...all),
});
