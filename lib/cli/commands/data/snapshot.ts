/**
 * `snapshot` and `rollback`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { changeFlags, configFlags, stopFlags } from "../../command/flags.ts";
import { jsonFlag } from "../../output/table.ts";

const files = { usage: "FILE...", min: 1 } as const;
const withInstance = {
  c: { kind: "boolean", help: "Also the instance's root filesystem and configuration, by the daemon" },
} as const;

/** `lxops snapshot`. */
export const snapshot = command({
  name: "snapshot",
  summary: "Take snapshots of the filesystems of instances, or destroy them with -d",
  flags: {
    ...configFlags,
    ...changeFlags,
    ...jsonFlag,
    s: {
      kind: "optional",
      value: "NAME",
      help: "Name of the snapshot; by default the time, as 20060102150405",
    },
    ...withInstance,
    d: { kind: "boolean", help: "Destroy the snapshot instead" },
    R: { kind: "boolean", help: "With -d, also destroy the datasets that were cloned from it" },
  },
  operands: { usage: "[list] FILE...", min: 1 },
  example: "lxops snapshot -s before-upgrade php.yaml",
  underTheHood:
    "zfs snapshot of all datasets at once, cp --reflink=auto of directories, POST snapshots of volumes",
  details:
    "Datasets below a filesystem have snapshots, too; what else is mounted in one is left out, with a note.\n" +
    "Transient filesystems are left out. A plain directory DIR is copied to DIR@NAME, and an instance that runs\n" +
    "is frozen for as long as that takes. `lxops snapshot list FILE...` lists what there is.",
  run: async (...all) => (await import("../../actions/data/snapshot.ts")).snapshot(...all),
});

/** `lxops rollback`. */
export const rollback = command({
  name: "rollback",
  summary: "Put the filesystems of instances back to a snapshot, all or none",
  flags: {
    ...configFlags,
    ...changeFlags,
    ...stopFlags,
    s: { kind: "string", value: "NAME", help: "Name of the snapshot" },
    ...withInstance,
    "destroy-newer": {
      kind: "boolean",
      help: "Destroy the snapshots that were taken later; ZFS cannot go back without that",
    },
  },
  operands: files,
  example: "lxops rollback -s before-upgrade php.yaml",
  underTheHood: "PUT state, zfs rollback, cp and mv of directories, PUT volume, PUT instance",
  details:
    "An instance that runs is stopped first and started again. What changed since the snapshot is lost. Datasets below\n" +
    "a filesystem go back with it. Nothing else may be mounted in one.",
  run: async (...all) => (await import("../../actions/data/snapshot.ts")).rollback(...all),
});
