/**
 * `i`: commands that show the instances of configuration files; the daemon is asked about volumes only.
 *
 * @module
 */
import { command, group } from "../../command/command.ts";
import { configFlags } from "../../command/flags.ts";
import { listFlags } from "../../command/result_flags.ts";

const flags = {
  ...configFlags,
  trace: { kind: "boolean", help: "Accepted for old scripts", hidden: true },
} as const;

const longFlag = {
  l: {
    kind: "boolean",
    aliases: ["long"],
    help:
      "Also print state, size, snapshots, origin and mountpoint, from the host or, for volumes, from the daemon",
  },
} as const;

const files = { usage: "FILE...", min: 1 } as const;
const reads = "nothing; files are read";

const verify = command({
  name: "verify",
  summary: "Check configuration files and all files that they use, and print the names of the instances",
  flags: { ...flags, ...listFlags },
  operands: files,
  example: "lxops i verify *.yaml",
  underTheHood: reads,
  details:
    "Reports all problems of all files with file, line and column. Commands like launch check the same, and then\n" +
    "check files against the daemon and the host.",
  run: async (...all) => (await import("../../actions/configs/i.ts")).verify(...all),
});

const description = command({
  name: "description",
  summary: "Print the descriptions of configurations",
  flags: { ...flags, ...listFlags },
  operands: files,
  example: "lxops i description php.yaml",
  underTheHood: reads,
  run: async (...all) => (await import("../../actions/configs/i.ts")).description(...all),
});

const properties = command({
  name: "properties",
  summary: "Print all properties of instances, including built-in and global properties",
  flags: { ...flags, ...listFlags },
  operands: files,
  example: "lxops i properties --name php1 php.yaml",
  underTheHood: reads,
  run: async (...all) => (await import("../../actions/configs/i.ts")).properties(...all),
});

const filesystems = command({
  name: "filesystems",
  summary: "Print the filesystems of instances",
  flags: { ...flags, ...longFlag, ...listFlags },
  operands: files,
  example: "lxops i filesystems -l php.yaml",
  underTheHood: "nothing; files are read; with -l: zfs list, du of plain directories, GET volumes",
  run: async (...all) => (await import("../../actions/configs/i.ts")).filesystems(...all),
});

const devices = command({
  name: "devices",
  summary: "Print the disk devices of instances and their directories on the host",
  flags: { ...flags, ...longFlag, ...listFlags },
  operands: files,
  example: "lxops i devices php.yaml",
  underTheHood: "zfs list; with -l also du, GET volumes",
  run: async (...all) => (await import("../../actions/configs/i.ts")).devices(...all),
});

const project = command({
  name: "project",
  summary: "Print the projects of configurations",
  flags: { ...flags, ...listFlags },
  operands: files,
  example: "lxops i project php.yaml",
  underTheHood: reads,
  run: async (...all) => (await import("../../actions/configs/i.ts")).project(...all),
});

/** `lxops i`. */
export const i = group("i", "Check configuration files and show the resulting instances", [
  verify,
  description,
  properties,
  filesystems,
  devices,
  project,
]);
