/**
 * `export` and `import`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { changeFlags, configFlags } from "../../command/flags.ts";
import { FILES_HELP } from "../../command/file_operands.ts";

const place = {
  d: { kind: "string", value: "DIR", default: ".", help: "Directory of the archives" },
} as const;

/** `lxops export`. */
export const exportCommand = command({
  name: "export",
  summary: "Write the filesystems of an instance to archives, with checksums",
  flags: {
    ...configFlags,
    ...changeFlags,
    ...place,
    snapshot: {
      kind: "string",
      value: "NAME",
      help: "Export this snapshot, instead of the current contents",
    },
    image: {
      kind: "boolean",
      help: "Also export the image with the instance's name, or the image that it was created from",
    },
    overwrite: { kind: "boolean", help: "Overwrite an export in the directory" },
  },
  operands: { usage: "[FILE|DIR|[REMOTE:]NAME]", min: 0, max: 1 },
  example: "lxops export -d /backup/php1 --name php1 php.yaml",
  underTheHood:
    "tar of each filesystem, zfs clone of a snapshot, volume backups, sha256sum; with --image: GET image",
  details:
    "Transient filesystems are skipped. A running instance is frozen during the export. Volumes are exported as\n" +
    "backups of the daemon, whose file times have no fractions of a second. Refuses datasets and other mounts below\n" +
    "a filesystem, and prints their names: add datasets as filesystems and unmount the rest, or export a\n" +
    `snapshot.\n${FILES_HELP}`,
  run: async (...all) => (await import("../../actions/data/export.ts")).exportData(...all),
});

/** `lxops import`. */
export const importCommand = command({
  name: "import",
  summary: "Create the filesystems of an instance from the archives of an export",
  flags: {
    ...configFlags,
    ...changeFlags,
    ...place,
    image: { kind: "boolean", help: "Also import the image, and name it as the instance" },
    overwrite: { kind: "boolean", help: "Replace the contents of existing filesystems" },
  },
  operands: { usage: "FILE", min: 1, max: 1 },
  example: "lxops import -d /backup/php1 --name php1 php.yaml",
  underTheHood:
    "sha256sum, zfs create, tar, mv, rsync, POST volumes; with --image: POST images, POST images/aliases",
  details:
    "Verifies the archives before anything changes. Run the same command again to continue an interrupted import.\n" +
    "Exports of the Go lxops have no checksums: their archives are read completely instead. An existing volume is\n" +
    "replaced only if nothing uses it and it has no snapshots.",
  run: async (...all) => (await import("../../actions/data/export.ts")).importData(...all),
});
