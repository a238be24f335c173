/**
 * Loading of configuration files for commands that look at the files themselves.
 *
 * @module
 */
import type { LoadedConfig } from "../../config/config.ts";
import { makeLoader } from "../../config/load/load.ts";
import { droppedLines, includeLines } from "../../config/describe/listing.ts";
import { sortIssues } from "../../config/schema/validate.ts";
import { resolve } from "@std/path";
import { ConfigError, type Issue, reasonOf, UsageError } from "../../base/errors.ts";
import { fileError } from "../../config/file.ts";
import type { GivenSettings } from "../../config/load/directory.ts";
import {
  type GlobalProperties,
  loadGlobalProperties,
  parseSets,
} from "../../instance/patterns/properties.ts";
import type { App } from "../command/app.ts";

/** Values of the flags that say where properties come from. */
export interface PropertyValues {
  readonly properties: string | undefined;
  readonly P: readonly string[];
}

/** Values of the flags about settings, as far as a command has them. */
export interface SettingValues {
  readonly env?: readonly string[];
  readonly "env-file"?: readonly string[];
  readonly "show-secrets"?: boolean;
}

/** Returns the settings of the command line. */
export async function givenSettings(values: SettingValues, app: App): Promise<GivenSettings> {
  const { env = [], "env-file": paths = [] } = values;
  const given = new Map(env.map((text) => {
    const at = text.indexOf("=");
    const name = at < 0 ? text : text.slice(0, at);
    const value = at < 0 ? app.host.env(name) : text.slice(at + 1);
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw new UsageError(
        `-e takes NAME=VALUE, or the NAME of a variable of the environment, not "${name}"`,
      );
    }
    if (value === undefined) throw new UsageError(`-e ${name}: the environment has no variable of that name`);
    return [name, value] as const;
  }));
  const files = await Promise.all(paths.map(async (file) => {
    const path = resolve(app.host.cwd, file);
    try {
      const text = await app.host.readText(path);
      if (text !== undefined) return { file, text };
    } catch (error) {
      throw fileError(file, `Cannot read it: ${reasonOf(error)}`);
    }
    throw fileError(file, "No such file, which --env-file names");
  }));
  const hide = values["show-secrets"] ? {} : { hide: app.hide };
  return { values: given, files, ...hide };
}

/** Values of the flags of commands that read files. */
export interface ReadValues extends PropertyValues {
  readonly raw: boolean;
  readonly v: boolean;
}

/** Reads the global properties, with those of `-P` over them. */
export async function globalProperties(
  values: PropertyValues,
  app: App,
  options: { readonly isNew?: boolean } = {},
): Promise<GlobalProperties & { readonly all: GlobalProperties["properties"] }> {
  const globals = await loadGlobalProperties(
    app.host,
    values.properties === undefined ? {} : { file: values.properties, ...options },
  );
  return { ...globals, all: { ...globals.properties, ...parseSets(values.P) } };
}

/** Loaded configurations, and the messages about them. */
export interface Loaded {
  readonly configs: readonly LoadedConfig[];
  readonly warnings: readonly Issue[];
}

/** Merges files without checking what they come to; all problems of all files are in one `ConfigError`. */
export async function readConfigs(
  files: readonly string[],
  values: PropertyValues & Partial<ReadValues> & SettingValues,
  app: App,
): Promise<Loaded> {
  const globals = await globalProperties(values, app);
  const load = makeLoader(app.host, globals.all, {
    strict: app.globals.strict,
    formats: app.formats,
    collect: true,
    unchecked: true,
    alone: values.raw ?? false,
    given: await givenSettings(values, app),
  });
  const configs: LoadedConfig[] = [];
  const problems: Issue[] = [];
  for (const file of files) {
    try {
      const loaded = await load(file);
      configs.push(loaded);
      problems.push(...loaded.errors ?? []);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.issues);
    }
  }
  const warnings = [...globals.warnings, ...configs.flatMap((config) => config.warnings)];
  if (problems.length > 0) throw new ConfigError(distinct([...warnings, ...problems]));
  return { configs, warnings: distinct(warnings) };
}

/** Reads one file, tells what there is to tell about it, and with `-v` what was read. */
export async function readConfig(file: string, values: ReadValues, app: App): Promise<LoadedConfig> {
  const { configs: [config], warnings } = await readConfigs([file], values, app);
  app.warn(warnings);
  if (values.v) readFiles(config!).forEach(app.complain);
  tellDropped(config!, values, app);
  return config!;
}

/** Returns the files of a configuration in the order in which they are opened. */
export function readFiles(config: LoadedConfig): readonly string[] {
  return [config.tree.file, ...includeLines(config.tree)];
}

/** Tells with `-v` which paths are left out. */
export function tellDropped(config: LoadedConfig, values: { readonly v: boolean }, app: App): void {
  if (values.v) droppedLines(config.dropped).forEach(app.complain);
}

/** Issues by file and place, each once. */
export function distinct(issues: readonly Issue[]): readonly Issue[] {
  return sortIssues([...new Map(issues.map((issue) => [JSON.stringify(issue), issue])).values()]);
}
