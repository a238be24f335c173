/**
 * Loading of targets from files on the command line. Everything is loaded and checked first, and all problems
 * of all files are reported at once.
 *
 * @module
 */
import { resolve } from "@std/path";
import { osTypes } from "../../cloudconfig/model/ostype.ts";
import { makeLoader } from "../../config/load/load.ts";
import { sortIssues } from "../../config/schema/validate.ts";
import { ConfigError, type Issue, UsageError } from "../../base/errors.ts";
import { loadGlobalProperties, parseSets, type Properties } from "../../instance/patterns/properties.ts";
import type { Host } from "../../ports/mod.ts";
import { objectKey, type Target } from "../../plan/world.ts";
import { makeCloudConfigReader, readText } from "./cloud_configs.ts";
import { type Loading, loadTarget } from "./load_target.ts";
import type { Source, TargetOptions } from "./options.ts";

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
    throw new UsageError("--name can be used with only one config file");
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
