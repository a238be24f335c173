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
  summary: "Copy the filesystems of an instance to another instance, on one host or between two hosts",
  flags: {
    ...propertyFlags,
    ...projectFlags,
    ...changeFlags,
    c: {
      kind: "string",
      value: "FILE",
      help: "Configuration file of both instances; also accepted as an operand",
    },
    container: { kind: "string", value: "NAME", help: "Instance to copy to (default: the name of the file)" },
    "from-container": {
      kind: "string",
      value: "NAME",
      help: "Instance to copy from (default: the same name)",
    },
    "from-host": { kind: "string", value: "HOST", help: "Copy from this host: HOST or USER@HOST" },
    "to-host": { kind: "string", value: "HOST", help: "Copy to this host: HOST or USER@HOST" },
    s: { kind: "string", value: "NAME", help: "Copy this snapshot, instead of taking one now" },
    overwrite: {
      kind: "boolean",
      help: "Discard changes on the receiving side since the newest common snapshot, and everything in " +
        "directories there",
    },
    "remote-lxops": {
      kind: "string",
      value: "PROGRAM",
      help: "Name of the lxops program on the --from-host host (default: the name used here)",
    },
    "remote-config": {
      kind: "string",
      value: "FILE",
      help: "Configuration file on the --from-host host (default: the same absolute path)",
    },
    port: { kind: "number", value: "N", default: 0, help: "Port of ssh" },
    identity: { kind: "string", value: "FILE", help: "Private key for ssh" },
    "ssh-option": { kind: "list", value: "KEY=VALUE", help: "Another option for ssh" },
  },
  operands: { usage: "[FILE]", min: 0, max: 1 },
  example: "lxops copy-filesystems --to-host backup.example.org --container php1 php.yaml",
  underTheHood: "zfs send | ssh HOST zfs receive, rsync over ssh, zfs snapshot",
  details:
    "The first copy of a dataset sends all of it, later ones the changes since the newest common snapshot. Refuses\n" +
    "datasets that have newer snapshots or changes on the receiving side, and directories that exist. Also refuses\n" +
    "datasets below a filesystem, and prints their names: add them as filesystems. Transient filesystems are\n" +
    "skipped. To continue an interrupted copy, add -s SNAPSHOT.",
  run: async (...all) => (await import("../../actions/data/copy.ts")).copyFilesystems(...all),
});
