/**
 * `rehearse`: a command carried out on a copy of an instance.
 *
 * @module
 */
import { command, group } from "../../command/command.ts";
import { configFlags, dryRunFlags, settingFlags, waitFlags } from "../../command/flags.ts";
import { jsonFlag } from "../../command/result_flags.ts";

const common = {
  ...configFlags,
  ...settingFlags,
  ...dryRunFlags,
} as const;

const flags = {
  ...common,
  net: {
    kind: "string",
    value: "NET",
    default: "isolated",
    help: "Network of the copy: isolated, none, or the name of one of the daemon (default: isolated)",
  },
  "max-copy": {
    kind: "string",
    value: "SIZE",
    default: "1GiB",
    help: "Most that is copied of plain directories (default: 1GiB)",
  },
  "max-freeze": {
    kind: "number",
    value: "SECONDS",
    default: 30,
    help: "Longest time for which the instance is frozen while its data is copied",
  },
  ...waitFlags,
  "wait-stop": {
    kind: "number",
    value: "SECONDS",
    default: 5,
    help: "Time limit for a clean stop, after which the instance is killed",
  },
  trace: { kind: "boolean", aliases: ["t", "v"], help: "Show all output of programs" },
  ...jsonFlag,
} as const;

const DETAILS =
  "The instance is copied as it runs, with its data: datasets and volumes as clones where their driver shares\n" +
  "blocks, directories as copies that share blocks on btrfs and xfs, and up to --max-copy elsewhere. While volumes\n" +
  "and directories are copied, the instance is frozen, so that all of its data is of one moment; it serves no\n" +
  "requests then. After --max-freeze seconds it continues, and the rehearsal ends with exit code 9. Where lxops is killed meanwhile, it stays frozen until the next rehearsal, `lxops rehearse\n" +
  "clean`, `lxops unpause` or `lxops doctor --fix`. The copy of a stopped instance is stopped, too. The command is\n" +
  "then carried out on the copy, with its times and checks, and everything is removed again. The instance and its\n" +
  "data stay unchanged. The copy is in a network of its own that leads nowhere, has no ports, USB devices and\n" +
  "hooks, and nothing in common with others: directories outside filesystems that it could only read, disks of\n" +
  "others and keys that may reach the host (raw.lxc, kernel modules) are left out, and the report names them.\n" +
  "An access list of the daemon keeps the copy from services of this machine; with a daemon without these (LXD\n" +
  "before 4.15), it can reach them, unless --net none is given.\n" +
  "A privileged copy is as near to the host as the instance is. What installs packages needs --net NAME.\n" +
  "--dry-run prints the steps of the copy, from which the rest is planned. Exit codes: 0, 10 if the copy would still differ from its configuration, or that of the failure.";

const operands = { usage: "[FILE|DIR|NAME]", min: 0, max: 1 } as const;
const underTheHood =
  "zfs snapshot, zfs clone, rsync; POST profiles, networks, access lists, volumes, instances; the command; the same, deleted";

/** `lxops rehearse`. */
export const rehearse = group(
  "rehearse",
  "Carry a command out on a copy of an instance, to see what it would do",
  [
    command({
      name: "rebuild",
      summary: "Rebuild a copy of an instance: how long it takes, and whether it works",
      flags,
      operands,
      example: "lxops rehearse rebuild web.yaml",
      details: `${DETAILS} It also tells which files of the instance a rebuild would lose (\`lxops lost\`).`,
      underTheHood,
      run: async (...all) => (await import("../../actions/rehearse/rehearse.ts")).rehearse("rebuild", ...all),
    }),
    command({
      name: "up",
      summary: "Bring a copy of an instance in line with its configuration, with restarts and rebuilds",
      flags,
      operands,
      example: "lxops rehearse up web.yaml",
      details: DETAILS,
      underTheHood,
      run: async (...all) => (await import("../../actions/rehearse/rehearse.ts")).rehearse("up", ...all),
    }),
    command({
      name: "clean",
      summary: "Remove what a rehearsal has left that was killed",
      details:
        "An instance that it left frozen continues. Where the filesystems of the configuration changed since, it\n" +
        "names the copies that it cannot find any more.",
      flags: common,
      operands,
      example: "lxops rehearse clean web.yaml",
      underTheHood: "PUT state; DELETE instances, profiles, volumes, networks; zfs destroy, rm",
      run: async (...all) => (await import("../../actions/rehearse/rehearse.ts")).cleanUp(...all),
    }),
  ],
);
