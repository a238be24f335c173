/**
 * Loading of the target of one file, with the source of its copy and its cloud-config files.
 *
 * @module
 */
import type { LoadedConfig } from "../../config/config.ts";
import type { Loader } from "../../config/load/load.ts";
import { shownPath } from "../../config/load/origins.ts";
import { ConfigError, type Issue } from "../../base/errors.ts";
import { buildInstance, type BuildOptions } from "../../instance/build.ts";
import { defaultName } from "../../instance/patterns/default_name.ts";
import type { Instance } from "../../instance/instance.ts";
import { EXISTING, setAside } from "../../instance/parts.ts";
import type { Properties } from "../../instance/patterns/properties.ts";
import { pick, usedProperties } from "../../instance/patterns/remembered.ts";
import { completeOrigin } from "../../instance/sources.ts";
import { sourceInstance } from "../../instance/source_instance.ts";
import type { Target } from "../../plan/world.ts";
import { applied, type CloudConfigReader, type ReadCloudConfig } from "./cloud_configs.ts";
import { readEnvironments } from "./environment_files.ts";
import type { TargetOptions } from "./options.ts";

/** Values that loading needs for every file. */
export interface Loading {
  readonly load: Loader;
  /** Makes a loader for which other properties of `-P` are given. */
  readonly loader: (sets: Properties) => Loader;
  readonly readCloudConfig: CloudConfigReader;
  readonly readEnvironment: (path: string) => Promise<string | undefined>;
  readonly build: Pick<BuildOptions, "globals" | "sets" | "cwd">;
  readonly options: TargetOptions;
}

/** The target of a file, unless the file has problems. */
export interface FoundTarget {
  readonly target?: Target;
  readonly warnings: readonly Issue[];
  readonly problems: readonly Issue[];
}

/**
 * Returns the input for loading one file, with the properties that are noted on its instance where they make a
 * difference.
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

/** Loads the target of a file. */
export async function loadTarget(file: string, given: Loading): Promise<FoundTarget> {
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
 * Loads the configuration from whose instance this one or its devices are copied or cloned; absent where they are new.
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
