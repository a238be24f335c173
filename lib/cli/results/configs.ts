/**
 * Results of commands about configuration files.
 *
 * @module
 */
import { boolean, integer, list, listing, map, object, result, text } from "./shape.ts";

const value = text("Its value");

/** `config properties`. */
export const FILE_PROPERTIES = listing({
  name: "config-properties",
  version: 1,
  commands: ["config properties"],
  about: "The properties that a file sets",
  columns: ["key", "value"],
  keys: { key: text("Name of the property"), value },
});

/** `config includes`. */
export const INCLUDES = listing({
  name: "config-includes",
  version: 1,
  commands: ["config includes"],
  about: "The files that configuration files include",
  columns: ["file"],
  keys: { file: text("Path of the file") },
});

/** `config cloud-config`. */
export const CLOUD_CONFIGS = listing({
  name: "config-cloud-config",
  version: 1,
  commands: ["config cloud-config"],
  about: "The cloud-config files of a configuration, in the order in which they are applied",
  columns: ["file"],
  keys: { file: text("Path of the file") },
});

/** `config packages`. */
export const PACKAGES = listing({
  name: "config-packages",
  version: 1,
  commands: ["config packages"],
  about: "The packages that the cloud-config files of a configuration install",
  columns: ["package"],
  keys: {
    package: text("Name of the package, with =VERSION where the file names one"),
    name: text("Name of the package"),
    version: text("Its version; empty where the file names none"),
  },
});

/** `ostypes`. */
export const OSTYPES = listing({
  name: "ostypes",
  version: 1,
  commands: ["ostypes"],
  about: "The operating systems that cloud-config can be applied to",
  columns: ["ostype"],
  keys: { ostype: text("Its name") },
});

/** `property list`. */
export const PROPERTIES = listing({
  name: "properties",
  version: 1,
  commands: ["property list"],
  about: "The global properties",
  columns: ["key", "value"],
  keys: { key: text("Name of the property"), value },
});

/** `i properties`. */
export const INSTANCE_PROPERTIES = listing({
  name: "instance-properties",
  version: 1,
  commands: ["i properties"],
  about: "All properties of instances",
  columns: ["key", "value"],
  keys: { instance: text("Name of the instance"), key: text("Name of the property"), value },
});

/** The number of bytes of a size that is shown as text. */
const bytes = integer("The size in bytes, as exact as the text is; null where it is not known", {
  orNull: true,
  optional: true,
});

/** Details that -l shows. */
const facts = {
  state: text("With -l: whether it exists", {
    optional: true,
    words: ["there", "missing", "unmounted", "unfinished"],
  }),
  size: text("With -l: the space that it takes, such as 1.5M", { optional: true }),
  bytes,
  snapshots: integer("With -l: the number of its snapshots", { optional: true }),
  clones: integer("With -l: the number of datasets that were cloned from them", { optional: true }),
  origin: text("With -l: the snapshot that it was cloned from", { optional: true }),
  mountpoint: text("With -l: its mountpoint as zfs prints it", { optional: true }),
} as const;

/** `i filesystems`. */
export const FILESYSTEMS = listing({
  name: "filesystems",
  version: 1,
  commands: ["i filesystems"],
  about: "The filesystems of instances",
  columns: ["filesystem", "path", "pattern", "flags"],
  keys: {
    instance: text("Name of the instance"),
    filesystem: text("Its key in the configuration"),
    path: text("The dataset, directory or volume"),
    pattern: text("The pattern that the path comes from"),
    flags: list("destroy, transient; below: a dataset in the filesystem", text("")),
    ...facts,
  },
});

/** `i devices`. */
export const DEVICES = listing({
  name: "devices",
  version: 1,
  commands: ["i devices"],
  about: "The disk devices of instances",
  columns: ["source", "path", "name", "dir", "filesystem"],
  keys: {
    instance: text("Name of the instance"),
    source: text("Directory of the host, or the volume"),
    path: text("Path in the instance"),
    name: text("Name of the device"),
    dir: text("What the configuration has as its dir"),
    filesystem: text("Key of its filesystem; empty where it has none"),
    ...facts,
  },
});

/** `profile list`. */
export const PROFILES = listing({
  name: "profiles",
  version: 1,
  commands: ["profile list"],
  about: "The profiles of instances, as configuration files say",
  columns: ["instance", "profiles"],
  keys: {
    instance: text("Name of the instance"),
    profiles: list("Its profiles in their order", text("")),
  },
});

const location = {
  file: text("Path of the file"),
  line: integer("The line, from 1", { optional: true }),
  column: integer("The column, from 1", { optional: true }),
} as const;

/** `config explain`. */
export const EXPLAIN = result(
  { name: "explain", version: 1, commands: ["config explain"] },
  list(
    "The values of a configuration",
    object("", {
      key: text("The key, as a dotted path"),
      value,
      from: { ...object("The place that it comes from", location), optional: true },
      overrides: list("The places that it overrides", object("", location)),
      note: text("A note about the value", { optional: true }),
      variables: {
        ...list(
          "The properties that the value refers to, if it is a pattern",
          object("", {
            name: text("Name of the property"),
            value: text("Its value; absent where each instance has another", { optional: true }),
            from: text("Where it is set"),
          }),
        ),
        optional: true,
      },
    }),
  ),
);

/** `config explain` as rows. */
export const EXPLAIN_ROWS = listing({
  name: "explain-rows",
  version: 1,
  commands: ["config explain --format"],
  about: "The values of a configuration and their places",
  columns: ["key", "value", "from"],
  keys: {
    key: text("The key, as a dotted path"),
    value,
    from: text("The place that it comes from, as FILE:LINE:COLUMN; empty for a default"),
    overrides: list("The places that it overrides", text("")),
    note: text("A note about the value; empty where there is none"),
  },
});

/** `config formats`. */
export const CONFIG_FORMATS = listing({
  name: "config-formats",
  version: 1,
  commands: ["config formats"],
  about: "The formats of configuration files that can be read",
  columns: ["format", "current"],
  keys: {
    format: text("The first line of its files"),
    current: boolean("It is the one that is written", { show: "star" }),
  },
});

/** `config print`. */
export const PRINTED = result(
  { name: "config", version: 1, commands: ["config print"] },
  map("A merged configuration: the keys of lxops config schema", { kind: "any", about: "" }),
);

/** `i description`. */
export const DESCRIPTIONS = listing({
  name: "descriptions",
  version: 1,
  commands: ["i description"],
  about: "The descriptions of configurations",
  columns: ["instance", "description"],
  keys: { instance: text("Name of the instance"), description: text("Its description") },
});

/** `i project`. */
export const CONFIG_PROJECTS = listing({
  name: "config-projects",
  version: 1,
  commands: ["i project"],
  about: "The projects of configurations",
  columns: ["instance", "project"],
  keys: {
    instance: text("Name of the instance"),
    project: text("Its project; empty where neither the command line nor the file names one"),
  },
});

/** `version`. */
export const VERSION_RESULT = result(
  { name: "version", version: 1, commands: ["version"] },
  object("The version of lxops", {
    version: text("The version"),
    commit: text("The commit that it was built from"),
    daemon: text("The daemon that it is for", { words: ["incus", "lxd"] }),
    title: text("That daemon as people write it"),
  }),
);
