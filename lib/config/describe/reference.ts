/**
 * The help topics about configuration files, generated from their schemas.
 *
 * @module
 */
import type * as z from "zod/mini";
import { fill } from "../../base/wrap.ts";
import type { Format } from "../format.ts";
import { FORMATS } from "../formats/format.ts";
import { HEADER } from "../header.ts";
import { checkSchema } from "../schema/check_schema.ts";
import { DEVICE_KINDS, type DeviceKind } from "../schema/keys.ts";
import { kindSchema } from "../schema/device_schemas.ts";
import { directorySchema, filesystemSchema } from "../schema/entry_schemas.ts";
import { configSchema } from "../schema/schema.ts";
import { hookSchema, hooksSchema, secretSchema } from "../schema/provision_schemas.ts";
import { HOOKS, KEEP, SECRETS } from "./provision_texts.ts";
import { afterEntrySchema, idmapEntrySchema, limitsSchema, portSchema } from "../schema/setting_schemas.ts";
import { metaOf, unwrap } from "../schema/structure.ts";

/** A key of a map in a configuration file. */
export interface Field {
  readonly key: string;
  /** `text`, `Pattern`, `Path`, `true or false`, `list of ...`, `map of ...`, or the possible words. */
  readonly kind: string;
  readonly description: string;
  readonly examples: readonly unknown[];
  /** Lines about merging, the daemons that have it, and the consequence of a change. */
  readonly notes: readonly string[];
}

/** Introductions to the kinds of devices. */
const KIND_INTROS: Readonly<Record<DeviceKind, string>> = {
  gpu:
    "type: gpu is a GPU of the host. Both daemons; a change takes nothing, or a restart of a virtual machine.",
  nic:
    "type: nic is a network interface. It replaces one of the same name of the other profiles. Both daemons; a change " +
    "takes nothing.",
  proxy:
    "type: proxy forwards connections; `ports` is a short way to say the usual one. Both daemons, containers only " +
    "unless with nat; a change takes nothing.",
  tmpfs:
    "type: tmpfs is a directory in memory, which is empty after each start. Daemons with container_disk_tmpfs (Incus " +
    "6.16), containers only; a change takes nothing.",
  "unix-block":
    "type: unix-block is a block device of the host. Both daemons, containers only; a change takes nothing.",
  "unix-char":
    "type: unix-char is a character device of the host. Both daemons, containers only; a change takes nothing.",
  "unix-hotplug":
    "type: unix-hotplug are devices that come and go, such as a USB modem. Both daemons, containers only; a change takes " +
    "nothing.",
  usb: "type: usb are USB devices of the host. Both daemons; a change takes nothing.",
};

const SCALARS: Readonly<Record<string, string>> = {
  text: "text",
  flag: "true or false",
  integer: "number",
  octal: "octal number",
  duration: "duration",
};

function kindOf(schema: z.ZodMiniType): string {
  const def = unwrap(schema);
  const { kind, yaml } = metaOf(schema);
  if (def.type === "array" && def.element) return `list of ${kind ?? kindOf(def.element)}`;
  if (def.type === "record" && def.valueType) return `map of ${kindOf(def.valueType)}`;
  if (def.type === "enum") return Object.values(def.entries ?? {}).join(" or ");
  return kind ?? SCALARS[yaml ?? ""] ?? def.type;
}

/** Lists the keys of a map that a schema describes. */
export function fieldsOf(schema: z.ZodMiniType): readonly Field[] {
  return Object.entries(unwrap(schema).shape ?? {}).map(([key, field]) => {
    const { description = "", examples = [], merge, daemons, takes } = metaOf(field);
    const notes = takes === undefined && merge === undefined ? [] : [
      ...(merge === undefined ? [] : [`Merged: ${merge}.`]),
      `Daemons: ${daemons ?? "both"}.`,
      ...(takes === undefined ? [] : [`A change takes ${takes}.`]),
    ];
    return { key, kind: kindOf(field), description, examples, notes };
  });
}

function exampleText(example: unknown): string {
  if (typeof example === "string") return example;
  const text = JSON.stringify(example).replaceAll('":', '": ').replaceAll(/([\]}"]),/g, "$1, ");
  return text.replaceAll('"', "");
}

/** Renders the keys of a map. */
export function fieldText(fields: readonly Field[]): string {
  return fields.map(({ key, kind, description, examples, notes }) => {
    const shown = examples.length === 0
      ? ""
      : `\n${fill(`Example: ${examples.map(exampleText).join(", or ")}`, "      ", 78, "    ")}`;
    const more = notes.length === 0 ? "" : `\n${fill(notes.join(" "), "    ")}`;
    return `  ${key}  (${kind})\n${fill(description, "    ")}${more}${shown}`;
  }).join("\n\n");
}

/** Renders an introduction and the keys of a map. */
export function section(intro: string, schema: z.ZodMiniType): string {
  return `${intro.split("\n\n").map((one) => one.startsWith(" ") ? one : fill(one, "")).join("\n\n")}\n\n${
    fieldText(fieldsOf(schema))
  }\n`;
}

function paragraphs(...texts: readonly string[]): string {
  return `${texts.map((text) => text.startsWith(" ") ? text : fill(text, "")).join("\n\n")}\n`;
}

function formats(own: readonly Format[] = []): string {
  const list = [...FORMATS, ...own].map(({ header, description }) => `  ${header}  ${description}`).join(
    "\n",
  );
  return paragraphs(
    "The first line of a configuration file names its format.",
    `  ${HEADER}  The current format\n${list}`,
    'Older files can be read directly; "config convert" rewrites them in the current format and keeps comments. Files of ' +
      'lxdops from before February 2023 have no such line: "config convert --from lxdops-old" converts a file to a ' +
      "configuration and a cloud-config file.",
  );
}

function pattern(): string {
  return paragraphs(
    "A pattern is text in which each (name) is replaced by the property of that name. Values of properties are not " +
      "expanded again, and literal parentheses are not possible. A name without a property is an error.",
    "These keys are patterns: image, origin, device-template, device-origin, profile-pattern, device-owner, the pattern " +
      "of a filesystem and the dir of a device.",
    "  filesystems:\n    host:\n      pattern: (fsroot)/(instance)",
    'With "property set fsroot tank/host" and an instance "web" this is the dataset tank/host/web.',
  );
}

function path(): string {
  return paragraphs(
    "Paths in include, cloud-config-files and source-config are relative to the directory of the file that has them. " +
      "A path that starts with a slash is absolute.",
    "A (name) in a path of include or cloud-config-files is replaced by a global property or one of -P. If there is no " +
      'such property, or it is empty, the path is left out: "-P name=value" selects which files are included. Properties ' +
      "of configuration files are not used here, and source-config is taken literally.",
    'The characters | ; , and : are reserved in paths. "config includes" lists what is included and what is left out.',
  );
}

function directory(): string {
  return paragraphs(
    "A directory with a configuration called lxops.yaml is a container: lxops up DIRECTORY, and lxops init writes one. It is named by its key name, " +
      "or else like the directory. A directory above means all containers below it. Beside the file, each where it is there:",
    "  conf/            /usr/local/conf of the container, read-only\n" +
      "  bin/             /usr/local/sbin, read-only\n" +
      "  data/            /usr/local/data; a symbolic link's target. Made, and given\n" +
      "                   to the container's root, where there is conf/, bin/ or\n" +
      "                   bootstrap.sh. No command deletes it unless you say so\n" +
      "                   by destroy: true of a filesystem called data\n" +
      "  cloud-config/    its files *.cfg in the order of their names, after those\n" +
      "                   of cloud-config-files\n" +
      "  bootstrap.sh     runs once in each new root filesystem, after everything\n" +
      "                   else, with the settings in its environment\n" +
      "  .env             settings that are secret",
    "A device of the same name, or at the same path in the container, takes the place of one of these, and a list of " +
      "cloud-config-files that names files of cloud-config/ that of the whole list. (dir) is the path of the directory, and " +
      "(name) the name of the container.",
    "All of this holds for files called lxops.yaml unless they say directory: false, and for others that say directory: true. " +
      "With directory: no-devices, conf/, bin/ and data/ are not attached and all else holds: what an instance has in their places " +
      "stays visible, as init --from INSTANCE writes it. " +
      "A file that says directory: false is named like the file. Where the instance that has the name of the directory was " +
      'made from another file, commands do not change it unless --name or --adopt says that it is the one that is meant. "up --adopt" notes the ' +
      "new place of a directory that was moved. A directory that gives another name needs the name in its file, too, as name: OLD, " +
      "or its instance renamed: lxops rename. No flag gives the data that one instance has to another one.",
    "bootstrap.sh does not run again by itself: where it, or a setting that it reads, is another one than when it ran, plan " +
      'and up say so. "up --bootstrap" runs it again, "up --take live" leaves the instance as it is.',
    "Settings are the values of environment in the configuration and of .env. ${NAME} in a value of the configuration is " +
      "replaced by the setting, or by the variable of that name of the environment of lxops; also ${NAME:-DEFAULT}, " +
      "${NAME:?ERROR} and ${NAME:+OTHER}, nested, as in compose files. $$ is a dollar sign; one without braces stays. A " +
      "name without a value is an error. Settings are not put into the instance's own environment.",
    ".env has the syntax of compose: NAME=VALUE, quotes, escapes and comments. If a setting is in several places, the last " +
      "one counts: .env, --env-file, the environment of lxops, environment in the configuration, -e NAME=VALUE. Values of .env and of " +
      "--env-file are not shown without --show-secrets, apart from those of one or two characters; in what bootstrap.sh and commands of " +
      "cloud-config files print *** takes their place, and that of secrets.",
    "examples/services in the sources of lxops has six directories to start from: DNS, a VPN, a web server with TLS, " +
      "PostgreSQL, a git server and home automation.",
  );
}

function properties(): string {
  return paragraphs(
    "Properties are the values of (names) in patterns. If several have the same name, the last one counts:",
    "  1. properties.d/*.yaml in the directory of lxops, sorted by file name\n" +
      "  2. properties.yaml there, or the file of --properties\n" +
      "  3. properties of the configuration; those of an including file override included ones\n" +
      "  4. -P name=value\n" +
      "  5. built-in ones:",
    "  instance          name of the instance\n" +
      "  project           its project, or default\n" +
      "  project/          empty in the default project, otherwise the project and a slash\n" +
      "  project_instance  PROJECT_INSTANCE, or the instance in the default project",
    "The directory of lxops is $XDG_CONFIG_HOME/lxops, or ~/.config/lxops.",
  );
}

/** The help topics about configuration files by name; `own` are additional formats. */
export const TOPICS: Readonly<Record<string, (own?: readonly Format[]) => string>> = {
  config: () =>
    section(
      `A configuration file is YAML whose first line is ${HEADER}. It describes instances: their images, and the ` +
        "directories of the host that are attached to them. All keys are optional. A text of an including file replaces " +
        "that of included files.",
      configSchema,
    ),
  filesystem: () => section("An entry of filesystems has these keys:", filesystemSchema),
  device: () =>
    `${section("An entry of devices that is a directory has these keys:", directorySchema)}\n${
      DEVICE_KINDS.map((kind) => section(KIND_INTROS[kind], kindSchema(kind))).join("\n")
    }`,
  port: () => section("An entry of ports that is a map has these keys:", portSchema()),
  limits: () => section("limits has these keys:", limitsSchema),
  after: () => section("An entry of after that is a map has these keys:", afterEntrySchema()),
  idmap: () => section("An entry of idmap that is a map has these keys:", idmapEntrySchema()),
  hooks: () =>
    `${section(HOOKS, hooksSchema)}\n${section("A hook that is a map has these keys:", hookSchema())}`,
  keep: () => KEEP,
  secrets: () => section(SECRETS, secretSchema()),
  check: () =>
    section(
      "An entry of checks has one of exec, tcp and http, and these keys. Names and defaults are those of docker compose's " +
        "health checks. The first attempt is made at once.",
      checkSchema,
    ),
  pattern,
  path,
  directory,
  properties,
  formats,
};
