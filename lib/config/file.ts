/**
 * Reads one configuration file without its includes.
 *
 * @module
 */
import { ConfigError, type Issue } from "../base/errors.ts";
import type { Format } from "./format.ts";
import { withMeaning } from "./foreign_keys.ts";
import { GONE } from "./lxdops_gone.ts";
import { configSchema, type RawConfig } from "./schema/schema.ts";
import { parseSource, type Path, type Source } from "./yaml/source.ts";
import { validate, without } from "./schema/validate.ts";

/** Options for reading a file. */
export interface FileOptions {
  /** Unknown and duplicate keys are errors. */
  readonly strict?: boolean;
  /** Formats in addition to those of lxops. */
  readonly formats?: readonly Format[];
}

/** A configuration file that was read. */
export interface ConfigFile {
  readonly source: Source;
  /** The checked values; keys that do not fit their schema are left out. */
  readonly raw: RawConfig;
  readonly issues: readonly Issue[];
  /** The keys that are left out; `*` if it can be any key. */
  readonly broken: ReadonlySet<string>;
}

/** Stands for all keys of a configuration. */
export const ANY_KEY = "*";

/** The most characters of a configuration file. */
const LARGEST = 2 ** 20;
const MOST_VALUES = 20_000;

/** Returns an error about a file as a whole. */
export function fileError(file: string, message: string): ConfigError {
  return new ConfigError([{ file, message, severity: "error" }]);
}

/** Refuses a text that is too large. */
export function checkSize(file: string, text: string): void {
  if (text.length > LARGEST) throw fileError(file, "The file is larger than 1 MiB");
}

/** Parses a text of the current format. A text that is not a YAML map is a `ConfigError`. */
export function openCurrent(file: string, text: string): Source {
  return parseSource(file, text, { limit: MOST_VALUES });
}

/** Checks a parsed file; problems are issues, and `before` are those that were found already. */
export function checkCurrent(source: Source, before: readonly Issue[], options: FileOptions): ConfigFile {
  const strict = options.strict ?? false;
  const { value, issues, misfits } = validate(configSchema, source, { data: source.data ?? {}, strict });
  const all = [...before, ...issues.map(explainGone).map(withMeaning)];
  return {
    source,
    issues: all,
    ...(value ? { raw: value, broken: new Set<string>() } : salvage(source, misfits)),
  };
}

/** Explains unknown keys that lxdops had. */
function explainGone(issue: Issue): Issue {
  const key = issue.key ?? "";
  if (!Object.hasOwn(GONE, key) || !issue.message.startsWith("Unknown key")) return issue;
  return { ...issue, message: `"${key}" was a key of lxdops and has no effect: ${GONE[key]}` };
}

/** Maps whose entries can be left out one by one. */
const ENTRIES: readonly unknown[] = ["filesystems", "devices", "properties", "addresses", "config", "limits"];

/** Returns the usable values of a file with errors, so that they are checked, too. */
function salvage(source: Source, misfits: readonly Path[] | undefined): Pick<ConfigFile, "raw" | "broken"> {
  const left = (misfits ?? []).map((path) => path.slice(0, ENTRIES.includes(path[0]) ? 2 : 1));
  const data = without(source.data ?? {}, left);
  const { value } = validate(configSchema, { ...source, issues: [] }, { data });
  // Other errors, for example about "<<", can concern any key.
  const anywhere = misfits === undefined || value === undefined;
  return {
    raw: value ?? configSchema.parse({}),
    broken: new Set(anywhere ? [ANY_KEY] : left.map(([key]) => String(key))),
  };
}
