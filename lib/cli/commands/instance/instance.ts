/**
 * `instance`: commands about instances without any configuration file.
 *
 * @module
 */
import { command, group } from "../../command/command.ts";
import { dryRunFlags, programFlags, projectFlags } from "../../command/flags.ts";
import { jsonFlag } from "../../command/result_flags.ts";
import { instanceCheck } from "../instances/check.ts";
import { instanceCloudConfig } from "../instances/cloudconfig.ts";
import { compareIds } from "../instances/compare_ids.ts";
import { content } from "./content.ts";
import { keep } from "./keep.ts";
import { copy, get, set } from "./settings.ts";
import { restart, start, stop, wait } from "./state.ts";
import { addresses, devices, hwaddr, info, list, logs, number, profiles } from "./look.ts";

const exec = command({
  name: "exec",
  summary: "Run a program in an instance and exit with its exit code",
  flags: {
    ...projectFlags,
    ...dryRunFlags,
    ...programFlags,
  },
  operands: { usage: "[REMOTE:]NAME [--] PROGRAM [ARGUMENT...]", min: 2 },
  passThrough: true,
  example: "lxops instance exec php1 -- ls -l /home",
  underTheHood: "POST exec with websockets for input, output and errors",
  exits: "the program's",
  details:
    "Reads all input before the program starts, unless stdin is a terminal. Input and output are not changed.",
  run: async (...all) => (await import("../../actions/instance/exec.ts")).exec(...all),
});

const shell = command({
  name: "shell",
  summary: "Open a shell in an instance and exit with its exit code",
  flags: { ...projectFlags, ...dryRunFlags, ...programFlags },
  operands: { usage: "[REMOTE:]NAME [--] [PROGRAM] [ARGUMENT...]", min: 1 },
  passThrough: true,
  example: "lxops instance shell php1",
  underTheHood: "POST exec with a terminal over websockets",
  exits: "the program's",
  details: "The default program is a login shell: bash if the instance has it, otherwise sh.",
  run: async (...all) => (await import("../../actions/instance/exec.ts")).shell(...all),
});

const idmap = command({
  name: "idmap",
  summary: "Print the host ids of an instance's root, as uid:gid",
  flags: { ...projectFlags, ...jsonFlag },
  operands: { usage: "[REMOTE:]NAME", min: 1, max: 1 },
  example: "lxops instance idmap php1",
  underTheHood: "GET instance",
  run: async (...all) => (await import("../../actions/instance/instance.ts")).idmap(...all),
});

/** `lxops instance`. */
export const instance = group("instance", "Inspect, start and stop instances, and run programs in them", [
  list,
  exec,
  shell,
  wait,
  instanceCheck,
  start,
  stop,
  restart,
  set,
  get,
  copy,
  profiles,
  devices,
  hwaddr,
  info,
  logs,
  addresses,
  number,
  idmap,
  compareIds,
  keep,
  content,
  instanceCloudConfig,
]);
