/**
 * `snapshot` and `rollback`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { changeFlags, configFlags, stopFlags } from "../../command/flags.ts";
import { listFlags } from "../../command/result_flags.ts";
import { FILE_HELP, FILES_HELP, FILES_USAGE, NEEDED_FILES_USAGE } from "../../command/file_operands.ts";

const withInstance = {
  c: { kind: "boolean", help: "Include the instance's root filesystem and configuration" },
} as const;

/** `lxops snapshot`. */
export const snapshot = command({
  name: "snapshot",
  summary: "Take snapshots of the filesystems of instances, or destroy them with -d",
  flags: {
    ...configFlags,
    ...changeFlags,
    ...listFlags,
    s: {
      kind: "optional",
      value: "NAME",
      help: "Name of the snapshot (default: the current time, as in 20060102150405)",
    },
    ...withInstance,
    d: { kind: "boolean", help: "Destroy the snapshot instead" },
    R: { kind: "boolean", help: "With -d, also destroy datasets that were cloned from the snapshot" },
    l: {
      kind: "boolean",
      aliases: ["long"],
      help: "With list, also measure the copies of plain directories with du, which reads all of them",
    },
  },
  operands: { usage: `[list] ${FILES_USAGE}`, min: 0 },
  example: "lxops snapshot -s before-upgrade php.yaml",
  underTheHood:
    "zfs snapshot of all datasets at once, cp --reflink=auto of directories, POST snapshots of volumes",
  details:
    "Includes datasets below a filesystem; skips other mounts in it with a note, and transient filesystems. Copies\n" +
    "a plain directory DIR to DIR@NAME, and freezes a running instance meanwhile. `lxops snapshot list [FILE...]`\n" +
    "lists snapshots; USED is the space that deleting one would free, as zfs list has it. Of a copy of a directory it\n" +
    "is -, or with -l the size that du finds, which is more than that where both share blocks (reflinks).\n" +
    FILES_HELP,
  run: async (...all) => (await import("../../actions/data/snapshot.ts")).snapshot(...all),
});

/** `lxops rollback`. */
export const rollback = command({
  name: "rollback",
  summary: "Roll the filesystems of instances back to a snapshot, all of them or none",
  flags: {
    ...configFlags,
    ...changeFlags,
    ...stopFlags,
    s: { kind: "string", value: "NAME", help: "Name of the snapshot" },
    ...withInstance,
    "destroy-newer": {
      kind: "boolean",
      help: "Destroy newer snapshots; ZFS cannot roll back without that",
    },
  },
  operands: { usage: NEEDED_FILES_USAGE, min: 1 },
  example: "lxops rollback -s before-upgrade php.yaml",
  underTheHood: "PUT state, zfs rollback, cp and mv of directories, PUT volume, PUT instance",
  details:
    "Stops a running instance first and starts it again. Changes since the snapshot are lost. Datasets below a\n" +
    "filesystem are rolled back with it. Nothing else may be mounted in a filesystem.\n" +
    FILE_HELP,
  run: async (...all) => (await import("../../actions/data/snapshot.ts")).rollback(...all),
});
