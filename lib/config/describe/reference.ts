/**
 * The help topics about configuration files, generated from their schemas.
 *
 * @module
 */
import type * as z from "zod/mini";
import type { Format } from "../format.ts";
import { FORMATS } from "../formats/format.ts";
import { HEADER } from "../header.ts";
import { checkSchema } from "../schema/check_schema.ts";
import { configSchema, deviceSchema, filesystemSchema } from "../schema/schema.ts";
import { metaOf, unwrap } from "../schema/structure.ts";

/** A key of a map in a configuration file. */
export interface Field {
  readonly key: string;
  /** `text`, `Pattern`, `Path`, `true or false`, `list of ...`, `map of ...`, or the possible words. */
  readonly kind: string;
  readonly description: string;
  readonly examples: readonly unknown[];
}

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
    const { description = "", examples = [] } = metaOf(field);
    return { key, kind: kindOf(field), description, examples };
  });
}

/** Wraps a text into indented lines of a width. */
export function fill(text: string, indent: string, width = 78): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, indent + line].join("\n");
}

function exampleText(example: unknown): string {
  if (typeof example === "string") return example;
  return JSON.stringify(example).replaceAll('"', "").replaceAll(",", ", ").replaceAll(":", ": ");
}

/** Renders the keys of a map. */
export function fieldText(fields: readonly Field[]): string {
  return fields.map(({ key, kind, description, examples }) => {
    const shown = examples.length === 0 ? "" : `\n    Example: ${examples.map(exampleText).join(", or ")}`;
    return `  ${key}  (${kind})\n${fill(description, "    ")}${shown}`;
  }).join("\n\n");
}

function section(intro: string, schema: z.ZodMiniType): string {
  return `${fill(intro, "")}\n\n${fieldText(fieldsOf(schema))}\n`;
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
      'lxdops from before February 2023 have no such line: "config convert -from lxdops-old" converts a file to a ' +
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

function properties(): string {
  return paragraphs(
    "Properties are the values of (names) in patterns. If several have the same name, the last one counts:",
    "  1. properties.d/*.yaml in the directory of lxops, sorted by file name\n" +
      "  2. properties.yaml there, or the file of -properties\n" +
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
  device: () => section("An entry of devices has these keys:", deviceSchema),
  check: () =>
    section(
      "An entry of checks has one of exec, tcp and http, and these keys. Names and defaults are those of docker compose's " +
        "health checks. The first attempt is made at once.",
      checkSchema,
    ),
  pattern,
  path,
  properties,
  formats,
};
