/**
 * Loading of a configuration with everything that it includes.
 *
 * @module
 */
import { dirname, join, normalize } from "@std/path";
import { ConfigError, type Issue } from "../errors.ts";
import type { Host } from "../ports.ts";
import { hasMoreValues } from "./bounds.ts";
import { checkConfig } from "./check.ts";
import type { DroppedPath, IncludeTree, LoadedConfig } from "./config.ts";
import { type Format, FORMATS, migrate } from "./format.ts";
import { type Layer, merge } from "./merge.ts";
import { originsOf } from "./origins.ts";
import { effectivePaths } from "./paths.ts";
import { configSchema, type RawConfig } from "./schema.ts";
import { parseSource, type Source } from "./source.ts";
import { issueAt, sortIssues, validate } from "./validate.ts";

/** What loading asks of the machine. */
export type ConfigIo = Pick<Host, "readText" | "realPath" | "cwd">;

/** How configurations are loaded. */
export interface LoadOptions {
  /** Unknown and duplicate keys are errors. */
  readonly strict?: boolean;
  /** Operating system types that there are; where absent, `ostype` is not checked. */
  readonly ostypes?: readonly string[];
  /** Formats that are migrated; `FORMATS` by default. */
  readonly formats?: readonly Format[];
  /**
   * Errors that do not keep the configuration from being merged are returned with it, for `buildInstance()` to
   * throw them together with its own.
   */
  readonly collect?: boolean;
  /** Merge only, as `config parse` does: what is merged is not checked. */
  readonly unchecked?: boolean;
}

/** Characters of a configuration file; more than that is no file that a person wrote. */
const LARGEST = 2 ** 20;
const MOST_VALUES = 20_000;

interface ReadFile {
  readonly source: Source;
  readonly raw: RawConfig;
  readonly issues: readonly Issue[];
  /** The file fits its schema, so that what is missing from it is really missing. */
  readonly whole: boolean;
}

/** Loads configurations; files that several of them include are read once. */
export type Loader = (path: string) => Promise<LoadedConfig>;

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The state of loading one configuration. */
interface Loading {
  readonly issues: Issue[];
  /** Cleared where a file could not be read or does not fit its schema. */
  whole: boolean;
  readonly dropped: DroppedPath[];
  readonly layers: Layer[];
  readonly opened: Layer[];
  readonly files: string[];
  /** Real paths of files that were opened, and of those that are being opened, outermost first. */
  readonly seen: Set<string>;
  readonly open: string[];
}

/** Makes a loader. `globals` are the properties that conditional paths see: global ones and those of `-P`. */
export function makeLoader(
  io: ConfigIo,
  globals: Readonly<Record<string, string>>,
  options: LoadOptions = {},
): Loader {
  const cache = new Map<string, Promise<ReadFile>>();
  const absolute = (path: string) => normalize(path.startsWith("/") ? path : join(io.cwd, path));

  async function read(shown: string): Promise<ReadFile> {
    let text: string | undefined;
    try {
      text = await io.readText(absolute(shown));
    } catch (error) {
      throw new ConfigError([{
        file: shown,
        message: `Cannot read it: ${reason(error)}`,
        severity: "error",
      }]);
    }
    if (text === undefined) {
      throw new ConfigError([{ file: shown, message: "No such file", severity: "error" }]);
    }
    if (text.length > LARGEST) {
      throw new ConfigError([{ file: shown, message: "The file is larger than 1 MiB", severity: "error" }]);
    }
    const migrated = migrate(shown, text, options.formats ?? FORMATS);
    const source = parseSource(shown, migrated.text);
    if (hasMoreValues(source.data, MOST_VALUES)) {
      throw new ConfigError([{
        file: shown,
        message: `The file has more than ${MOST_VALUES} values`,
        severity: "error",
      }]);
    }
    const strict = options.strict ?? false;
    const { value, issues: found } = validate(configSchema, source, { data: source.data ?? {}, strict });
    const issues = [...migrated.issues, ...found];
    // Where the file has errors, its includes are looked at all the same, to report all problems at once.
    const raw = value ?? salvage(source);
    return { source, raw, issues, whole: value !== undefined };
  }

  function salvage(source: Source): RawConfig {
    const data = (typeof source.data === "object" ? source.data : {}) as Record<string, unknown>;
    const { include, "cloud-config-files": files } = data;
    const alone = configSchema.safeParse({ include, "cloud-config-files": files });
    return alone.success ? alone.data : configSchema.parse({});
  }

  function cached(shown: string): Promise<ReadFile> {
    const known = cache.get(shown);
    if (known) return known;
    const reading = read(shown);
    cache.set(shown, reading);
    return reading;
  }

  async function visit(shown: string, state: Loading): Promise<IncludeTree> {
    const real = await io.realPath(absolute(shown)) ?? absolute(shown);
    if (state.open.includes(real)) return { file: shown, skipped: "cycle", includes: [] };
    if (state.seen.has(real)) return { file: shown, skipped: "duplicate", includes: [] };
    const { source, raw, issues, whole } = await cached(shown);
    if (!whole) state.whole = false;
    state.seen.add(real);
    state.open.push(real);
    state.issues.push(...issues);
    const paths = (key: "include" | "cloud-config-files") => {
      const result = effectivePaths(source, key, raw[key], globals);
      state.issues.push(...result.issues);
      state.dropped.push(...result.dropped);
      return result.paths;
    };
    const resolve = (path: string) => path.startsWith("/") ? normalize(path) : join(dirname(shown), path);
    const included = paths("include");
    const layer: Layer = {
      source,
      raw,
      cloudConfigFiles: paths("cloud-config-files").map(({ path, index }) => ({
        path: absolute(resolve(path)),
        index,
      })),
      sourceConfig: raw["source-config"] === "" ? "" : absolute(resolve(raw["source-config"])),
    };
    state.opened.push(layer);
    const includes: IncludeTree[] = [];
    for (const { path, index } of included) {
      const place = ["include", index];
      try {
        const tree = await visit(resolve(path), state);
        if (tree.skipped === "cycle") {
          const message =
            `"${path}" includes this file again, directly or through others; it is not included a second time`;
          state.issues.push(issueAt(source, place, message, "warning"));
        }
        includes.push(tree);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        state.whole = false;
        const missing = error.issues.every((issue) =>
          issue.line === undefined && issue.file === resolve(path)
        );
        if (missing) {
          state.issues.push(issueAt(source, place, `Cannot include "${path}": ${error.issues[0]?.message}`));
        } else state.issues.push(...error.issues);
      }
    }
    state.open.pop();
    state.files.push(absolute(shown));
    state.layers.push(layer);
    return { file: shown, includes };
  }

  return async (path) => {
    const state: Loading = {
      issues: [],
      whole: true,
      dropped: [],
      layers: [],
      opened: [],
      files: [],
      seen: new Set(),
      open: [],
    };
    const tree = await visit(path, state);
    const { config, origins, warnings } = merge(absolute(path), state.layers, state.opened);
    const where = originsOf(origins);
    // A file that is not there leaves out things that others refer to: complaints about those would mislead.
    const checked = options.unchecked || !state.whole
      ? []
      : await checkConfig(config, where, { io, file: path, ...options });
    const issues = sortIssues([...state.issues, ...warnings, ...checked]);
    const errors = issues.filter((issue) => issue.severity === "error");
    if (errors.length > 0 && !(options.collect && state.whole)) throw new ConfigError(issues);
    return {
      config,
      files: state.files,
      warnings: issues.filter((issue) => issue.severity === "warning"),
      ...(errors.length > 0 ? { errors } : {}),
      dropped: state.dropped,
      tree,
      origins: where.all,
      origin: where.last,
    };
  };
}

/**
 * Loads one configuration file with everything that it includes. All problems that can be found are in one
 * `ConfigError`; files are not looked into further than their existence where they are cloud-config files.
 */
export function loadConfig(
  path: string,
  io: ConfigIo,
  globals: Readonly<Record<string, string>>,
  options: LoadOptions = {},
): Promise<LoadedConfig> {
  return makeLoader(io, globals, options)(path);
}
