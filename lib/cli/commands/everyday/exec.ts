/**
 * `exec`, `shell` and `top`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { dryRunFlags, programFlags, projectFlags, propertyFlags } from "../../command/flags.ts";
import { SUBJECT_HELP, SUBJECTS_HELP } from "./subjects.ts";

const flags = { ...projectFlags, ...propertyFlags, ...dryRunFlags, ...programFlags } as const;

/** `lxops exec`. */
export const exec = command({
  name: "exec",
  summary: "Run a program in an instance, on a terminal with it, and exit with its exit code",
  flags: {
    ...flags,
    t: {
      kind: "boolean",
      aliases: ["i", "it", "ti", "tty"],
      help: "Use the terminal; this is the default where input and output are one",
    },
    T: { kind: "boolean", aliases: ["no-tty"], help: "Do not use the terminal" },
  },
  operands: { usage: "[REMOTE:]NAME|FILE|DIR [--] PROGRAM [ARGUMENT...]", min: 2 },
  passThrough: true,
  example: "lxops exec web -- ls -l /srv",
  underTheHood: "POST exec with websockets for input, output and errors, or with a terminal",
  exits: "the program's",
  details:
    `Without a terminal, the program reads standard input as it arrives. Input and output are not changed.\n${SUBJECT_HELP}`,
  run: async (...all) => (await import("../../actions/everyday/exec.ts")).exec(...all),
});

/** `lxops shell`. */
export const shell = command({
  name: "shell",
  summary: "Open a shell in an instance and exit with its exit code",
  flags,
  operands: { usage: "[[REMOTE:]NAME|FILE|DIR] [--] [PROGRAM] [ARGUMENT...]", min: 0 },
  passThrough: true,
  example: "lxops shell web",
  underTheHood: "POST exec with a terminal over websockets",
  exits: "the program's",
  details:
    `The default program is a login shell: bash if the instance has it, otherwise sh.\n${SUBJECTS_HELP}`,
  run: async (...all) => (await import("../../actions/everyday/exec.ts")).shell(...all),
});

/** `lxops top`. */
export const top = command({
  name: "top",
  summary: "List the processes of an instance",
  flags,
  operands: { usage: "[[REMOTE:]NAME|FILE|DIR]", min: 0, max: 1 },
  oneForm: "what the ps of the instance prints",
  example: "lxops top web",
  underTheHood: "POST exec of ps",
  exits: "that of ps",
  details: SUBJECTS_HELP,
  run: async (...all) => (await import("../../actions/everyday/exec.ts")).top(...all),
});
