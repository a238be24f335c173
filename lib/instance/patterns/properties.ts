/**
 * Properties: where they come from, and which of two wins.
 *
 * @module
 */
import { compareTexts } from "../../base/order.ts";
import { join } from "@std/path";
import { ConfigError, type Issue, type Location, reasonOf, UsageError } from "../../base/errors.ts";
import { map, text } from "../../config/schema/fields.ts";
import { fileError } from "../../config/file.ts";
import { parseSource, type Source } from "../../config/yaml/source.ts";
import { validate } from "../../config/schema/validate.ts";
import type { Host } from "../../ports/mod.ts";

export { substitute, UnknownProperty, variables } from "../../config/pattern.ts";

/** Properties by name. */
export type Properties = Readonly<Record<string, string>>;

/** Properties of the user, from files of the machine. */
export interface GlobalProperties {
  readonly properties: Properties;
  /** The file that `property set` writes: `properties.yaml`, or the one of `--properties`. */
  readonly file: string;
  /** Files that were read, in order; later ones win. */
  readonly files: readonly string[];
  readonly warnings: readonly Issue[];
  /** Returns the place where the value of a property is written. */
  origin(name: string): Location | undefined;
}

/** Options for finding properties. */
export interface PropertyOptions {
  /** The file of `--properties`; the empty text reads none. */
  readonly file?: string;
  /** True if the file will be created, so that it need not exist. */
  readonly isNew?: boolean;
}

const schema = map(text);
const NO_FILE = "No such file, which --properties names; --properties= reads none";

/** Returns the directory of lxops' own files: below `XDG_CONFIG_HOME`, or below `~/.config`. */
export function configDirectory(host: Pick<Host, "env">): string {
  const base = host.env("XDG_CONFIG_HOME");
  if (base !== undefined && base.startsWith("/")) return join(base, "lxops");
  return join(host.env("HOME") ?? "/root", ".config", "lxops");
}

/** Reads the properties of one file. */
export function parseProperties(
  file: string,
  content: string,
): { properties: Properties; issues: readonly Issue[]; locate: Source["locate"] } {
  const source = parseSource(file, content);
  const { value, issues } = validate(schema, source, { data: source.data ?? {} });
  if (value === undefined) throw new ConfigError(issues);
  return { properties: value, issues, locate: source.locate };
}

/**
 * Reads the user's properties: `properties.d/*.yaml` by name, then `properties.yaml` or the given file, each overriding
 * those before it. A missing `properties.yaml` counts as empty; a file that was named must exist, as scripts would
 * otherwise continue with the wrong values.
 */
export async function loadGlobalProperties(
  host: Pick<Host, "env" | "readText" | "readDir">,
  options: PropertyOptions = {},
): Promise<GlobalProperties> {
  const directory = configDirectory(host);
  const parts = join(directory, "properties.d");
  const names = (await host.readDir(parts)).filter((name) => name.endsWith(".yaml")).sort(compareTexts);
  const file = options.file ?? join(directory, "properties.yaml");
  const properties: Record<string, string> = Object.create(null);
  const warnings: Issue[] = [];
  const problems: Issue[] = [];
  const files: string[] = [];
  const places = new Map<string, () => Location>();
  for (const path of [...names.map((name) => join(parts, name)), ...(file === "" ? [] : [file])]) {
    try {
      const content = await readText(host, path);
      if (content === undefined) {
        if (path === options.file && !options.isNew) throw fileError(path, NO_FILE);
        continue;
      }
      files.push(path);
      const found = parseProperties(path, content);
      for (const key of Object.keys(found.properties)) places.set(key, () => found.locate([key]));
      Object.assign(properties, found.properties);
      warnings.push(...found.issues);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.issues);
    }
  }
  if (problems.length > 0) throw new ConfigError([...warnings, ...problems]);
  return {
    properties: { ...properties },
    file,
    files,
    warnings,
    origin: (name) => places.get(name)?.(),
  };
}

async function readText(host: Pick<Host, "readText">, path: string): Promise<string | undefined> {
  try {
    return await host.readText(path);
  } catch (error) {
    throw fileError(path, `Cannot read it: ${reasonOf(error)}`);
  }
}

/** Reads `-P KEY=VALUE` options; the first `=` ends the key. */
export function parseSets(options: readonly string[]): Properties {
  const entries = options.map((option) => {
    const at = option.indexOf("=");
    if (at < 0) throw new UsageError(`-P takes KEY=VALUE, not "${option}"`);
    return [option.slice(0, at), option.slice(at + 1)] as const;
  });
  return Object.fromEntries(entries);
}

/** Properties that every instance has, and those of one in a directory; nothing overrides them. */
export function builtins(name: string, project: string, directory?: string): Properties {
  const named = project !== "" && project !== "default";
  return {
    ...(directory === undefined ? {} : { dir: directory, name }),
    instance: name,
    project: named ? project : "default",
    "project/": named ? `${project}/` : "",
    project_instance: named ? `${project}_${name}` : name,
  };
}

/**
 * Returns all properties of an instance: global ones, its configuration's, those of `-P`, and the built-in
 * ones, which win.
 */
export function instanceProperties(
  layers: { readonly globals: Properties; readonly config: Properties; readonly sets: Properties },
  builtin: Properties,
): Properties {
  return { ...layers.globals, ...layers.config, ...layers.sets, ...builtin };
}
