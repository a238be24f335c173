/**
 * From files on the command line to targets: everything is loaded and checked, and all problems of all files
 * are told at once.
 *
 * @module
 */
import { parseCloudConfig } from "../cloudconfig/schema.ts";
import { osTypes } from "../cloudconfig/ostype.ts";
import type { LoadedConfig } from "../config/config.ts";
import { makeLoader } from "../config/load.ts";
import { ConfigError, type Issue, UsageError } from "../errors.ts";
import { buildInstance } from "../instance/build.ts";
import { loadGlobalProperties, parseSets } from "../instance/properties.ts";
import type { Host } from "../ports.ts";
import { objectKey, type Target } from "../plan/world.ts";
import { asLxopsError } from "./unexpected.ts";

/** What the command line says about files. */
export interface TargetOptions {
  readonly properties?: string;
  readonly sets: readonly string[];
  readonly name: string;
  readonly project: string;
  /** The client's current project, for configurations that name none. */
  readonly currentProject?: string;
  readonly strict: boolean;
}

/** Targets, and what a person should know about their files. */
export interface LoadedTargets {
  readonly targets: readonly Target[];
  readonly warnings: readonly Issue[];
}

/**
 * Loads targets.
 *
 * @throws {ConfigError} with the problems of all files
 * @throws {UsageError} where one name is given for several files, or two files are for one instance
 */
export async function loadTargets(
  files: readonly string[],
  options: TargetOptions,
  host: Host,
): Promise<LoadedTargets> {
  if (options.name && files.length !== 1) {
    throw new UsageError("-name can be used with only one config file");
  }
  const sets = parseSets(options.sets);
  const globals = await loadGlobalProperties(
    host,
    options.properties === undefined ? {} : { file: options.properties },
  );
  const conditional = { ...globals.properties, ...sets };
  const loadOptions = { strict: options.strict, ostypes: [...osTypes.keys()], collect: true };
  const load = makeLoader(host, conditional, loadOptions);
  const readCloudConfig = cloudConfigReader(host);
  const found = await Promise.all(files.map(async (file) => {
    try {
      return await loadTarget(file, await load(file));
    } catch (error) {
      if (error instanceof ConfigError) return error;
      throw error;
    }
  }));
  const failed: Issue[] = [];
  const loaded: { target: Target; warnings: Issue[] }[] = [];
  for (const one of found) {
    if (one instanceof ConfigError) failed.push(...one.issues);
    else loaded.push(one);
  }
  if (failed.length > 0) throw new ConfigError(unique(failed));
  checkNames(loaded.map((one) => one.target));
  return {
    targets: loaded.map((one) => one.target),
    warnings: unique([...globals.warnings, ...loaded.flatMap((one) => one.warnings)]),
  };

  async function loadTarget(
    file: string,
    config: LoadedConfig,
  ): Promise<{ target: Target; warnings: Issue[] }> {
    const issues: Issue[] = [];
    const instance = collect(issues, () =>
      buildInstance(config, {
        file,
        ...(options.name ? { name: options.name } : {}),
        ...(options.project ? { project: options.project } : {}),
        ...(options.currentProject ? { currentProject: options.currentProject } : {}),
        globals: globals.properties,
        sets,
      }));
    const cloudConfigs = [];
    for (const path of config.config.cloudConfigFiles) {
      try {
        cloudConfigs.push(await readCloudConfig(path));
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        // That a file is missing is told with the configuration's own problems, where it names the file.
        if (!(error instanceof MissingFile && config.errors)) issues.push(...error.issues);
      }
    }
    if (!instance || issues.length > 0) throw new ConfigError(issues);
    const warnings = [
      ...config.warnings,
      ...(instance.warnings ?? []),
      ...cloudConfigs.flatMap((one) => one.warnings),
    ];
    const wrong = options.strict ? warnings.filter((issue) => issue.key !== undefined) : [];
    if (wrong.length > 0) throw new ConfigError(wrong.map((issue) => ({ ...issue, severity: "error" })));
    return {
      target: { instance, loaded: config, cloudConfigs: cloudConfigs.map((one) => one.cloudConfig) },
      warnings,
    };
  }
}

function collect<T>(issues: Issue[], make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    issues.push(...error.issues);
    return undefined;
  }
}

/** Reads cloud-config files, each once however many configurations name it. */
function cloudConfigReader(host: Host): (path: string) => Promise<ReturnType<typeof parseCloudConfig>> {
  const read = new Map<string, Promise<ReturnType<typeof parseCloudConfig>>>();
  return (path) => {
    let result = read.get(path);
    if (!result) {
      result = readCloudConfig(host, path);
      read.set(path, result);
    }
    return result;
  };
}

class MissingFile extends ConfigError {}

async function readCloudConfig(host: Host, path: string): Promise<ReturnType<typeof parseCloudConfig>> {
  const fail = (message: string) => new ConfigError([{ file: path, message, severity: "error" }]);
  let text: string | undefined;
  try {
    text = await host.readText(path);
  } catch (error) {
    throw fail(`Cannot read it: ${asLxopsError(error).message}`);
  }
  if (text === undefined) {
    throw new MissingFile([{ file: path, message: "There is no such file", severity: "error" }]);
  }
  return parseCloudConfig(path, text);
}

function unique(issues: readonly Issue[]): Issue[] {
  return [...new Map(issues.map((issue) => [JSON.stringify(issue), issue])).values()];
}

function checkNames(targets: readonly Target[]): void {
  const seen = new Map<string, string>();
  for (const { instance } of targets) {
    const key = objectKey(instance.project, instance.name);
    const other = seen.get(key);
    if (other !== undefined) {
      throw new UsageError(`"${other}" and "${instance.file}" are both for instance "${instance.name}"`);
    }
    seen.set(key, instance.file);
  }
}
