/**
 * `image`: images of the daemon.
 *
 * @module
 */
import { command, group } from "../../command/command.ts";
import { dryRunFlags, projectFlags } from "../../command/flags.ts";
import { jsonFlag } from "../../output/table.ts";

const none = { usage: "", min: 0, max: 0 } as const;
const aliasFlag = { alias: { kind: "list", value: "NAME", help: "Name of the image" } } as const;
const publicFlag = {
  public: { kind: "boolean", help: "Anybody who reaches the daemon may copy it" },
} as const;

const instances = command({
  name: "instances",
  summary: "List instances by the images that they were made from",
  flags: { ...projectFlags, ...jsonFlag },
  operands: none,
  example: "lxops image instances",
  underTheHood: "GET images, GET instances",
  run: async (...all) => (await import("../../actions/daemon/image.ts")).instances(...all),
});

const list = command({
  name: "list",
  summary: "List images",
  flags: { ...projectFlags, ...jsonFlag },
  operands: { usage: "[REMOTE:]", min: 0, max: 1 },
  example: "lxops image list",
  underTheHood: "GET images",
  run: async (...all) => (await import("../../actions/daemon/image.ts")).list(...all),
});

const copy = command({
  name: "copy",
  summary: "Copy an image from a remote, or from another project, to a daemon",
  flags: {
    ...projectFlags,
    ...dryRunFlags,
    ...aliasFlag,
    ...publicFlag,
    "from-project": {
      kind: "string",
      value: "NAME",
      help: "Project of the image, where it comes from a daemon",
    },
    "copy-aliases": { kind: "boolean", help: "Give it the names that it has there" },
    "auto-update": { kind: "boolean", help: "Have the daemon keep it up to date (simplestreams servers)" },
    vm: { kind: "boolean", help: "The image of a virtual machine, where the server has both kinds" },
  },
  operands: { usage: "[REMOTE:]IMAGE [REMOTE:]", min: 1, max: 2 },
  example: "lxops image copy -alias alpine images:alpine/3.22",
  underTheHood: "POST images; from a daemon GET export and POST images, POST images/aliases",
  run: async (...all) => (await import("../../actions/daemon/image_copy.ts")).copy(...all),
});

const deleteCommand = command({
  name: "delete",
  summary: "Delete images; instances that were made from them stay",
  flags: {
    ...projectFlags,
    ...dryRunFlags,
    unnamed: { kind: "boolean", help: "Only those that have no name" },
  },
  operands: { usage: "[REMOTE:]IMAGE...", min: 1 },
  example: "lxops image delete alpine",
  underTheHood: "DELETE image",
  run: async (...all) => (await import("../../actions/daemon/image.ts")).deleteImages(...all),
});

const exportCommand = command({
  name: "export",
  summary:
    "Write an image into a file, or into a directory under its own name; a second part goes into FILE.root",
  flags: { ...projectFlags, ...dryRunFlags },
  operands: { usage: "[REMOTE:]IMAGE [FILE|DIRECTORY|-]", min: 1, max: 2 },
  example: "lxops image export alpine alpine.tar.gz",
  underTheHood: "GET images/FINGERPRINT/export",
  run: async (...all) => (await import("../../actions/daemon/image_copy.ts")).exportImage(...all),
});

const importCommand = command({
  name: "import",
  summary: "Make an image of a file, or of one with its metadata and one with its root filesystem",
  flags: {
    ...projectFlags,
    ...dryRunFlags,
    ...aliasFlag,
    ...publicFlag,
    property: { kind: "list", value: "KEY=VALUE", help: "Property of the image" },
  },
  operands: { usage: "FILE [ROOTFS] [REMOTE:]", min: 1, max: 3 },
  example: "lxops image import -alias alpine alpine.tar.gz",
  underTheHood: "POST images, POST images/aliases",
  run: async (...all) => (await import("../../actions/daemon/image_copy.ts")).importImage(...all),
});

const alias = group("alias", "Names of images", [
  command({
    name: "list",
    summary: "List the names of images",
    flags: { ...projectFlags, ...jsonFlag },
    operands: none,
    example: "lxops image alias list",
    underTheHood: "GET images",
    run: async (...all) => (await import("../../actions/daemon/image.ts")).aliases(...all),
  }),
  command({
    name: "create",
    summary: "Give an image a name",
    flags: { ...projectFlags, ...dryRunFlags },
    operands: { usage: "NAME IMAGE", min: 2, max: 2 },
    example: "lxops image alias create web 041054a7e03d",
    underTheHood: "POST images/aliases",
    run: async (...all) => (await import("../../actions/daemon/image.ts")).createAliasOf(...all),
  }),
  command({
    name: "delete",
    summary: "Take names from images",
    flags: { ...projectFlags, ...dryRunFlags },
    operands: { usage: "NAME...", min: 1 },
    example: "lxops image alias delete web",
    underTheHood: "DELETE images/aliases",
    run: async (...all) => (await import("../../actions/daemon/image.ts")).deleteAliases(...all),
  }),
  command({
    name: "rename",
    summary: "Change a name of an image",
    flags: { ...projectFlags, ...dryRunFlags },
    operands: { usage: "NAME NEW", min: 2, max: 2 },
    example: "lxops image alias rename web www",
    underTheHood: "POST images/aliases, DELETE images/aliases",
    run: async (...all) => (await import("../../actions/daemon/image.ts")).renameAliasOf(...all),
  }),
]);

/** `lxops image`. */
export const image = group("image", "Look at images, copy, export and import them", [
  list,
  instances,
  copy,
  deleteCommand,
  exportCommand,
  importCommand,
  alias,
]);
