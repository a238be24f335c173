/**
 * The schema of configuration files. Types, checks, the JSON Schema and the help topics derive from it.
 *
 * @module
 */
import * as z from "zod/mini";
import { preprocess } from "../../base/schemas.ts";
import { checkSchema } from "./check_schema.ts";
import { consentKeys } from "./consent_schemas.ts";
import { directoryKeys } from "./directory_schemas.ts";
import { deviceSchema, filesystemSchema } from "./entry_schemas.ts";
import { field, flag, list, map, oneOf, record, text } from "./fields.ts";
import { IDS, ORDERS, TYPES, WAITS } from "./keys.ts";
import { provisionFields } from "./provision_schemas.ts";
import { addressesSchema, afterSchema, idmapSchema, limitsSchema, portsSchema } from "./setting_schemas.ts";

/** Rules for merging keys of included files. */
const BY_KEY = "by key, the including file wins";
const APPENDED = "appended, those of included files first";
const REPLACED = "the including file wins";
/** The name of an instance is changed by a command. */
const BY_RENAME = { merge: REPLACED, takes: "the command `rename`" } as const;

const absent = (value: unknown) => value === null || value === "" ? undefined : value;

const words = (value: unknown) =>
  typeof value === "string"
    ? value.split(/[\s,]+/).filter((word) => word !== "" && word !== "~")
    : value ?? [];

/** The schema of a configuration file. */
export const configSchema = record({
  description: field(text, {
    default: "",
    description:
      "Purpose of the configuration. `publish` uses its first line. Not inherited through `include`.",
  }),
  ostype: field(text, {
    default: "",
    description:
      "Distribution of the instance, which determines how packages are installed and users created. `lxops ostypes` " +
      "lists them. By default it is read from the image or the instance.",
    examples: ["alpine", "debian"],
  }),
  image: field(text, {
    default: "",
    kind: "Pattern",
    description: "Image of the instance, with its remote.",
    examples: ["images:alpine/3.20", "(alpine-image)"],
  }),
  project: field(text, {
    default: "",
    description: "Project of the instance.",
  }),
  type: field(preprocess(absent, z.optional(oneOf(TYPES))), {
    description:
      "Type of the instance. The default is container, unless `lxc-options` has --vm. The image must be of the same " +
      "type.",
  }),
  target: field(text, {
    default: "",
    kind: "Pattern",
    description:
      "Cluster member, or @GROUP of members, on which the instance is created. By default it is the member that lxops " +
      "is connected to if the instance has directories on it, otherwise the daemon chooses one.",
    examples: ["(member)"],
  }),
  host: field(text, {
    default: "",
    kind: "Pattern",
    description:
      "Machine with the directories of filesystems and devices, if it is another than the one that lxops runs on: " +
      "ssh://[USER@]HOST[:PORT]. Programs such as zfs and mkdir run there by ssh, without prompts. Options of ssh can " +
      "follow, for example ?IdentityFile=PATH.",
    examples: ["ssh://root@(node)"],
  }),
  origin: field(text, {
    default: "",
    kind: "Pattern",
    description:
      "Instance or snapshot that is copied to create the new instance: [PROJECT_]INSTANCE[/SNAPSHOT].",
    examples: ["template/ready"],
  }),
  "device-template": field(text, {
    default: "",
    kind: "Pattern",
    description:
      "Instance whose device directories are copied to the new instance. Ignored with `device-origin`.",
  }),
  "device-origin": field(text, {
    default: "",
    kind: "Pattern",
    description: "Snapshot INSTANCE@SNAPSHOT whose ZFS filesystems are cloned for the new instance.",
    examples: ["template@ready"],
  }),
  "source-config": field(text, {
    default: "",
    kind: "Path",
    description:
      "Configuration file of the instance in `origin`, `device-template` or `device-origin`, if its filesystems " +
      "differ from those of this file.",
  }),
  "lxc-options": field(list(text), {
    default: [],
    description:
      "Options of the daemon's client for creating the instance. The list of an including file replaces those of " +
      "included files.",
    examples: [["--vm"]],
  }),
  profiles: field(list(text), {
    default: [],
    description:
      "Profiles of the instance; the default is `default`. The instance's own profile is added as the last and is not " +
      "listed. Lists of included files come first.",
  }),
  "profile-pattern": field(text, {
    default: "",
    kind: "Pattern",
    description: "Name of the instance's own profile. The default is (instance).lxops.",
  }),
  "device-owner": field(text, {
    default: "",
    kind: "Pattern",
    description:
      "Owner UID:GID on the host of new device directories. The default is the first id of the daemon's id map.",
    examples: ["1000000:1000000"],
  }),
  extract: field(preprocess(absent, z.optional(flag)), {
    description:
      "Fill new device directories with the image's content at their paths. By default they are empty, except for " +
      "those that are missing in the `device-template`.",
  }),
  filesystems: field(map(filesystemSchema), {
    default: {},
    description:
      "Places on the host for the instance's directories, created with the instance. `devices` refer to their keys. " +
      "An entry of an including file replaces the whole included entry with the same key.",
  }),
  devices: field(map(deviceSchema), {
    default: {},
    description:
      "Directories of the host that are attached to the instance as disk devices, through its own profile, and devices " +
      "of other kinds, which say their `type`; see `help device`. An entry of an including file replaces the whole " +
      "included entry with the same key.",
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
      "Configuration files that are merged before this one, depth first and in order. Paths are relative to this file. " +
      "A path with a (name) without a value is left out.",
  }),
  "cloud-config-files": field(list(text), {
    default: [],
    kind: "Path",
    description:
      "Cloud-config files that are applied to the instance in order, those of included files first. Paths are resolved " +
      "as in `include`.",
  }),
  order: field(preprocess(absent, z.optional(oneOf(ORDERS))), {
    description: "Order of the sections of each cloud-config file: that of lxops or that of cloud-init.",
  }),
  wait: field(preprocess(words, list(oneOf(WAITS))), {
    default: [],
    yaml: "words",
    description:
      "Conditions that an instance must meet before it is configured. The default is an address if the instance has a " +
      "network interface.",
  }),
  ids: field(preprocess(absent, z.optional(oneOf(IDS))), {
    description:
      "What `rebuild` does so that files on devices keep their owners. keep (the default): users and groups that the " +
      "new image lacks get the ids that they had, before packages are installed, and other new ones get none of " +
      "those; ids of the image that differ are reported if files on devices have them. With a cloud-config, the rebuild is " +
      "refused if the old ids cannot be read. warn: only reported. refuse: as keep, and the rebuild fails if an id differs.",
  }),
  checks: field(list(checkSchema), {
    default: [],
    description:
      "Checks that an instance must pass after it is configured; see `help check`. `launch`, `rebuild`, `configure " +
      "--check` and `check` run them. Checks of included files come first.",
  }),
  name: field(text, {
    default: "",
    description: "Name of the instance, unless --name gives another. The default is that of the file.",
    ...BY_RENAME,
  }),
  ports: field(portsSchema, {
    default: [],
    kind: "text or Port",
    description:
      "Ports of the host that are forwarded to the instance, as in compose files: [ADDRESS:]PORT:PORT[/udp], also " +
      "with ranges. An entry can be a map; see `help port`. They are refused where something else listens.",
    examples: [["8080:80", "127.0.0.1:5353:53/udp", "9000-9010:9000-9010"]],
    merge: APPENDED,
    daemons: "both; virtual machines with nat only",
    takes: "nothing",
  }),
  addresses: field(addressesSchema, {
    default: {},
    description:
      "Static addresses, by NIC: an IPv4 address, an IPv6 address or both. They must be in the NIC's managed network, " +
      "outside of its dynamic ranges, and free. IPv6 needs ipv6.dhcp.stateful of the network.",
    examples: [{ eth0: "10.0.0.5" }, { eth0: ["10.0.0.5", "fd42::5"] }],
    merge: BY_KEY,
    takes: "nothing; the instance gets the address with its next lease",
  }),
  limits: field(limitsSchema, {
    default: { cpu: "", memory: "", disk: "", processes: "" },
    description:
      "Limits of the instance; see `help limits`. Keys of the daemon that are not among them can be in `config`.",
    examples: [{ cpu: 2, memory: "1GiB", disk: "10GiB", processes: 500 }],
    merge: BY_KEY,
    takes: "nothing; the size of a virtual machine's root disk a restart",
  }),
  autostart: field(preprocess(absent, z.optional(flag)), {
    description:
      "Start the instance with the daemon, or not. By default it starts if it ran when the daemon stopped. Spares never " +
      "start.",
    merge: REPLACED,
    takes: "nothing",
  }),
  config: field(map(text), {
    default: {},
    description:
      "Configuration of the instance, by the daemon's keys. (names) are not replaced. An empty value takes the key of an " +
      "included file away.",
    examples: [{ "security.nesting": "true", "environment.TZ": "Europe/Berlin" }],
    merge: BY_KEY,
    takes: "nothing or a restart, by the key",
  }),
  after: field(afterSchema, {
    default: {},
    description:
      "Instances that `up` starts first, by name: a list, or a map with how far they must be; see `help after`.",
    examples: [["db"], { db: { until: "healthy" } }],
    merge: BY_KEY,
    takes: "nothing",
  }),
  logs: field(list(text), {
    default: [],
    description: "Paths of log files in the instance, which `logs` shows.",
    examples: [["/var/log/nginx/error.log"]],
    merge: APPENDED,
    takes: "nothing",
  }),
  idmap: field(idmapSchema, {
    default: [],
    kind: "text or Id mapping",
    description:
      "Users and groups of the host that are users and groups of the container: [uid|gid|both] HOST GUEST, also with " +
      "ranges, or a map; see `help idmap`. /etc/subuid and /etc/subgid of the daemon's host must give root the ids of " +
      "the host.",
    examples: [["1000 1000", "gid 100-109 100-109"]],
    merge: APPENDED,
    daemons: "both; containers only",
    takes: "a restart",
  }),
  ...directoryKeys,
  ...consentKeys,
  ...provisionFields,
  "keep-old": field(preprocess(absent, z.optional(flag)), {
    description:
      "`rebuild` keeps the old instance, stopped, as a spare, in the place of an earlier one. `rebuild --back` swaps it " +
      "in again, and `prune` deletes it. The default is no.",
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
  "name",
] as const;

export { deviceSchema, filesystemSchema } from "./entry_schemas.ts";
