/**
 * `export` and `import`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { changeFlags, configFlags } from "../../command/flags.ts";

const place = {
  d: { kind: "string", value: "DIR", default: ".", help: "Directory of the archives" },
} as const;

/** `lxops export`. */
export const exportCommand = command({
  name: "export",
  summary: "Pack the filesystems of an instance into archives, with checksums",
  flags: {
    ...configFlags,
    ...changeFlags,
    ...place,
    snapshot: { kind: "string", value: "NAME", help: "Pack this snapshot instead of what is there now" },
    image: { kind: "boolean", help: "Also export the image of that name, or that the instance was made of" },
    overwrite: { kind: "boolean", help: "Write over an export that the directory holds" },
  },
  operands: { usage: "FILE", min: 1, max: 1 },
  example: "lxops export -d /backup/php1 -name php1 php.yaml",
  underTheHood:
    "tar of each filesystem, zfs clone of a snapshot, volume backups, sha256sum; with -image: GET image",
  details:
    "Transient filesystems are left out. An instance that runs is frozen while it is packed. Of a volume, the\n" +
    "daemon makes a backup; its times have no fractions of a second. Datasets below a filesystem, and what else is\n" +
    "mounted in it, are refused with their names: name datasets as filesystems, and unmount the rest, or export a\n" +
    "snapshot.",
  run: async (...all) => (await import("../../actions/data/export.ts")).exportData(...all),
});

/** `lxops import`. */
export const importCommand = command({
  name: "import",
  summary: "Make the filesystems of an instance of the archives of an export",
  flags: {
    ...configFlags,
    ...changeFlags,
    ...place,
    image: { kind: "boolean", help: "Also import the image, and give it the instance's name" },
    overwrite: { kind: "boolean", help: "Replace what is in filesystems that exist" },
  },
  operands: { usage: "FILE", min: 1, max: 1 },
  example: "lxops import -d /backup/php1 -name php1 php.yaml",
  underTheHood:
    "sha256sum, zfs create, tar, mv, rsync, POST volumes; with -image: POST images, POST images/aliases",
  details:
    "The archives are verified before anything changes. The same command goes on after one that was cut off.\n" +
    "Exports of the Go lxops have no checksums: their archives are read to their ends instead. A volume that\n" +
    "exists can be replaced only where nothing has it and it has no snapshots.",
  run: async (...all) => (await import("../../actions/data/export.ts")).importData(...all),
});
