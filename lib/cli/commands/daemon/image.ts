/**
 * `image`: images of the daemon.
 *
 * @module
 */
import { command, group } from "../../command/command.ts";
import { dryRunFlags, progressFlags, projectFlags } from "../../command/flags.ts";
import { build } from "../image/build.ts";
import { shell } from "../image/shell.ts";
import { update } from "../image/update.ts";
import { filters, FILTERS_HELP, listFlags } from "../../command/result_flags.ts";
import { versionCommands } from "./image_versions.ts";

const aliasFlag = { alias: { kind: "list", value: "NAME", help: "Name for the image" } } as const;
const publicFlag = {
  public: { kind: "boolean", help: "Let everyone who can reach the daemon copy the image" },
} as const;

const instances = command({
  name: "instances",
  summary: "List instances with the images that they were created from",
  flags: { ...projectFlags, ...listFlags },
  operands: filters,
  details: FILTERS_HELP,
  example: "lxops image instances",
  underTheHood: "GET images, GET instances",
  run: async (...all) => (await import("../../actions/daemon/image.ts")).instances(...all),
});

const list = command({
  name: "list",
  summary: "List images of a daemon, or of a simplestreams server",
  flags: {
    ...projectFlags,
    ...listFlags,
    all: {
      kind: "boolean",
      aliases: ["a"],
      help: "Also those of other architectures, of a simplestreams server",
    },
  },
  operands: { usage: "[REMOTE:][FILTER] [FILTER...]", min: 0 },
  example: "lxops image list images:alpine",
  underTheHood:
    "GET images; from a simplestreams server GET streams/v1/index.json and the lists that it names",
  details:
    "FILTER is a part of a name or description, the start of a fingerprint, or KEY=VALUE for a property.\n" +
    "An image has to match all of them. Names of a server can be written after image: in a configuration.",
  run: async (...all) => (await import("../../actions/image/list.ts")).list(...all),
});

const copy = command({
  name: "copy",
  summary: "Copy an image from a remote, or from another project, to a daemon",
  flags: {
    ...projectFlags,
    ...dryRunFlags,
    ...progressFlags,
    ...aliasFlag,
    ...publicFlag,
    "from-project": {
      kind: "string",
      value: "NAME",
      help: "Project of the image to copy, on its daemon",
    },
    "copy-aliases": { kind: "boolean", help: "Also copy the names of the image" },
    "auto-update": { kind: "boolean", help: "Let the daemon update the image (simplestreams servers)" },
    vm: { kind: "boolean", help: "Copy the image for virtual machines, if the server has both kinds" },
  },
  operands: { usage: "[REMOTE:]IMAGE [REMOTE:]", min: 1, max: 2 },
  example: "lxops image copy --alias alpine images:alpine/3.22",
  underTheHood: "POST images; from a daemon GET export and POST images, POST images/aliases",
  run: async (...all) => (await import("../../actions/daemon/image_copy.ts")).copy(...all),
});

const deleteCommand = command({
  name: "delete",
  summary: "Delete images; instances that were created from them are kept",
  flags: {
    ...projectFlags,
    ...dryRunFlags,
    unnamed: { kind: "boolean", help: "Delete only images without a name" },
    name: {
      kind: "list",
      value: "NAME",
      help: "With --unnamed: a name that does not count, and which an image that stays loses",
    },
  },
  operands: { usage: "[REMOTE:]IMAGE...", min: 1 },
  example: "lxops image delete alpine",
  underTheHood: "DELETE image",
  run: async (...all) => (await import("../../actions/daemon/image.ts")).deleteImages(...all),
});

const exportCommand = command({
  name: "export",
  summary:
    "Write an image to a file, or to a directory under its own name; a second part is written to FILE.root",
  flags: { ...projectFlags, ...dryRunFlags, ...progressFlags },
  operands: { usage: "[REMOTE:]IMAGE [FILE|DIRECTORY|-]", min: 1, max: 2 },
  example: "lxops image export alpine alpine.tar.gz",
  underTheHood: "GET images/FINGERPRINT/export",
  run: async (...all) => (await import("../../actions/daemon/image_copy.ts")).exportImage(...all),
});

const importCommand = command({
  name: "import",
  summary: "Create an image from one file, or from a metadata file and a root filesystem",
  flags: {
    ...projectFlags,
    ...dryRunFlags,
    ...progressFlags,
    ...aliasFlag,
    ...publicFlag,
    property: { kind: "list", value: "KEY=VALUE", help: "Property for the image" },
  },
  operands: { usage: "FILE [ROOTFS] [REMOTE:]", min: 1, max: 3 },
  example: "lxops image import --alias alpine alpine.tar.gz",
  underTheHood: "POST images, POST images/aliases",
  run: async (...all) => (await import("../../actions/daemon/image_copy.ts")).importImage(...all),
});

const alias = group("alias", "Manage the names of images", [
  command({
    name: "list",
    summary: "List the names of images",
    flags: { ...projectFlags, ...listFlags },
    operands: filters,
    details: FILTERS_HELP,
    example: "lxops image alias list",
    underTheHood: "GET images",
    run: async (...all) => (await import("../../actions/daemon/image.ts")).aliases(...all),
  }),
  command({
    name: "create",
    summary: "Add a name to an image",
    flags: { ...projectFlags, ...dryRunFlags },
    operands: { usage: "NAME IMAGE", min: 2, max: 2 },
    example: "lxops image alias create web 041054a7e03d",
    underTheHood: "POST images/aliases",
    run: async (...all) => (await import("../../actions/daemon/image.ts")).createAliasOf(...all),
  }),
  command({
    name: "delete",
    summary: "Remove names from images",
    flags: { ...projectFlags, ...dryRunFlags },
    operands: { usage: "NAME...", min: 1 },
    example: "lxops image alias delete web",
    underTheHood: "DELETE images/aliases",
    run: async (...all) => (await import("../../actions/daemon/image.ts")).deleteAliases(...all),
  }),
  command({
    name: "rename",
    summary: "Rename an image",
    flags: { ...projectFlags, ...dryRunFlags },
    operands: { usage: "NAME NEW", min: 2, max: 2 },
    example: "lxops image alias rename web www",
    underTheHood: "POST images/aliases, DELETE images/aliases",
    run: async (...all) => (await import("../../actions/daemon/image.ts")).renameAliasOf(...all),
  }),
]);

/** `lxops image`. */
export const image = group(
  "image",
  "Build, list, copy, export and import images, and go back to earlier ones",
  [
    build,
    update,
    shell,
    list,
    instances,
    copy,
    deleteCommand,
    exportCommand,
    importCommand,
    ...versionCommands,
    alias,
  ],
);
