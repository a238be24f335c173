/**
 * The commands of `image` about one image and the images that a name had.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { dryRunFlags, lockFlags, projectFlags } from "../../command/flags.ts";
import { filtersOf, jsonFlag, listFlags } from "../../command/result_flags.ts";

const show = command({
  name: "show",
  summary: "Show an image: its properties and source, and the instances and images that were made from it",
  flags: { ...projectFlags, ...jsonFlag },
  operands: { usage: "[REMOTE:]IMAGE", min: 1, max: 1 },
  example: "lxops image show alpine",
  underTheHood: "GET images, GET image, GET instances of all projects; from a simplestreams server its lists",
  run: async (...all) => (await import("../../actions/image/show.ts")).show(...all),
});

const history = command({
  name: "history",
  summary: "List the images that a name has and had, the newest first",
  flags: { ...projectFlags, ...listFlags },
  operands: filtersOf("[REMOTE:]ALIAS"),
  example: "lxops image history web",
  underTheHood: "GET images",
  details:
    "lxops notes on an image that it builds the name that it is for, and the image that had the name before. If\n" +
    "your lxops built the image that has the name now, images that others noted are left out.\n" +
    "FILTER is a part of a fingerprint, serial or commit; of several, one has to match.",
  run: async (...all) => (await import("../../actions/image/history.ts")).history(...all),
});

const rollback = command({
  name: "rollback",
  summary: "Give a name back to the image that had it before, or to another one that had it",
  flags: { ...projectFlags, ...dryRunFlags, ...lockFlags },
  operands: { usage: "[REMOTE:]ALIAS [IMAGE]", min: 1, max: 2 },
  example: "lxops image rollback web",
  underTheHood: "GET images, GET images/aliases, PUT images/aliases",
  details: "Nothing is deleted, and readers find the name at all times.",
  run: async (...all) => (await import("../../actions/image/history.ts")).rollback(...all),
});

const diff = command({
  name: "diff",
  summary: "Compare the packages and files of two images, or of an image and the one before it",
  flags: {
    ...projectFlags,
    ...listFlags,
    packages: { kind: "boolean", help: "Compare packages only" },
    files: { kind: "boolean", help: "Compare files only" },
  },
  operands: { usage: "[REMOTE:]IMAGE [[REMOTE:]IMAGE]", min: 1, max: 2 },
  example: "lxops image diff --packages web",
  underTheHood:
    "GET images, GET image exports; of a squashfs image: POST instances, POST backups, DELETE instance",
  details:
    "It exits with 10 where they differ. Both images are read as a whole; times of files do not count. An image\n" +
    "that only the daemon can unpack, as the squashfs of servers or one packed by xz, is read from a backup of an\n" +
    "instance that is made of it, never started, and removed.",
  run: async (...all) => (await import("../../actions/image/diff.ts")).diff(...all),
});

const prune = command({
  name: "prune",
  summary: "Delete images that lxops built and that nothing needs any more",
  flags: {
    ...projectFlags,
    ...listFlags,
    ...dryRunFlags,
    ...lockFlags,
    keep: {
      kind: "number",
      value: "N",
      default: 2,
      help: "Number of the newest images of each name that stay",
    },
    force: { kind: "boolean", aliases: ["f"], help: "Do not ask" },
  },
  operands: { usage: "[[REMOTE:]ALIAS...]", min: 0 },
  example: "lxops image prune --plan",
  underTheHood: "GET images, GET instances and profiles of all projects; DELETE image",
  details:
    "Images that have a name, that an instance of any project was created from or that an instance pool names stay, and\n" +
    "so do images that another user's lxops built, or that were imported. On a terminal it shows what goes, and\n" +
    "asks; elsewhere it needs --force.",
  run: async (...all) => (await import("../../actions/image/prune.ts")).prune(...all),
});

/** The commands. */
export const versionCommands = [show, history, rollback, diff, prune] as const;
