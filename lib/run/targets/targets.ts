/**
 * Loading of targets from files on the command line. Everything is loaded and checked first, and all problems
 * of all files are reported at once.
 *
 * @module
 */
import { resolve } from "@std/path";
import { osTypes } from "../../cloudconfig/model/ostype.ts";
import type { LoadedConfig } from "../../config/config.ts";
import type { Format } from "../../config/format.ts";
import type { GivenSettings } from "../../config/load/directory.ts";
import { type Loader, makeLoader } from "../../config/load/load.ts";
import type { Override } from "../../config/load/overlay.ts";
import { shownPath } from "../../config/load/origins.ts";
import { sortIssues } from "../../config/schema/validate.ts";
import { ConfigError, type Issue, UsageError } from "../../base/errors.ts";
import { buildInstance, type BuildOptions } from "../../instance/build.ts";
import { defaultName } from "../../instance/patterns/default_name.ts";
import type { Instance } from "../../instance/instance.ts";
import { EXISTING, type Part, setAside } from "../../instance/parts.ts";
import { loadGlobalProperties, parseSets, type Properties } from "../../instance/patterns/properties.ts";
import { pick, usedProperties } from "../../instance/patterns/remembered.ts";
import { completeOrigin } from "../../instance/sources.ts";
import { sourceInstance } from "../../instance/source_instance.ts";
import type { Host, InstanceRef } from "../../ports/mod.ts";
import { objectKey, type Target } from "../../plan/world.ts";
import {
  applied,
  type CloudConfigReader,
  makeCloudConfigReader,
  type ReadCloudConfig,
  readText,
} from "./cloud_configs.ts";
import { readEnvironments } from "./environment_files.ts";

/** A configuration file, and the instance that is meant where that is not the file's own. */
export type Source = string | { readonly file: string; readonly name: string; readonly project: string };

/** Options of the command line for files. */
export interface TargetOptions {
  readonly properties?: string;
  readonly sets: readonly string[];
  readonly name: string;
  readonly project: string;
  /** The client's current project, for configurations that name none. */
  readonly currentProject?: string;
  readonly strict: boolean;
  /** Formats of configuration files, besides those that lxops knows by itself. */
  readonly formats?: readonly Format[];
  /** Tells with which properties of `-P` an instance was made; asked only where patterns use others than given. */
  readonly recall?: Recall;
  /** Parts of configurations that the command does without; it needs all where nothing is said. */
  readonly without?: readonly Part[];
  /** Parts of these that are loaded all the same; see `usable()`. */
  readonly mayNeed?: readonly Part[];
  /** Several files may be for one instance. */
  readonly repeated?: boolean;
  /** Settings of the command line, for directories. */
  readonly given?: GivenSettings;
  /** Values of the command line that override those of configurations. */
  readonly overrides?: readonly Override[];
  /** Bootstrap scripts run also where they ran already. */
  readonly bootstrap?: boolean;
}

/** Finds the properties that are noted on an instance; none where there is none. `ownName` is that of its file. */
export type Recall = (ref: InstanceRef, ownName: string) => Promise<Properties>;

/** Targets, and warnings about their files. */
export interface LoadedTargets {
  readonly targets: readonly Target[];
  readonly warnings: readonly Issue[];
}

/** Result for some files: the targets of correct files, and the problems of the others. */
export interface FoundTargets extends LoadedTargets {
  /** Problems, with the warnings about the same files. */
  readonly problems: readonly Issue[];
}

/**
 * Loads targets.
 *
 * @throws {ConfigError} with the problems of all files
 * @throws {UsageError} where one name is given for several files, or two files are for one instance
 */
export async function loadTargets(
  files: readonly Source[],
  options: TargetOptions,
  host: Host,
): Promise<LoadedTargets> {
  const { targets, warnings, problems } = await findTargets(files, options, host);
  if (problems.length > 0) throw new ConfigError(allIssues({ warnings, problems }));
  if (!options.repeated) checkNames(targets);
  return { targets, warnings };
}

/** Loads targets as far as their files are right; several may be for one instance. */
export async function findTargets(
  files: readonly Source[],
  options: TargetOptions,
  host: Host,
): Promise<FoundTargets> {
  if (options.name && files.length !== 1) {
    throw new UsageError("-name can be used with only one config file");
  }
  const sets = parseSets(options.sets);
  const globals = await loadGlobalProperties(
    host,
    options.properties === undefined ? {} : { file: options.properties },
  );
  const loader = (more: Properties) =>
    makeLoader(host, { ...globals.properties, ...more }, {
      strict: options.strict,
      collect: true,
      ostypes: [...osTypes.keys()],
      ...(options.formats ? { formats: options.formats } : {}),
      ...(options.given ? { given: options.given } : {}),
    });
  const loading: Loading = {
    load: loader(sets),
    loader,
    readCloudConfig: makeCloudConfigReader(host, options.strict),
    readEnvironment: (path) => readText(host, resolve(host.cwd, path), path),
    build: { globals: globals.properties, sets, cwd: host.cwd },
    options,
  };
  const found = await Promise.all(files.map((source) => {
    if (typeof source === "string") return loadTarget(source, loading);
    const { file, ...meant } = source;
    return loadTarget(file, { ...loading, options: { ...options, ...meant } });
  }));
  return {
    targets: found.flatMap(({ target }) => target ?? []),
    warnings: unique([...globals.warnings, ...found.flatMap(({ warnings }) => warnings)]),
    problems: unique(found.flatMap(({ problems }) => problems)),
  };
}

/** Values that loading needs for every file. */
interface Loading {
  readonly load: Loader;
  /** Makes a loader for which other properties of `-P` are given. */
  readonly loader: (sets: Properties) => Loader;
  readonly readCloudConfig: CloudConfigReader;
  readonly readEnvironment: (path: string) => Promise<string | undefined>;
  readonly build: Pick<BuildOptions, "globals" | "sets" | "cwd">;
  readonly options: TargetOptions;
}

interface FoundTarget {
  readonly target?: Target;
  readonly warnings: readonly Issue[];
  readonly problems: readonly Issue[];
}

/**
 * Returns what loading needs for one file, with the properties that are noted on its instance where they make
 * a difference.
 */
async function recalled(file: string, loaded: LoadedConfig, loading: Loading): Promise<Loading> {
  const { recall, name, project, currentProject } = loading.options;
  const { sets } = loading.build;
  const used = usedProperties(loaded);
  if (!recall || [...used].every((one) => Object.hasOwn(sets, one))) return loading;
  const ownName = defaultName(file, loading.build.cwd, loaded);
  const found = await recall(
    { name: name || ownName, project: project || loaded.config.project || currentProject || "default" },
    ownName,
  );
  const more = Object.entries(pick(found, used)).filter(([one]) => !Object.hasOwn(sets, one));
  if (more.length === 0) return loading;
  const all = { ...Object.fromEntries(more), ...sets };
  const inPaths = more.some(([one]) => loaded.pathVariables.includes(one));
  return {
    ...loading,
    build: { ...loading.build, sets: all },
    ...(inPaths ? { load: loading.loader(all) } : {}),
  };
}

async function loadTarget(file: string, given: Loading): Promise<FoundTarget> {
  const { name, project, currentProject, without = [], overrides } = given.options;
  const problems: Issue[] = [];
  const collect = async <T>(make: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await make();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.issues);
      return undefined;
    }
  };
  const first = await collect(() => given.load(file, overrides));
  if (!first) return { warnings: [], problems };
  const loading = await recalled(file, first, given);
  const loaded = loading.load === given.load ? first : await collect(() => loading.load(file, overrides));
  if (!loaded) return { warnings: [], problems };
  const built = await collect(() =>
    buildInstance(loaded, {
      ...loading.build,
      file,
      without,
      ...(name ? { name } : {}),
      ...(project ? { project } : {}),
      ...(currentProject ? { currentProject } : {}),
    })
  );
  const { instance, source } = built && await collect(() => withSource(built, loaded, loading)) || {};
  const cloudConfigs: ReadCloudConfig[] = [];
  for (const path of without.includes("cloud-config") ? [] : loaded.config.cloudConfigFiles) {
    const read = await collect(() => loading.readCloudConfig(path, shownPath(loaded, path)));
    if (read) cloudConfigs.push(read);
  }
  const warnings = [
    ...loaded.warnings,
    ...(instance?.warnings ?? []),
    ...(source?.warnings ?? []),
    ...cloudConfigs.flatMap((one) => one.warnings),
  ];
  if (!instance || problems.length > 0) return { warnings, problems };
  const environments = await readEnvironments(loaded, loading.readEnvironment);
  const files = await collect(() => applied(cloudConfigs, loaded.directory, given.options));
  if (!files) return { warnings, problems };
  const target: Target = {
    instance,
    loaded,
    ...files,
    ...source?.sources,
    ...(environments.size > 0 ? { environments } : {}),
  };
  return { target, warnings, problems };
}

/**
 * Returns an instance with its source, where it is wanted. Problems of a source that may not be needed are
 * left to planners.
 */
async function withSource(
  instance: Instance,
  loaded: LoadedConfig,
  loading: Loading,
): Promise<{ readonly instance: Instance; readonly source?: Awaited<ReturnType<typeof loadSource>> }> {
  const { without = [], mayNeed = [] } = loading.options;
  const maybe = mayNeed.includes("source");
  if (without.includes("source") && !maybe) return { instance };
  try {
    return { instance, source: await loadSource(instance, loaded, loading) };
  } catch (error) {
    if (!(error instanceof ConfigError) || !maybe) throw error;
    const unusable = new Map([...instance.unusable ?? [], ["source", error.issues] as const]);
    return { instance: { ...instance, unusable } };
  }
}

/**
 * Loads the configuration of what an instance or its devices are copied or cloned from; absent where they are
 * new.
 */
async function loadSource(
  instance: Instance,
  loaded: LoadedConfig,
  loading: Loading,
): Promise<{ sources: Pick<Target, "copyOf" | "devicesFrom">; warnings: readonly Issue[] } | undefined> {
  if (!instance.origin && !instance.deviceSource) return undefined;
  const own = instance.config.sourceConfig === "";
  const config = own ? loaded : await loading.load(instance.config.sourceConfig);
  const wrong = setAside(config.errors ?? [], EXISTING).left;
  if (wrong.length > 0) throw new ConfigError(wrong);
  const made = sourceInstance(instance, config, loading.build);
  const copyOf = completeOrigin(instance, config);
  return {
    sources: {
      ...(copyOf ? { copyOf } : {}),
      ...(made ? { devicesFrom: { instance: made, loaded: config } } : {}),
    },
    warnings: own ? [] : [...config.warnings, ...made?.warnings ?? []],
  };
}

/** Returns all problems and warnings about files, each once, by file and place. */
export function allIssues(found: Pick<FoundTargets, "warnings" | "problems">): readonly Issue[] {
  return sortIssues(unique([...found.warnings, ...found.problems]));
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
