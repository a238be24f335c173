/**
 * `launch`, `rebuild` and `configure`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import {
  applyFlags,
  changeFlags,
  configFlags,
  createFlags,
  launcherFlags,
  moveFlags,
  stopFlags,
  waitFlags,
} from "../../command/flags.ts";

const files = { usage: "FILE...", min: 1 } as const;
const resume = {
  resume: { kind: "boolean", help: "Go on where an earlier run stopped" },
} as const;

/** Where what happens in an instance goes to. */
const OUTPUT = [
  "What commands of the cloud-config files (runcmd, bootcmd) print goes to stdout and stderr as they print it;",
  "of several instances each line begins with NAME. Progress is on stderr, and -v shows the output of all else.",
].join("\n");

/** `lxops launch`. */
export const launch = command({
  name: "launch",
  summary: "Create, start and configure instances",
  flags: {
    ...configFlags,
    ...changeFlags,
    ...waitFlags,
    ...stopFlags,
    ...createFlags,
    ...moveFlags,
    ...launcherFlags,
    ...resume,
    ...applyFlags,
  },
  operands: files,
  example: "lxops launch -name php1 php.yaml",
  details: OUTPUT,
  underTheHood:
    "zfs create, zfs clone, mkdir, rsync, chown; POST volumes, profiles, instances, PUT state, GET state, exec of one script",
  run: async (...all) => (await import("../../actions/instances/launch.ts")).launch(...all),
});

/** `lxops rebuild`. */
export const rebuild = command({
  name: "rebuild",
  summary: "Put instances on a new image; MAC addresses, profiles, devices and data stay",
  flags: {
    ...configFlags,
    ...changeFlags,
    ...waitFlags,
    ...stopFlags,
    ...moveFlags,
    ...launcherFlags,
    ...resume,
    ...applyFlags,
    "delete-snapshots": { kind: "boolean", help: "Delete the instance's snapshots with its root filesystem" },
    "new-address": {
      kind: "boolean",
      help: "Let the daemon choose new MAC addresses, and so new IP addresses",
    },
    "reset-profiles": { kind: "boolean", help: "Give the instance the profiles of the configuration again" },
  },
  operands: files,
  example: "lxops rebuild php.yaml",
  details: OUTPUT,
  underTheHood:
    "PUT state, POST rebuild (or, where the daemon has none, a new instance that takes the name), exec",
  run: async (...all) => (await import("../../actions/instances/launch.ts")).rebuild(...all),
});

/** `lxops configure`. */
export const configure = command({
  name: "configure",
  summary: "Apply what is new or changed in the cloud-config files of running instances",
  flags: {
    ...configFlags,
    ...changeFlags,
    ...waitFlags,
    resume: { kind: "boolean", help: "Go on after the item that failed, as is done without this flag too" },
    ...applyFlags,
    all: { kind: "boolean", help: "Apply everything, also what the instance's journal has" },
    only: {
      kind: "list",
      value: "SECTION",
      help: "Apply only this key of the files, as packages or write_files",
    },
    "poll-seconds": {
      kind: "number",
      value: "SECONDS",
      default: 0,
      help: "Accepted for old scripts; see -timeout",
    },
  },
  operands: files,
  example: "lxops configure php.yaml",
  details: `The address of the instance is printed first.\n${OUTPUT}`,
  underTheHood: "GET of the instance's journal, exec of one script",
  run: async (...all) => (await import("../../actions/instances/launch.ts")).configure(...all),
});
