/**
 * `file`: files of instances.
 *
 * @module
 */
import { command, group } from "../../command/command.ts";
import { dryRunFlags, projectFlags } from "../../command/flags.ts";

const push = command({
  name: "push",
  summary: "Write a file in an instance; an existing file keeps its mode and owner unless they are given",
  flags: {
    ...projectFlags,
    mode: { kind: "optional", value: "OCTAL", help: "Permissions (default: 644 for a new file)" },
    uid: { kind: "optional", value: "ID", help: "Owner, in the instance (default: 0 for a new file)" },
    gid: { kind: "optional", value: "ID", help: "Group, in the instance (default: 0 for a new file)" },
    ...dryRunFlags,
  },
  operands: { usage: "FILE|DIR|- [REMOTE:]NAME/PATH", min: 2, max: 2 },
  example: "lxops file push motd php1/etc/motd",
  underTheHood: "POST files; GET and DELETE of a file whose mode or owner changes",
  details:
    "A path that ends in a slash is a directory; the file keeps its name there. A directory is copied as by lxops cp.",
  run: async (...all) => (await import("../../actions/instance/file.ts")).push(...all),
});

const pull = command({
  name: "pull",
  summary: "Print a file of an instance, or copy a file or a directory to TARGET",
  flags: { ...projectFlags, ...dryRunFlags },
  operands: { usage: "[REMOTE:]NAME/PATH [TARGET]", min: 1, max: 2 },
  example: "lxops file pull php1/etc/motd > motd",
  underTheHood: "GET files; with TARGET as lxops cp",
  run: async (...all) => (await import("../../actions/instance/file.ts")).pull(...all),
});

/** `lxops file`. */
export const file = group("file", "Read and write files of instances", [push, pull]);
