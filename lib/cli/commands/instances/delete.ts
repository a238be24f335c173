/**
 * `delete` and `destroy`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { changeFlags, configFlags, launcherFlags, stopFlags } from "../../command/flags.ts";
import { jsonFlag } from "../../command/result_flags.ts";
import { FILE_HELP, NEEDED_FILES_USAGE } from "../../command/file_operands.ts";

const flags = {
  ...configFlags,
  ...changeFlags,
  ...stopFlags,
  ...launcherFlags,
  ...jsonFlag,
  force: { kind: "boolean", help: "Stop a running instance first" },
  "must-exist": { kind: "boolean", help: "Fail if there is nothing to delete" },
} as const;

/** `lxops delete`. */
export const deleteCommand = command({
  name: "delete",
  summary: "Delete stopped instances and their profiles; filesystems are kept",
  flags,
  operands: { usage: NEEDED_FILES_USAGE, min: 1 },
  example: "lxops delete php.yaml",
  details: FILE_HELP,
  underTheHood: "DELETE instance, DELETE profile; with --force PUT state first",
  run: async (...all) => (await import("../../actions/instances/delete.ts")).deleteInstances(...all),
});

/** `lxops destroy`. */
export const destroy = command({
  name: "destroy",
  summary: "Delete stopped instances, their profiles, and their filesystems with destroy: true",
  flags: { ...flags, y: { kind: "boolean", help: "Do not ask for confirmation" } },
  operands: { usage: NEEDED_FILES_USAGE, min: 1 },
  example: "lxops destroy php.yaml",
  details: FILE_HELP,
  underTheHood: "DELETE instance, DELETE profile, zfs destroy -r, rm -r, DELETE volume",
  run: async (...all) => (await import("../../actions/instances/delete.ts")).destroy(...all),
});
