/**
 * Converts lxdops files from before February 2023. They had no header, and contained what cloud-config files contain
 * now: one becomes a configuration and one or two cloud-config files.
 *
 * @module
 */
import { basename, dirname, extname, join } from "@std/path";
import * as z from "zod/mini";
import { ConfigError, type Issue } from "../../base/errors.ts";
import { flag, list, map, record, text } from "../schema/fields.ts";
import { HEADER } from "../header.ts";
import { GONE } from "../lxdops_gone.ts";
import { cloudConfigs, scriptSchema, userSchema } from "./lxdops_old_cloud.ts";
import { toYaml } from "../print.ts";
import { parseSource } from "../yaml/source.ts";
import { sortIssues, validate } from "../schema/validate.ts";

/** The files of a conversion, and the issues about keys that could not be converted. */
export interface Conversion {
  /** The files; the configuration is the first. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly issues: readonly Issue[];
}

const filesystem = record({
  id: z.optional(text),
  pattern: z._default(text, ""),
  zfsproperties: z.optional(map(text)),
  destroy: z.optional(flag),
});

const device = record({
  name: z.optional(text),
  path: z._default(text, ""),
  filesystem: z.optional(text),
  dir: z.optional(text),
  dataset: z.optional(text),
  recordsize: z.optional(text),
  zfsproperties: z.optional(map(text)),
});

const optionalText = z.optional(text);

const oldSchema = record({
  description: optionalText,
  os: z.nullish(record({ name: optionalText, image: optionalText, version: optionalText })),
  project: optionalText,
  container: optionalText,
  "profile-pattern": optionalText,
  "profile-config": z.optional(map(text)),
  origin: optionalText,
  "device-template": optionalText,
  "device-origin": optionalText,
  "source-config": optionalText,
  "source-filesystems": z.optional(map(text)),
  "lxc-options": z.optional(list(text)),
  include: z.optional(list(text)),
  "host-fs": optionalText,
  filesystems: z.optional(z.union([list(filesystem), map(filesystem)])),
  devices: z.optional(z.union([list(device), map(device)])),
  "device-owner": optionalText,
  profiles: z.optional(list(text)),
  "profiles-config": z.optional(list(text)),
  "profiles-run": z.optional(list(text)),
  properties: z.optional(map(text)),
  repositories: z.optional(list(text)),
  require: z.optional(list(text)),
  "pre-scripts": z.optional(list(scriptSchema)),
  packages: z.optional(list(text)),
  users: z.optional(list(userSchema)),
  files: z.optional(list(record({
    path: z._default(text, ""),
    source: z._default(text, ""),
    mode: optionalText,
    recursive: z.optional(flag),
    uid: optionalText,
    gid: optionalText,
    user: optionalText,
    group: optionalText,
  }))),
  scripts: z.optional(list(scriptSchema)),
  passwords: z.optional(list(text)),
  pull: z.optional(z.unknown()),
  snapshot: optionalText,
  stop: z.optional(flag),
});

/** The checked values of an old file. */
export type OldConfig = z.output<typeof oldSchema>;

/** Adds an issue about a lost key, at the place of the key. */
export type Lost = (path: readonly (string | number)[], message: string) => void;

/** Rewrites built-in properties, which began with a dot. */
function pattern(text: string): string {
  return text.replaceAll(/\(\.(?:container|instance)\)/g, "(instance)");
}

function named<T>(
  entries: readonly T[] | Readonly<Record<string, T>>,
  name: (entry: T) => string | undefined,
) {
  if (!Array.isArray(entries)) return Object.entries(entries as Readonly<Record<string, T>>);
  return entries.map((entry: T) => [name(entry) || "default", entry] as const);
}

const ZFS_ROOT = "(zfsroot)";

function storage(old: OldConfig, lost: Lost) {
  const filesystems: Record<string, unknown> = {};
  for (const [id, entry] of named(old.filesystems ?? {}, ({ id }) => id)) {
    const { zfsproperties, destroy } = entry;
    filesystems[id] = {
      pattern: pattern(entry.pattern),
      ...(zfsproperties ? { zfsproperties } : {}),
      ...(destroy === undefined ? {} : { destroy }),
    };
  }
  const devices: Record<string, unknown> = {};
  const implied = old.filesystems === undefined ? "host" : "default";
  for (const [name, entry] of named(old.devices ?? {}, ({ name }) => name)) {
    const properties = {
      ...entry.zfsproperties,
      ...(entry.recordsize ? { recordsize: entry.recordsize } : {}),
    };
    const own = entry.dataset !== undefined || Object.keys(properties).length > 0;
    const dir = entry.dir === undefined ? undefined : pattern(entry.dir);
    const id = own ? name : entry.filesystem || (dir?.startsWith("/") ? undefined : implied);
    if (own) {
      const dataset = entry.dataset === undefined ? undefined : pattern(entry.dataset);
      filesystems[name] = {
        pattern: dataset ?? `${ZFS_ROOT}/${old["host-fs"] || "host"}/(instance)/${name}`,
        ...(Object.keys(properties).length > 0 ? { zfsproperties: properties } : {}),
      };
    } else if (id === "host" && filesystems.host === undefined) {
      filesystems.host = { pattern: `${ZFS_ROOT}/${old["host-fs"] || "host"}/(instance)` };
    }
    devices[name] = {
      path: entry.path,
      ...(id === undefined ? {} : { filesystem: id }),
      ...(own && dir === undefined ? { dir: "." } : dir === undefined ? {} : { dir }),
    };
  }
  if (JSON.stringify(filesystems).includes(ZFS_ROOT)) {
    lost(["devices"], 'The dataset that all filesystems were in is now the property "zfsroot"; set it');
  }
  return { filesystems, devices };
}

const IMAGES: Readonly<Record<string, string>> = { ubuntu: "ubuntu:" };

function image(os: OldConfig["os"]): string | undefined {
  if (os?.image || !os?.version) return os?.image;
  const name = os.name ?? "";
  return IMAGES[name] !== undefined ? `${IMAGES[name]}${os.version}` : `images:${name}/${os.version}`;
}

function configuration(
  old: OldConfig,
  cloudConfigFiles: readonly string[],
  lost: Lost,
): Record<string, unknown> {
  const { filesystems, devices } = storage(old, lost);
  const data: Record<string, unknown> = {
    description: old.description,
    ostype: old.os?.name,
    image: image(old.os),
    project: old.project,
    origin: old.origin,
    "device-template": old["device-template"],
    "device-origin": old["device-origin"],
    "source-config": old["source-config"],
    "lxc-options": old["lxc-options"],
    profiles: old.profiles,
    "profile-pattern": old["profile-pattern"],
    "device-owner": old["device-owner"],
    filesystems,
    devices,
    properties: old.properties,
    include: old.include,
    "cloud-config-files": cloudConfigFiles,
  };
  const empty = (value: unknown) =>
    value === undefined || value === "" ||
    (typeof value === "object" && Object.keys(value ?? {}).length === 0);
  return Object.fromEntries(Object.entries(data).filter(([, value]) => !empty(value)));
}

/** Returns the comments before the first key, which describe the file; other comments are lost. */
function leadingComments(text: string): string {
  return /^\ufeff?((?:[ \t]*(?:#[^\n]*)?\n)*)/.exec(text)?.[1]?.replaceAll("\r", "") ?? "";
}

/**
 * Converts an old file. Files of the host that it names are read and become part of the cloud-config. Unreadable
 * files and keys without a successor are issues. `stem` is the beginning of the new files' names.
 */
export async function convertOld(
  file: string,
  content: string,
  readText: (path: string) => Promise<string | undefined>,
  stem: string = basename(file, extname(file)),
): Promise<Conversion> {
  const source = parseSource(file, content);
  const { value: old, issues: found } = validate(oldSchema, source, { data: source.data ?? {} });
  if (old === undefined) throw new ConfigError(found);
  const issues = [...found];
  const lost: Lost = (path, message) => {
    issues.push({ ...source.locate(path), key: path.join("."), message, severity: "warning" });
  };
  for (const [key, successor] of Object.entries(GONE)) {
    if ((old as Record<string, unknown>)[key] !== undefined) lost([key], `It is not converted: ${successor}`);
  }
  for (const key of Object.keys(source.data as object ?? {}).filter((key) => key.startsWith("x-"))) {
    lost([key], "It is not converted: lxops has no key of this name; copy its content by hand");
  }
  const parts = await cloudConfigs(old, stem, (path) => readText(join(dirname(file), path)), lost);
  const config = configuration(old, parts.map(({ name }) => name), lost);
  const comments = leadingComments(source.text);
  return {
    files: [
      {
        path: `${stem}.yaml`,
        text: `${HEADER}\n${comments}${Object.keys(config).length === 0 ? "" : toYaml(config)}`,
      },
      ...parts.map(({ name, data }) => ({ path: name, text: `#cloud-config\n${toYaml(data)}` })),
    ],
    issues: sortIssues(issues),
  };
}
