/**
 * `rename`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { changeFlags, configFlags, launcherFlags, stopFlags } from "../../command/flags.ts";
import { FILE_HELP } from "../../command/file_operands.ts";

/** `lxops rename`. */
export const rename = command({
  name: "rename",
  summary: "Rename an instance, its filesystems and its profile",
  flags: {
    ...configFlags,
    ...changeFlags,
    ...stopFlags,
    ...launcherFlags,
    force: { kind: "boolean", help: "Stop a running instance first and start it again afterwards" },
  },
  operands: { usage: "FILE|DIR|[REMOTE:]NAME NEW-NAME", min: 2, max: 2 },
  example: "lxops rename --name php1 php.yaml php2",
  underTheHood: "POST instance, zfs rename, mv, POST volume, POST and PUT profile, PATCH instance",
  details: "Refuses to start if a new name is taken, and undoes all steps if one fails. The same command\n" +
    "continues an interrupted rename.\n" +
    FILE_HELP,
  run: async (...all) => (await import("../../actions/instances/rename.ts")).rename(...all),
});
