/**
 * The schema of configuration files. Types, checks, the JSON Schema and the help topics derive from it.
 *
 * @module
 */
import * as z from "zod/mini";
import { preprocess } from "../../base/schemas.ts";
import { field, flag, list, map, oneOf, record, text } from "./fields.ts";

/** The conditions that an instance can be waited for before it is configured. */
export const WAITS = ["network", "ipv4", "ipv6", "exec"] as const;

/** The orders in which cloud-config files can be applied. */
export const ORDERS = ["lxops", "cloud-init"] as const;

/** The types of instances. */
export const TYPES = ["container", "virtual-machine"] as const;

const absent = (value: unknown) => value === null || value === "" ? undefined : value;

const words = (value: unknown) =>
  typeof value === "string"
    ? value.split(/[\s,]+/).filter((word) => word !== "" && word !== "~")
    : value ?? [];

/** The schema of an entry of `filesystems`. */
export const filesystemSchema = preprocess(
  (value) => value === null ? {} : value,
  record({
    pattern: field(text, {
      default: "",
      kind: "Pattern",
      description:
        "Where the filesystem is: a ZFS dataset, a plain directory where it starts with a slash, or volume:POOL/NAME, a " +
        "custom volume of the daemon. It should contain (instance), so that each instance has its own.",
      examples: ["(fsroot)/(instance)", "/srv/lxops/(instance)", "volume:default/(instance)"],
    }),
    zfsproperties: field(map(text), {
      default: {},
      description: "ZFS properties that the dataset is created or cloned with.",
      examples: [{ recordsize: "16K", compression: "lz4" }],
    }),
    properties: field(map(text), {
      default: {},
      description:
        "Configuration that a volume of the daemon is created with, as the daemon's manual names it.",
      examples: [{ size: "10GiB" }],
    }),
    destroy: field(flag, {
      default: false,
      description: "Whether `destroy` may destroy it. Without it, the filesystem outlives its instance.",
    }),
    transient: field(flag, {
      default: false,
      description:
        "Holds nothing worth keeping, like /tmp: it is left out of snapshot, rollback, export, import, copies and " +
        "clones.",
    }),
  }),
).register(z.globalRegistry, { kind: "Filesystem" });

/** The schema of an entry of `devices`. */
export const deviceSchema = preprocess(
  (value) => value === null ? {} : value,
  record({
    path: field(text, {
      default: "",
      description: "Where the directory appears in the instance.",
      examples: ["/home", "/var/log"],
    }),
    filesystem: field(text, {
      default: "",
      description:
        "Key of the filesystem that the directory is in. Without it, `dir` is an absolute path of the host, which " +
        "is attached as it is and never created.",
    }),
    dir: field(text, {
      default: "",
      kind: "Pattern",
      description:
        "Directory in the filesystem. By default the device's key, and of a volume the volume itself; `.` is the " +
        "filesystem itself; an absolute path is used as it is.",
    }),
    readonly: field(flag, {
      default: false,
      description: "Whether the instance can only read it.",
    }),
    shift: field(flag, {
      default: false,
      description:
        "Whether the daemon shifts ids where it mounts the directory (an idmapped mount), so that the directory itself " +
        "has the container's own ids, from 0. Not every daemon, kernel and filesystem can; lxops says so.",
    }),
    extract: field(preprocess(absent, z.optional(flag)), {
      description:
        "Whether the directory gets what the image has at `path` when it is made, with owners as the instance's id map " +
        "says. By default as the configuration's own `extract` says, and no where the filesystem is transient.",
    }),
  }),
).register(z.globalRegistry, { kind: "Device" });

/** The schema of a configuration file. */
export const configSchema = record({
  description: field(text, {
    default: "",
    description:
      "What the configuration is for; `publish` uses its first line. Not inherited through `include`.",
  }),
  ostype: field(text, {
    default: "",
    description:
      "Distribution of the instance: says how packages are installed and users made. `lxops ostypes` lists them. " +
      "Without it, the image or the instance tells.",
    examples: ["alpine", "debian"],
  }),
  image: field(text, {
    default: "",
    kind: "Pattern",
    description: "Image that the instance is made from, with its remote.",
    examples: ["images:alpine/3.20", "(alpine-image)"],
  }),
  project: field(text, {
    default: "",
    description: "Project of the daemon that the instance belongs to.",
  }),
  type: field(preprocess(absent, z.optional(oneOf(TYPES))), {
    description:
      "What the instance is; a container where neither this nor `lxc-options` says virtual-machine. Its image must " +
      "be one of that.",
  }),
  target: field(text, {
    default: "",
    kind: "Pattern",
    description:
      "Member of the cluster, or @GROUP of members, that the instance is created on. By default the member that " +
      "lxops talks to where the instance has directories of it, and else one that the daemon chooses.",
    examples: ["(member)"],
  }),
  host: field(text, {
    default: "",
    kind: "Pattern",
    description:
      "Machine that the directories of the filesystems and devices are on, where it is not the one that lxops runs " +
      "on: ssh://[USER@]HOST[:PORT]. zfs, mkdir and the like are run there by ssh, which asks nothing; options of ssh " +
      "can follow, as ?IdentityFile=PATH.",
    examples: ["ssh://root@(node)"],
  }),
  origin: field(text, {
    default: "",
    kind: "Pattern",
    description:
      "Instance, or snapshot of one, that the new instance is a copy of: [PROJECT_]INSTANCE[/SNAPSHOT].",
    examples: ["template/ready"],
  }),
  "device-template": field(text, {
    default: "",
    kind: "Pattern",
    description:
      "Instance whose device directories are copied into the new ones. Ignored where there is a `device-origin`.",
  }),
  "device-origin": field(text, {
    default: "",
    kind: "Pattern",
    description: "INSTANCE@SNAPSHOT: the new ZFS filesystems are clones of that instance's snapshots.",
    examples: ["template@ready"],
  }),
  "source-config": field(text, {
    default: "",
    kind: "Path",
    description:
      "Configuration file of the instance that `origin`, `device-template` or `device-origin` names, where its " +
      "filesystems are not laid out as in this one.",
  }),
  "lxc-options": field(list(text), {
    default: [],
    description:
      "Options of the daemon's client that the instance is created with. An including file's list replaces that of " +
      "the files it includes.",
    examples: [["--vm"]],
  }),
  profiles: field(list(text), {
    default: [],
    description:
      "Profiles of the instance; `default` where there are none. The instance's own profile comes last and is not " +
      "listed. Lists of included files come first.",
  }),
  "profile-pattern": field(text, {
    default: "",
    kind: "Pattern",
    description: "Name of the instance's own profile. By default (instance).lxops.",
  }),
  "device-owner": field(text, {
    default: "",
    kind: "Pattern",
    description:
      "UID:GID, on the host, of directories that are made for devices. By default the first id of the daemon's id map.",
    examples: ["1000000:1000000"],
  }),
  extract: field(preprocess(absent, z.optional(flag)), {
    description:
      "Whether device directories get what the image has at their paths when they are made. Without it they start " +
      "empty, but for those that a `device-template` should have and has not.",
  }),
  filesystems: field(map(filesystemSchema), {
    default: {},
    description:
      "Places on the host for the instance's directories, made when the instance is. The keys are for `devices` to " +
      "refer to. An including file's entry replaces the included one of the same key as a whole.",
  }),
  devices: field(map(deviceSchema), {
    default: {},
    description:
      "Directories of the host that are attached to the instance as disk devices, through its own profile. An " +
      "including file's entry replaces the included one of the same key as a whole.",
  }),
  properties: field(map(text), {
    default: {},
    description:
      "Values for the (names) in patterns. They override global properties and those of included files.",
  }),
  include: field(list(text), {
    default: [],
    kind: "Path",
    description:
      "Configuration files that this one builds on, depth first and in order. Paths are relative to this file; one " +
      "with a (name) that has no value is left out.",
  }),
  "cloud-config-files": field(list(text), {
    default: [],
    kind: "Path",
    description:
      "Cloud-config files that are applied to the instance, in order, those of included files first. Paths are as " +
      "in `include`.",
  }),
  order: field(preprocess(absent, z.optional(oneOf(ORDERS))), {
    description:
      "Order of the sections of each cloud-config file: as lxops has always applied them, or as cloud-init does.",
  }),
  wait: field(preprocess(words, list(oneOf(WAITS))), {
    default: [],
    yaml: "words",
    description:
      "What an instance must have before it is configured. By default an address where it has a network interface.",
  }),
});

/** The checked values of one configuration file. */
export type RawConfig = z.output<typeof configSchema>;

/** The keys with one text, which an including file replaces. */
export const SCALARS = [
  "ostype",
  "image",
  "project",
  "target",
  "host",
  "origin",
  "device-template",
  "device-origin",
  "source-config",
  "profile-pattern",
  "device-owner",
] as const;
