/**
 * `image shell`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { dryRunFlags, projectFlags } from "../../command/flags.ts";

/** `lxops image shell`. */
export const shell = command({
  name: "shell",
  summary: "Change an image by hand: in a shell, or by a program",
  flags: {
    profile: { kind: "list", value: "NAME", aliases: ["p"], help: "Profile (default: default)" },
    "host-key": {
      kind: "string",
      value: "new|image",
      help:
        "Host keys of the SSH server: new ones in each instance, or those of the image (default: as it was built)",
    },
    serial: { kind: "string", value: "TEXT", help: "Serial of the image (default: the time)" },
    "wait-stop": {
      kind: "number",
      value: "SECONDS",
      default: 60,
      help: "Time limit for the clean stop of the instance, after which nothing is changed",
    },
    "lock-timeout": {
      kind: "number",
      value: "SECONDS",
      default: 0,
      help: "Time to wait for another lxops that changes the same image",
    },
    "no-lock": { kind: "boolean", help: "Do not lock; for users who may create no profiles" },
    ...projectFlags,
    ...dryRunFlags,
  },
  operands: { usage: "[REMOTE:]ALIAS [--] [PROGRAM] [ARGUMENT...]", min: 1 },
  passThrough: true,
  example: "lxops image shell web",
  underTheHood: "POST instances, PUT state, POST exec, POST images, PUT images/aliases, DELETE instances",
  details: [
    "A temporary instance is made of the image. When the shell ends with 0, the instance is cleaned as by image build,",
    "becomes the new image, and the name moves to it in one request; with another exit code nothing changes.",
    "image rollback goes back. image update leaves such an image alone unless it is named.",
  ].join("\n"),
  run: async (...all) => (await import("../../actions/image/shell.ts")).shell(...all),
});
