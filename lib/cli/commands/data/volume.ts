/**
 * `volume`: custom volumes of the daemon as files.
 *
 * @module
 */
import { command, group } from "../../command/command.ts";
import { dryRunFlags, projectFlags } from "../../command/flags.ts";

const exportCommand = command({
  name: "export",
  summary: "Write a backup of a volume, without its snapshots, into a file",
  flags: {
    ...projectFlags,
    ...dryRunFlags,
    backup: {
      kind: "string",
      value: "NAME",
      help: "Backup that the daemon has of it; without it one is made, and deleted afterwards",
    },
  },
  operands: { usage: "[REMOTE:]POOL/VOLUME FILE", min: 2, max: 2 },
  example: "lxops volume export default/php1-data php1-data.tar.gz",
  underTheHood: "POST volume/backups, GET volume/backups/NAME/export, DELETE volume/backups/NAME",
  run: async (...all) => (await import("../../actions/data/volume.ts")).exportVolume(...all),
});

const importCommand = command({
  name: "import",
  summary: "Make a new volume of a file that volume export wrote",
  flags: { ...projectFlags, ...dryRunFlags },
  operands: { usage: "[REMOTE:]POOL/VOLUME FILE", min: 2, max: 2 },
  example: "lxops volume import default/php2-data php1-data.tar.gz",
  underTheHood: "POST volumes",
  run: async (...all) => (await import("../../actions/data/volume.ts")).importVolume(...all),
});

/** `lxops volume`. */
export const volume = group("volume", "Write custom volumes into files, and make them of such", [
  exportCommand,
  importCommand,
]);
