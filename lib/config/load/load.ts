/**
 * Loads configurations with their includes.
 *
 * @module
 */
import { dirname, join, normalize } from "@std/path";
import { ConfigError, type Issue, reasonOf } from "../../base/errors.ts";
import type { Host } from "../../ports/mod.ts";
import { checkConfig } from "../check.ts";
import type { DroppedPath, IncludeTree, Layer, LoadedConfig } from "../config.ts";
import { isDirectoryFile } from "../directory/directory_file.ts";
import {
  ANY_KEY,
  checkCurrent,
  checkSize,
  type ConfigFile,
  fileError,
  type FileOptions,
  openCurrent,
} from "../file.ts";
import type { FullIo, GivenSettings, OpenedDirectory } from "./directory.ts";
import type { Override } from "./overlay.ts";
import { HEADER, headerOf } from "../header.ts";
import { merge } from "../merge.ts";
import { originOf } from "./origins.ts";
import { effectivePaths, unexpanded } from "../paths.ts";
import { variables } from "../pattern.ts";
import { issueAt, sortIssues } from "../schema/validate.ts";

/** The parts of the host that loading needs; those of directories, whose conventions do not hold without them. */
export type ConfigIo =
  & Pick<Host, "readText" | "realPath" | "cwd">
  & Partial<Pick<Host, "lstat" | "readDir" | "readBytes" | "env">>;

/** Options for loading configurations. */
export interface LoadOptions extends FileOptions {
  /** The known operating systems; absent: `ostype` is not checked. */
  readonly ostypes?: readonly string[];
  /**
   * Return errors with the configuration if it is still usable, so that all problems are reported together:
   * `buildInstance()` throws them with its own.
   */
  readonly collect?: boolean;
  /** Merge without checking the result, as `config parse` does. */
  readonly unchecked?: boolean;
  /** Load the file alone, without those that it includes. */
  readonly alone?: boolean;
  /** Settings of the command line, for files of directories. */
  readonly given?: GivenSettings;
}

/** A function that loads configurations, with values that override their own, and reads each included file once. */
export type Loader = (path: string, overrides?: readonly Override[]) => Promise<LoadedConfig>;

/** The state of loading one configuration. */
interface Loading {
  readonly issues: Issue[];
  /** The keys that may lack values, because a file could not be read or does not fit its schema. */
  readonly incomplete: Set<string>;
  readonly dropped: DroppedPath[];
  readonly pathVariables: Set<string>;
  readonly layers: Layer[];
  readonly opened: Layer[];
  readonly files: string[];
  /** The real paths of files that were opened, and of those that are open, outermost first. */
  readonly seen: Set<string>;
  readonly open: string[];
}

/** A path below `include` of a file. */
interface Inclusion {
  readonly path: string;
  readonly shown: string;
  readonly source: ConfigFile["source"];
  readonly index: number;
}

/** Resolves a path that a file names, as messages show it: relative if the path of the file is. */
function besides(file: string, path: string): string {
  if (path === "") return "";
  return path.startsWith("/") ? normalize(path) : join(dirname(file), path);
}

/** Creates a loader. `globals` are the properties for conditional paths: global ones and those of `-P`. */
export function makeLoader(
  io: ConfigIo,
  globals: Readonly<Record<string, string>>,
  options: LoadOptions = {},
): Loader {
  const cache = new Map<string, Promise<ReadFile>>();
  const absolute = (path: string) => normalize(path.startsWith("/") ? path : join(io.cwd, path));

  /** Asks the host about a file. */
  async function ask<T>(shown: string, question: (path: string) => Promise<T>): Promise<T> {
    try {
      return await question(absolute(shown));
    } catch (error) {
      throw fileError(shown, `Cannot read it: ${reasonOf(error)}`);
    }
  }

  async function read(shown: string): Promise<ReadFile> {
    const text = await ask(shown, io.readText);
    if (text === undefined) {
      const { noSuchFile } = await import("./no_such_file.ts");
      throw await noSuchFile(shown, absolute(shown), io);
    }
    checkSize(shown, text);
    const current = headerOf(text) === HEADER
      ? { text, issues: [] }
      : (await import("./read_any.ts")).migrated(shown, text, options);
    const source = openCurrent(shown, current.text);
    if (!isFull(io) || !isDirectoryFile(source)) return checkCurrent(source, current.issues, options);
    const { openDirectory } = await import("./directory.ts");
    const given = options.given ?? { values: new Map(), files: [] };
    const directory = await openDirectory(source, absolute(shown), io, given);
    return {
      ...checkCurrent(directory.source, [...current.issues, ...directory.issues], options),
      directory,
    };
  }

  function cached(shown: string): Promise<ReadFile> {
    const known = cache.get(shown);
    if (known) return known;
    const reading = read(shown);
    cache.set(shown, reading);
    return reading;
  }

  async function visit(shown: string, state: Loading): Promise<IncludeTree> {
    const real = await ask(shown, io.realPath) ?? absolute(shown);
    if (state.open.includes(real)) return { file: shown, skipped: "cycle", includes: [] };
    if (state.seen.has(real)) return { file: shown, skipped: "duplicate", includes: [] };
    const { source, raw, issues, broken } = await cached(shown);
    for (const key of broken) state.incomplete.add(key === "include" ? ANY_KEY : key);
    state.seen.add(real);
    state.open.push(real);
    state.issues.push(...issues);
    const paths = (key: "include" | "cloud-config-files") => {
      const result = effectivePaths(source, key, raw[key], globals);
      for (const name of raw[key].flatMap(variables)) state.pathVariables.add(name);
      state.issues.push(...result.issues);
      state.dropped.push(...result.dropped);
      return result.paths;
    };
    const resolve = (path: string) => besides(shown, path);
    const included = paths("include");
    const layer: Layer = {
      source,
      raw,
      cloudConfigFiles: paths("cloud-config-files").map(({ path, index }) => ({
        path: absolute(resolve(path)),
        shown: resolve(path),
        index,
      })),
      sourceConfig: raw["source-config"] === "" ? "" : absolute(resolve(raw["source-config"])),
      directory: dirname(absolute(shown)),
    };
    state.opened.push(layer);
    const includes: IncludeTree[] = [];
    for (const { path, index } of options.alone ? [] : included) {
      includes.push(...await include({ path, shown: resolve(path), source, index }, state));
    }
    state.open.pop();
    state.files.push(absolute(shown));
    state.layers.push(layer);
    return { file: shown, includes };
  }

  async function include(
    { path, shown, source, index }: Inclusion,
    state: Loading,
  ): Promise<readonly IncludeTree[]> {
    const place = ["include", index];
    try {
      const tree = await visit(shown, state);
      if (tree.skipped === "cycle") {
        const message =
          `"${path}" includes this file again, directly or through others; it is not included a second time`;
        state.issues.push(issueAt(source, place, message, "warning"));
      }
      return [tree];
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      state.incomplete.add(ANY_KEY);
      const missing = error.issues.every((issue) => issue.line === undefined && issue.file === shown);
      if (missing) {
        const message = `Cannot include "${path}": ${error.issues[0]?.message}${unexpanded(path)}`;
        state.issues.push(issueAt(source, place, message));
      } else state.issues.push(...error.issues);
      return [];
    }
  }

  return async (path, overrides = []) => {
    const state: Loading = {
      issues: [],
      incomplete: new Set(),
      dropped: [],
      pathVariables: new Set(),
      layers: [],
      opened: [],
      files: [],
      seen: new Set(),
      open: [],
    };
    const tree = await visit(path, state);
    const { incomplete } = state;
    const { directory } = await cached(path);
    const conventions = directory && isFull(io)
      ? await (await import("./directory.ts")).addConventions(absolute(path), state.layers, io, state.issues)
      : undefined;
    const files = conventions?.layers ?? state.layers;
    const over = overrides.length === 0
      ? undefined
      : (await import("./overlay.ts")).overlay(overrides, files, options.strict ?? false);
    state.issues.push(...over?.issues ?? []);
    const last = over ? [over.layer] : [];
    const layers = [...files, ...last];
    const { config, origins, warnings } = merge(absolute(path), layers, [...state.opened, ...last]);
    const where = { last: (key: string) => originOf({ origins }, key) };
    const checked = options.unchecked
      ? []
      : await checkConfig(config, where, { io, file: path, incomplete, ...options });
    const issues = sortIssues([...state.issues, ...warnings, ...checked]);
    const errors = issues.filter((issue) => issue.severity === "error");
    if (errors.length > 0 && !options.collect) throw new ConfigError(issues);
    const shown = new Map(
      layers.flatMap((layer) => [
        ...layer.cloudConfigFiles.map((one) => [one.path, one.shown] as const),
        [layer.sourceConfig, besides(layer.source.file, layer.raw["source-config"])] as const,
      ]),
    );
    return {
      config,
      files: state.files,
      warnings: issues.filter((issue) => issue.severity === "warning"),
      ...(errors.length > 0 ? { errors } : {}),
      ...(incomplete.size > 0 ? { incomplete } : {}),
      dropped: state.dropped,
      pathVariables: [...state.pathVariables],
      tree,
      origins,
      layers,
      shown,
      ...(directory && conventions
        ? {
          directory: {
            ...conventions.contents,
            settings: directory.settings,
            secretValues: directory.secretValues,
            secretKeys: directory.secretKeys,
          },
        }
        : {}),
    };
  };
}

/** A configuration file, with the settings of its directory where it is one of a directory. */
interface ReadFile extends ConfigFile {
  readonly directory?: OpenedDirectory;
}

/** Tells whether the host can be asked about directories. */
function isFull(io: ConfigIo): io is ConfigIo & FullIo {
  return io.lstat !== undefined && io.readDir !== undefined && io.env !== undefined;
}

/**
 * Loads one configuration file with its includes. A `ConfigError` has all problems. Cloud-config files are only
 * checked for existence.
 */
export function loadConfig(
  path: string,
  io: ConfigIo,
  globals: Readonly<Record<string, string>>,
  options: LoadOptions = {},
): Promise<LoadedConfig> {
  return makeLoader(io, globals, options)(path);
}
