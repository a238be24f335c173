/**
 * `cloudconfig` and `instance cloudconfig`: cloud-config files by themselves, without any configuration file.
 *
 * @module
 */
import { command, group } from "../../command/command.ts";
import { applyFlags, dryRunFlags, projectFlags } from "../../command/flags.ts";

const ostype = {
  ostype: {
    kind: "string",
    value: "TYPE",
    help:
      "Operating system that the files are for, where it is not the one that the instance names; ? lists them",
  },
} as const;

const order = {
  order: {
    kind: "string",
    value: "ORDER",
    default: "lxops",
    help: "Order of the sections of a file: lxops or cloud-init",
  },
} as const;

const applying = {
  ...ostype,
  i: { kind: "string", value: "INSTANCE", help: "The instance, where operands are files" },
  ...order,
  ...projectFlags,
  ...dryRunFlags,
  parallel: { kind: "number", value: "N", default: 8, help: "How many instances at a time" },
  trace: { kind: "boolean", aliases: ["t", "v"], help: "Show all output of programs" },
  resume: { kind: "boolean", help: "Apply only what the instance's journal does not have" },
  only: {
    kind: "list",
    value: "SECTION",
    help: "Apply only this key of the files, as packages or write_files",
  },
  ...applyFlags,
} as const;

const flags = {
  ...applying,
  f: { kind: "string", value: "FILE", help: "The file, where operands are instances; - is stdin" },
} as const;

const applyCommand = command({
  name: "cloudconfig",
  summary: "Apply cloud-config files to running instances",
  flags,
  operands: { usage: "[FILE...|INSTANCE...]", min: 0 },
  example: "lxops cloudconfig -i web1 packages.cfg users.cfg",
  underTheHood: "GET instance, exec of one script in each",
  details: [
    "With -i, operands are files, and without any stdin is the file. With -f, operands are instances.",
    "With neither of them, operands are instances, and stdin is the file.",
    "All of the files is applied, each time; configure is the command that applies what is new.",
    "What commands of the files (runcmd, bootcmd) print goes to stdout and stderr as they print it; of several",
    "instances each line begins with NAME. Progress is on stderr, and -v shows the output of all else.",
  ].join("\n"),
  run: async (...all) => (await import("../../actions/instances/cloudconfig.ts")).applyTo(...all),
});

/** `lxops instance cloudconfig`. */
export const instanceCloudConfig = command({
  name: "cloudconfig",
  summary: "Apply cloud-config files to a running instance",
  flags,
  operands: { usage: "[FILE...|INSTANCE...]", min: 0 },
  example: "lxops instance cloudconfig -i web1 < packages.cfg",
  underTheHood: "GET instance, exec of one script",
  details: "Without files, stdin is the file. With -f, operands are instances, unless -i names the one.",
  run: async (...all) => (await import("../../actions/instances/cloudconfig.ts")).applyFiles(...all),
});

const lint = command({
  name: "lint",
  summary: "Check cloud-config files without any instance; exits with 1 where something is found",
  flags: {},
  operands: { usage: "FILE...", min: 1 },
  example: "lxops cloudconfig lint users.cfg",
  underTheHood: "nothing; the daemon is not asked",
  run: async (...all) => (await import("../../actions/instances/cloudconfig.ts")).lint(...all),
});

const plan = command({
  name: "plan",
  summary: "Print the script that would be run in an instance",
  flags: {
    ...ostype,
    ...order,
    only: applying.only,
    "step-timeout": applyFlags["step-timeout"],
    "show-secrets": { kind: "boolean", help: "Leave passwords and keys in what is printed" },
  },
  operands: { usage: "[FILE...]", min: 0 },
  example: "lxops cloudconfig plan -ostype debian users.cfg",
  underTheHood: "nothing; the daemon is not asked",
  run: async (...all) => (await import("../../actions/instances/cloudconfig.ts")).plan(...all),
});

/** `lxops cloudconfig`. */
export const cloudconfig = group("cloudconfig", "Apply cloud-config files to running instances", [
  lint,
  plan,
], applyCommand);
