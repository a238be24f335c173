/**
 * `create-devices`, `extract` and `create-profile`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { changeFlags, configFlags, launcherFlags, moveFlags, stopFlags } from "../../command/flags.ts";
import { EXISTING, type Part } from "../../../instance/parts.ts";
import { planOptions, runLifecycle } from "../../shared/lifecycle.ts";

const flags = { ...configFlags, ...changeFlags, ...stopFlags, ...moveFlags, ...launcherFlags } as const;

/** What only an instance has. */
const DIRECTORIES: readonly Part[] = ["ostype", "cloud-config", "instance-name"];

/** `lxops create-devices`. */
export const createDevices = command({
  name: "create-devices",
  summary: "Create the missing filesystems and device directories of instances, and nothing else",
  flags,
  operands: { usage: "FILE...", min: 1 },
  example: "lxops create-devices -name php1 php.yaml",
  underTheHood: "zfs create, zfs clone, mkdir, chown, rsync, POST volumes",
  run: (values, operands, app) =>
    runLifecycle(
      {
        name: "create-devices",
        without: [...DIRECTORIES, "image"],
        needs: { allProjects: true, images: true, trees: true },
        options: planOptions(values),
        planner: async () => (await import("../../../plan/lifecycle/devices.ts")).planCreateDevices,
      },
      values,
      operands,
      app,
    ),
});

/** `lxops extract`. */
export const extract = command({
  name: "extract",
  summary: "Fill device directories that have nothing in them from the image",
  flags,
  operands: { usage: "FILE...", min: 1 },
  example: "lxops extract -name template php.yaml",
  underTheHood: "POST instances, POST backups, GET of the backup, tar --extract, DELETE instance",
  details:
    "Filesystems and directories that are missing are made. A directory with something in it stays as it is, " +
    "and so do those of transient filesystems.",
  run: (values, operands, app) =>
    runLifecycle(
      {
        name: "extract",
        without: [...DIRECTORIES, "source"],
        needs: { allProjects: true, images: true, emptyDirectories: true, trees: true },
        options: planOptions(values),
        planner: async () => (await import("../../../plan/lifecycle/devices.ts")).planExtract,
      },
      values,
      operands,
      app,
    ),
});

/** `lxops create-profile`. */
export const createProfile = command({
  name: "create-profile",
  summary: "Create or update the own profiles of instances, and print their names",
  flags,
  operands: { usage: "FILE...", min: 1 },
  example: "lxops create-profile -name php1 php.yaml",
  underTheHood: "POST profiles, PUT profile",
  run: (values, operands, app) =>
    runLifecycle(
      {
        name: "create-profile",
        without: EXISTING,
        needs: { holders: true },
        options: planOptions(values),
        planner: async () => (await import("../../../plan/lifecycle/devices.ts")).planCreateProfile,
        result: ({ instance }) => `${instance.ownProfile}\n`,
      },
      values,
      operands,
      app,
    ),
});
