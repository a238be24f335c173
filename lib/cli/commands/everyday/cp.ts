/**
 * `cp`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { dryRunFlags, lockFlags, projectFlags, propertyFlags } from "../../command/flags.ts";

/** `lxops cp`. */
export const cp = command({
  name: "cp",
  summary: "Copy a file or a directory into an instance or out of it",
  flags: {
    ...projectFlags,
    ...propertyFlags,
    archive: {
      kind: "boolean",
      aliases: ["a"],
      help: "Keep the numbers of owners and groups (default: root, and on this machine the user)",
    },
    overwrite: { kind: "boolean", help: "Replace a file that exists" },
    "max-size": {
      kind: "number",
      value: "MIB",
      default: 16384,
      help: "Limit for the total size of files that are copied out of an instance",
    },
    ...dryRunFlags,
    ...lockFlags,
  },
  operands: { usage: "[REMOTE:]NAME:PATH TARGET | SOURCE [REMOTE:]NAME:PATH", min: 2, max: 2 },
  example: "lxops cp ./site web:/srv/",
  underTheHood: "GET sftp of the instance",
  details: [
    "Directories are copied with their contents. If the target is a directory, the copy keeps its name in it.",
    "Modes, times and symbolic links are kept, owners only with --archive. Devices, sockets, FIFOs and the bits that",
    "let a file run as its owner are left out. The instance need not run, and needs no programs. The copy gets its",
    "name when it is complete. NAME can be a file or a directory: ./web.yaml:/etc/motd",
  ].join("\n"),
  run: async (...all) => (await import("../../actions/instance/cp.ts")).cp(...all),
});
