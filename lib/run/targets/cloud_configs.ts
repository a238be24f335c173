/**
 * Cloud-config files of configurations, each read and checked once however many name it.
 *
 * @module
 */
import { join } from "@std/path";
import type { Compiler } from "../../cloudconfig/compile/compiler.ts";
import type { CloudConfig } from "../../cloudconfig/sections/mod.ts";
import type { LoadedConfig } from "../../config/config.ts";
import { fileError } from "../../config/file.ts";
import { ConfigError, type Issue, reasonOf } from "../../base/errors.ts";
import type { Target } from "../../plan/world.ts";
import type { Host } from "../../ports/mod.ts";
import type { Part } from "../../instance/parts.ts";

/** A cloud-config file and its warnings. */
export interface ReadCloudConfig {
  readonly cloudConfig: CloudConfig;
  readonly warnings: readonly Issue[];
}

/** Reads a file by its path, and messages show it as `shown`; `undefined` where there is none. */
export type CloudConfigReader = (path: string, shown: string) => Promise<ReadCloudConfig | undefined>;

/** Reads the text of a file, which messages show as `shown`; `undefined` where there is none. */
export async function readText(
  host: Pick<Host, "readText">,
  path: string,
  shown: string,
): Promise<string | undefined> {
  try {
    return await host.readText(path);
  } catch (error) {
    throw fileError(shown, `Cannot read it: ${reasonOf(error)}`);
  }
}

/** Makes a reader; where it is strict, keys that have no effect are errors. */
export function makeCloudConfigReader(host: Pick<Host, "readText">, strict: boolean): CloudConfigReader {
  const known = new Map<string, ReturnType<CloudConfigReader>>();
  const read = async (path: string, shown: string) => {
    const text = await readText(host, path, shown);
    if (text === undefined) return undefined;
    const { readCloudConfig } = await import("../../cloudconfig/read/load.ts");
    const result = await readCloudConfig(shown, text);
    const wrong = strict ? result.warnings.filter(({ key }) => key !== undefined) : [];
    if (wrong.length > 0) throw new ConfigError(wrong.map((issue) => ({ ...issue, severity: "error" })));
    return result;
  };
  return (path, shown) => {
    const reading = known.get(path) ?? read(path, shown);
    known.set(path, reading);
    return reading;
  };
}

/** Files in the form that a target gets, and the settings of its directory. */
export type Applied = Pick<Target, "cloudConfigs" | "compiler" | "settings" | "secretValues">;

/**
 * Returns the files of a configuration in the form that a target gets: merged, with the settings of its directory in their
 * templates, and with its bootstrap script; unless the command does without them.
 *
 * @throws {ConfigError} where they cannot be
 */
export async function applied(
  files: readonly ReadCloudConfig[],
  directory: LoadedConfig["directory"],
  { without = [], bootstrap: again = false }: {
    readonly without?: readonly Part[];
    readonly bootstrap?: boolean;
  },
): Promise<Applied> {
  const known = directory ? { settings: directory.settings, secretValues: directory.secretValues } : {};
  const merged = await filled(await mergeAll(files.map(({ cloudConfig }) => cloudConfig)), directory);
  if (directory?.bootstrap === undefined || without.includes("cloud-config")) {
    const compiler = merged.length > 0 ? { compiler: await compilerFor(merged) } : {};
    return { ...known, cloudConfigs: merged, ...compiler };
  }
  const { bootstrapFile, bootstrapProblem, withBootstrap } = await import(
    "../../cloudconfig/directory/bootstrap.ts"
  );
  const { settings, shown, bootstrap: text } = directory;
  const file = join(shown, "bootstrap.sh");
  const problem = bootstrapProblem(text);
  if (problem !== undefined) throw fileError(file, problem);
  const bootstrap = { file, text, settings, again };
  return {
    ...known,
    cloudConfigs: [...merged, bootstrapFile(bootstrap)],
    compiler: withBootstrap(await compilerFor(merged), bootstrap),
  };
}

/** Fills settings into templates, where there are some. */
export async function filled(
  files: readonly CloudConfig[],
  directory: LoadedConfig["directory"],
): Promise<readonly CloudConfig[]> {
  if (!files.some(({ values }) => values.write_files?.some(({ template }) => template))) return files;
  const { fillTemplates } = await import("../../cloudconfig/directory/templates.ts");
  const issues: Issue[] = [];
  const result = files.map((file) => fillTemplates(file, directory, issues));
  if (issues.length > 0) throw new ConfigError(issues);
  return result;
}

/** Merges the files that ask to be merged. */
async function mergeAll(files: readonly CloudConfig[]): Promise<readonly CloudConfig[]> {
  if (!files.some(({ mergers }) => mergers)) return files;
  return (await import("../../cloudconfig/read/schema.ts")).mergeCloudConfigs(files);
}

/** Returns the compiler of files, which is loaded only where there are some. */
async function compilerFor(files: readonly CloudConfig[]): Promise<Compiler> {
  return await (await import("../../cloudconfig/read/load.ts")).compilerFor(files);
}
