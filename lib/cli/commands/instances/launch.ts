/**
 * `launch`, `rebuild` and `configure`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import {
  applyFlags,
  bootstrapFlags,
  changeFlags,
  configFlags,
  createFlags,
  launcherFlags,
  moveFlags,
  settingFlags,
  stopFlags,
  waitFlags,
} from "../../command/flags.ts";
import { jsonFlag } from "../../command/result_flags.ts";
import { FILES_HELP, FILES_USAGE } from "../../command/file_operands.ts";

const files = { usage: FILES_USAGE, min: 0 } as const;
const resume = {
  resume: { kind: "boolean", help: "Continue where an earlier run stopped" },
} as const;

/** The help about output of instances. */
const OUTPUT = [
  "Output of commands in cloud-config files (runcmd, bootcmd) goes to stdout and stderr immediately;",
  "with several instances each line begins with NAME. Progress goes to stderr; -v shows all other output.",
].join("\n");

/** The help about the order of a rebuild. */
const REBUILD = [
  "The new root filesystem is created as an instance NAME-lxops-new-RANDOM beside the old one, which runs",
  "meanwhile. Then the old one stops, the new one takes over its name, MAC and IP addresses, profiles,",
  "configuration and devices, starts and is configured. The old one, by then NAME-lxops-old-RANDOM, is",
  "deleted last, with its snapshots. Both need room in the storage pool and in the project's limits for a time.",
  "",
  "If a step fails before the new instance is configured, lxops brings the old one back, with its addresses,",
  "and starts it if it ran. Data that the new one changed meanwhile stays changed: datasets and",
  "volumes have a snapshot from before then, and the message says how to roll back to it. The next rebuild",
  "that is configured removes it. After lxops was killed, --resume continues: with the new instance if it was",
  "complete, and else with the old one.",
  "",
  "With --undo-data, the data is restored, too. Plain directories are then copied while the instance stands",
  "still: without cost where the filesystem can share blocks (btrfs, xfs), and up to --max-copy elsewhere.",
  "The copies are beside them, DIRECTORY@lxops-rebuild-RANDOM-NAME, for as long as the rebuild takes. Those of",
  "an interrupted one stay until the next one is configured (by root), or until prune. If anything is newer than",
  "the snapshot of a dataset, the old instance does not start, and the message says what to do. No other",
  "instance may run with the same directories.",
  "",
  "A spare is an old instance that was kept. It has no addresses and cannot be started; --back swaps it in,",
  "with the addresses and the data of the present one, which becomes the spare. Nothing is configured then.",
].join("\n");

/** `lxops launch`. */
export const launch = command({
  name: "launch",
  summary: "Create, start and configure instances",
  flags: {
    ...configFlags,
    ...settingFlags,
    ...changeFlags,
    ...waitFlags,
    ...stopFlags,
    ...createFlags,
    ...moveFlags,
    ...launcherFlags,
    ...resume,
    ...applyFlags,
    ...jsonFlag,
  },
  operands: { usage: "[FILE|DIR...]", min: 0 },
  example: "lxops launch --name php1 php.yaml",
  details: `Without operands, lxops.yaml of the working directory is meant.\n\n${OUTPUT}`,
  underTheHood:
    "zfs create, zfs clone, mkdir, rsync, chown; POST volumes, profiles, instances, PUT state, GET state, exec of one script",
  run: async (...all) => (await import("../../actions/instances/launch.ts")).launch(...all),
});

/** `lxops rebuild`. */
export const rebuild = command({
  name: "rebuild",
  summary:
    "Replace the root filesystems of instances with a new image; addresses, profiles, devices and data are kept",
  flags: {
    ...configFlags,
    ...settingFlags,
    ...changeFlags,
    ...waitFlags,
    ...stopFlags,
    ...moveFlags,
    ...launcherFlags,
    ...resume,
    ...applyFlags,
    ...jsonFlag,
    "delete-snapshots": { kind: "boolean", help: "Delete the instance's snapshots with its root filesystem" },
    "new-address": {
      kind: "boolean",
      help: "Let the daemon choose new MAC addresses, and thus new IP addresses",
    },
    "reset-profiles": {
      kind: "boolean",
      help: "Reset the instance's profiles to those of the configuration",
    },
    "no-return": {
      kind: "boolean",
      help: "Where it fails, leave the new instance under the name, for --resume, and the old one beside it",
    },
    "keep-failed": {
      kind: "boolean",
      help:
        "Where it fails and the old instance comes back, keep the new one beside it, stopped; prune deletes it",
    },
    "keep-old": {
      kind: "boolean",
      help:
        "Keep the old instance as a spare, stopped, in the place of an earlier one (or keep-old: true in FILE)",
    },
    "undo-data": {
      kind: "boolean",
      help: "Where it fails after the new instance ran, put the data back as it was before",
    },
    "max-copy": {
      kind: "string",
      value: "SIZE",
      help: "With --undo-data, copy at most this much of plain directories (default: 1GiB)",
    },
    "no-loss": {
      kind: "boolean",
      help:
        "Refuse where files outside the devices would be lost (see lxops lost), or the instance does not tell",
    },
    back: { kind: "boolean", help: "Swap the spare and the instance; a second time swaps them again" },
    "in-place": {
      kind: "boolean",
      help:
        "Let the daemon replace the root filesystem, for storage pools without room for two: it deletes the old " +
        "one first, and if the new one cannot be created, the instance cannot start any more (not on LXD 5.0)",
    },
  },
  operands: files,
  example: "lxops rebuild php.yaml",
  details: `${FILES_HELP}\n\n${REBUILD}\n\n${OUTPUT}`,
  underTheHood:
    "POST instances, PUT state, PATCH and rename of the old and the new instance, exec, DELETE of the old one",
  run: async (...all) => (await import("../../actions/instances/launch.ts")).rebuild(...all),
});

/** `lxops prune`. */
export const prune = command({
  name: "prune",
  summary: "Delete leftovers of rebuilds: spares, failed new instances, snapshots and copies of data",
  flags: { ...configFlags, ...changeFlags, ...launcherFlags, ...jsonFlag },
  operands: files,
  example: "lxops prune php.yaml",
  details: FILES_HELP,
  underTheHood: "DELETE instance; zfs destroy, rm and DELETE of snapshots named lxops-rebuild-RANDOM-NAME",
  run: async (...all) => (await import("../../actions/instances/launch.ts")).prune(...all),
});

/** `lxops configure`. */
export const configure = command({
  name: "configure",
  summary: "Apply new and changed items of cloud-config files to running instances",
  flags: {
    ...configFlags,
    ...settingFlags,
    ...bootstrapFlags,
    ...changeFlags,
    ...waitFlags,
    resume: { kind: "boolean", help: "Continue after the item that failed; this is also the default" },
    ...applyFlags,
    ...jsonFlag,
    all: { kind: "boolean", help: "Apply all items, also those in the instance's journal" },
    only: {
      kind: "list",
      value: "SECTION",
      help: "Apply only this section of the files, for example packages, or the bootstrap script",
    },
    check: { kind: "boolean", help: "Then run the checks of the configuration" },
    "poll-seconds": {
      kind: "number",
      value: "SECONDS",
      default: 0,
      help: "Accepted for old scripts; see --timeout",
      hidden: true,
    },
  },
  operands: files,
  example: "lxops configure php.yaml",
  details: `Prints the address of the instance first.\n${OUTPUT}\n\n${FILES_HELP}`,
  underTheHood: "GET of the instance's journal, exec of one script",
  run: async (...all) => (await import("../../actions/instances/launch.ts")).configure(...all),
});
