/**
 * Results of commands about images.
 *
 * @module
 */
import { boolean, integer, list, listing, map, object, result, text, time } from "./shape.ts";

const fingerprint = text("Fingerprint of the image", { show: "short" });
const size = integer("Its size in bytes", { show: "size" });
const type = text("Kind of instances that it is for", { words: ["container", "virtual-machine"] });
const built = time("Time when it was built, or added to the daemon; empty where that is not known");

/** `image list` of a daemon or of an image server. */
export const IMAGES = listing({
  name: "images",
  version: 1,
  commands: ["image list"],
  about: "The images of a daemon, or of an image server",
  columns: ["alias", "fingerprint", "type", "arch", "size", "public", "description"],
  keys: {
    alias: list("Its names", text("")),
    fingerprint,
    type,
    arch: text("Its architecture"),
    size,
    public: boolean("Everybody may have it; of daemons only", { optional: true }),
    date: text("When the server made it; of image servers only", { optional: true }),
    description: text("Its description"),
  },
});

/** `image instances`. */
export const IMAGE_INSTANCES = listing({
  name: "image-instances",
  version: 1,
  commands: ["image instances"],
  about: "Instances with the images that they were created from",
  columns: ["image", "instance"],
  keys: {
    image: text("A name of the image, or the start of its fingerprint"),
    instance: text("Name of the instance"),
  },
});

/** `image alias list`. */
export const ALIASES = listing({
  name: "image-aliases",
  version: 1,
  commands: ["image alias list"],
  about: "The names of images",
  columns: ["alias", "fingerprint"],
  keys: { alias: text("The name"), fingerprint: text("Fingerprint of the image that has it") },
});

/** `image history`. */
export const HISTORY = listing({
  name: "image-history",
  version: 1,
  commands: ["image history"],
  about: "The images that a name has and had, the newest first",
  columns: ["current", "fingerprint", "built", "size", "serial", "commit", "base", "aliases"],
  keys: {
    current: boolean("It has the name now", { show: "star" }),
    fingerprint,
    built,
    size,
    serial: text("The serial that it was built with"),
    commit: text("Commit of the directory that it was built from", { show: "short" }),
    base: text("Name of the image that it was built from"),
    aliases: list("The names that it has now", text("")),
    recipe: text("Path of its configuration"),
    previous: text("Fingerprint of the image that had the name before", { show: "short" }),
  },
});

/** `image prune`. */
export const PRUNED = listing({
  name: "image-prune",
  version: 1,
  commands: ["image prune"],
  about: "The images that were deleted",
  columns: ["alias", "fingerprint", "built", "size"],
  keys: { alias: text("The name that it was made for"), fingerprint, built, size },
});

/** `image build`. */
export const BUILT = listing({
  name: "image-build",
  version: 1,
  commands: ["image build", "image update"],
  about: "The images of a build; those that could not be built are left out",
  columns: ["alias", "fingerprint", "state"],
  keys: {
    alias: text("Its name"),
    fingerprint,
    state: text("What became of it", { words: ["built", "named", "unchanged", "failed"] }),
  },
});

/** `image update -check-only`. */
export const UPDATES = listing({
  name: "image-update",
  version: 1,
  commands: ["image update --check-only"],
  about: "Which images are out of date",
  columns: ["alias", "state"],
  keys: {
    alias: text("Its name"),
    state: text("Its state", { words: ["current", "outdated", "failed"] }),
  },
});

/** `image show`. */
export const IMAGE = result(
  { name: "image", version: 1, commands: ["image show"] },
  object("An image with all that is known of it", {
    fingerprint,
    aliases: list("Its names", text("")),
    type,
    architecture: text("Its architecture"),
    size,
    created: text("When it was made; empty where that is not known"),
    uploaded: time("Time when it was added to the daemon; empty on image servers"),
    used: time("When an instance was last created from it; empty where none was"),
    public: boolean("Everybody may have it"),
    source: text("The server that it was copied from, as URL NAME; empty where it was not"),
    updates: boolean("The daemon keeps it up to date"),
    properties: map("Its properties", text("")),
    instances: list("Instances that were created from it, as NAME or PROJECT/NAME", text("")),
    images: list("Fingerprints of images that were built from it", text("")),
  }),
);

/** `image diff`. */
export const IMAGE_DIFF = listing({
  name: "image-diff",
  version: 1,
  commands: ["image diff"],
  about: "The packages and files that differ between two images",
  columns: ["sign", "kind", "name", "what"],
  keys: {
    name: text("Name of the package, or path of the file without a slash before it"),
    sign: text("The second image has it, has it otherwise, or has it no more", { words: ["+", "~", "-"] }),
    kind: text("What it is", { words: ["package", "file"] }),
    what: text("Versions of the package, or what differs of the file"),
  },
});
