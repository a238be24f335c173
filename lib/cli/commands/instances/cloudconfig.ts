/**
 * `cloudconfig` and `instance cloudconfig`: cloud-config files by themselves, without any configuration file.
 *
 * @module
 */
import { command, group } from "../../command/command.ts";
import { listFlags } from "../../command/result_flags.ts";
import { applyFlags, dryRunFlags, lockFlags, parallelFlags, projectFlags } from "../../command/flags.ts";

const ostype = {
  ostype: {
    kind: "string",
    value: "TYPE",
    help: "Operating system of the instance (default: as the instance says); ? lists all",
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
  i: { kind: "string", value: "INSTANCE", help: "Instance, if operands are files" },
  ...order,
  ...projectFlags,
  ...dryRunFlags,
  ...lockFlags,
  ...parallelFlags,
  trace: { kind: "boolean", aliases: ["t", "v"], help: "Show all output of programs" },
  resume: { kind: "boolean", help: "Apply only items that the instance's journal lacks" },
  only: {
    kind: "list",
    value: "SECTION",
    help: "Apply only this section of the files, for example packages or write_files",
  },
  ...applyFlags,
} as const;

const flags = {
  ...applying,
  f: { kind: "string", value: "FILE", help: "File, if operands are instances; - is stdin" },
} as const;

const applyCommand = command({
  name: "cloudconfig",
  summary: "Apply cloud-config files to running instances",
  flags,
  operands: { usage: "[FILE...|INSTANCE...]", min: 0 },
  example: "lxops cloudconfig -i web1 packages.cfg users.cfg",
  underTheHood: "GET instance, exec of one script in each",
  details: [
    "With -i, operands are files; the default is stdin. With -f, operands are instances.",
    "Without -i and -f, operands are instances, and the file is stdin.",
    "Applies all items of the files each time; configure applies only what is new.",
    "Output of commands in the files (runcmd, bootcmd) goes to stdout and stderr immediately; with several",
    "instances each line begins with NAME. Progress goes to stderr; -v shows all other output.",
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
  details: "The default file is stdin. With -f and without -i, operands are instances.",
  run: async (...all) => (await import("../../actions/instances/cloudconfig.ts")).applyFiles(...all),
});

const lint = command({
  name: "lint",
  summary: "Check cloud-config files without an instance; exits with 1 if anything is found",
  flags: listFlags,
  operands: { usage: "FILE...", min: 1 },
  example: "lxops cloudconfig lint users.cfg",
  underTheHood: "nothing; the daemon is not asked",
  run: async (...all) => (await import("../../actions/instances/cloudconfig.ts")).lint(...all),
});

const plan = command({
  name: "plan",
  summary: "Print the script that an instance would run",
  oneForm: "a script",
  flags: {
    ...ostype,
    ...order,
    only: applying.only,
    "step-timeout": applyFlags["step-timeout"],
    "show-secrets": { kind: "boolean", help: "Print passwords and keys" },
  },
  operands: { usage: "[FILE...]", min: 0 },
  example: "lxops cloudconfig plan --ostype debian users.cfg",
  underTheHood: "nothing; the daemon is not asked",
  run: async (...all) => (await import("../../actions/instances/cloudconfig.ts")).plan(...all),
});

/** `lxops cloudconfig`. */
export const cloudconfig = group("cloudconfig", "Apply cloud-config files to running instances", [
  lint,
  plan,
], applyCommand);
