/**
 * `volume`: custom volumes of the daemon as files.
 *
 * @module
 */
import { command, group } from "../../command/command.ts";
import { dryRunFlags, progressFlags, projectFlags } from "../../command/flags.ts";

const exportCommand = command({
  name: "export",
  summary: "Write a backup of a volume to a file, without its snapshots",
  flags: {
    ...projectFlags,
    ...dryRunFlags,
    ...progressFlags,
    backup: {
      kind: "string",
      value: "NAME",
      help: "Use this backup of the daemon, instead of creating one and deleting it afterwards",
    },
  },
  operands: { usage: "[REMOTE:]POOL/VOLUME FILE", min: 2, max: 2 },
  example: "lxops volume export default/php1-data php1-data.tar.gz",
  underTheHood: "GET and POST volume/backups, GET volume/backups/NAME/export, DELETE volume/backups/NAME",
  run: async (...all) => (await import("../../actions/data/volume.ts")).exportVolume(...all),
});

const importCommand = command({
  name: "import",
  summary: "Create a volume from a file that volume export wrote",
  flags: { ...projectFlags, ...dryRunFlags, ...progressFlags },
  operands: { usage: "[REMOTE:]POOL/VOLUME FILE", min: 2, max: 2 },
  example: "lxops volume import default/php2-data php1-data.tar.gz",
  underTheHood: "POST volumes",
  run: async (...all) => (await import("../../actions/data/volume.ts")).importVolume(...all),
});

/** `lxops volume`. */
export const volume = group("volume", "Export custom volumes to files and import them", [
  exportCommand,
  importCommand,
]);
