/**
 * `create-devices`, `extract` and `create-profile`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { changeFlags, configFlags, launcherFlags, moveFlags, stopFlags } from "../../command/flags.ts";

const flags = { ...configFlags, ...changeFlags, ...stopFlags, ...moveFlags, ...launcherFlags } as const;

/** `lxops create-devices`. */
export const createDevices = command({
  name: "create-devices",
  summary: "Create only the missing filesystems and device directories of instances",
  flags,
  operands: { usage: "FILE...", min: 1 },
  example: "lxops create-devices --name php1 php.yaml",
  underTheHood: "zfs create, zfs clone, mkdir, chown, rsync, POST volumes",
  run: async (...all) => (await import("../../actions/instances/devices.ts")).createDevices(...all),
});

/** `lxops extract`. */
export const extract = command({
  name: "extract",
  summary: "Fill empty device directories from the image",
  flags,
  operands: { usage: "FILE...", min: 1 },
  example: "lxops extract --name template php.yaml",
  underTheHood: "POST instances, POST backups, GET of the backup, tar --extract, DELETE instance",
  details:
    "Creates missing filesystems and directories. Directories that are not empty are kept as they are, " +
    "and so are those of transient filesystems.",
  run: async (...all) => (await import("../../actions/instances/devices.ts")).extract(...all),
});

/** `lxops create-profile`. */
export const createProfile = command({
  name: "create-profile",
  summary: "Create or update the profiles of instances, and print their names",
  flags,
  operands: { usage: "FILE...", min: 1 },
  example: "lxops create-profile --name php1 php.yaml",
  underTheHood: "POST profiles, PUT profile",
  run: async (...all) => (await import("../../actions/instances/devices.ts")).createProfile(...all),
});
