/**
 * `copy-filesystems`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { changeFlags, projectFlags, propertyFlags } from "../../command/flags.ts";

/** `lxops copy-filesystems`. */
export const copyFilesystems = command({
  name: "copy-filesystems",
  summary: "Copy the filesystems of an instance to another one, on this machine or between two",
  flags: {
    ...propertyFlags,
    ...projectFlags,
    ...changeFlags,
    c: { kind: "string", value: "FILE", help: "Configuration of both instances; or name it as an operand" },
    container: { kind: "string", value: "NAME", help: "Instance to copy to, instead of the file's name" },
    "from-container": {
      kind: "string",
      value: "NAME",
      help: "Instance to copy from, instead of the same name",
    },
    "from-host": { kind: "string", value: "HOST", help: "Copy from this machine, as HOST or USER@HOST" },
    "to-host": { kind: "string", value: "HOST", help: "Copy to this machine, as HOST or USER@HOST" },
    s: { kind: "string", value: "NAME", help: "Copy this snapshot, instead of one that is taken now" },
    overwrite: {
      kind: "boolean",
      help:
        "Lose what was written on the receiving side since the newest common snapshot, and all that is in " +
        "directories there",
    },
    "remote-lxops": {
      kind: "string",
      value: "PROGRAM",
      help: "What lxops is called on the machine of -from-host, instead of what it is called here",
    },
    "remote-config": {
      kind: "string",
      value: "FILE",
      help: "The configuration on the machine of -from-host, instead of the same absolute path",
    },
    port: { kind: "number", value: "N", default: 0, help: "Port of ssh" },
    identity: { kind: "string", value: "FILE", help: "Private key for ssh" },
    "ssh-option": { kind: "list", value: "KEY=VALUE", help: "Any other option of ssh" },
  },
  operands: { usage: "[FILE]", min: 0, max: 1 },
  example: "lxops copy-filesystems -to-host backup.example.org -container php1 php.yaml",
  underTheHood: "zfs send | ssh HOST zfs receive, rsync over ssh, zfs snapshot",
  details:
    "The first copy of a dataset sends all of it, later ones what changed since the newest common snapshot. A\n" +
    "dataset that has newer snapshots on the receiving side, or was written to, is refused, and so is a directory\n" +
    "that exists. Datasets below a filesystem are refused with their names: name them as filesystems, too.\n" +
    "Transient filesystems are left out. What is cut off goes on with -s SNAPSHOT.",
  run: async (...all) => (await import("../../actions/data/copy.ts")).copyFilesystems(...all),
});
