/**
 * `instance keep`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { dryRunFlags, projectFlags } from "../../command/flags.ts";

/** `lxops instance keep`. */
export const keep = command({
  name: "keep",
  summary: "Save files of an instance beside its data, or put saved ones into it",
  flags: {
    ...projectFlags,
    ...dryRunFlags,
    store: {
      kind: "string",
      value: "PATH",
      default: "",
      help: "File of the instance to save them in, on a device",
    },
    restore: {
      kind: "string",
      value: "FILE",
      default: "",
      help: "File of this machine with saved ones, which are put into the instance",
    },
    from: {
      kind: "string",
      value: "NAME",
      default: "",
      help: "Instance whose files are put into this one",
    },
  },
  operands: { usage: "[REMOTE:]NAME FILE...", min: 2 },
  example: "lxops instance keep --store /data/.lxops/keep php1 ssh-host-keys machine-id",
  underTheHood: "GET sftp of the instance",
  details:
    'FILE is a path in the instance, "ssh-host-keys" or "machine-id", as in the key keep of a configuration. ' +
    "launch, rebuild, configure, up and delete do this by themselves. A new instance of a rebuild, which does not run " +
    "yet, is also started once in a way that the daemon refuses, which ends the daemon's program for its files.",
  run: async (...all) => (await import("../../actions/instance/keep.ts")).keep(...all),
});
