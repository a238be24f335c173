/**
 * One configuration file: its format, its YAML and its keys, without the files that it includes.
 *
 * @module
 */
import { ConfigError, type Issue } from "../base/errors.ts";
import type { Format, Migrated } from "./format.ts";
import { GONE } from "./lxdops_gone.ts";
import { configSchema, type RawConfig } from "./schema/schema.ts";
import { parseSource, type Path, type Source } from "./yaml/source.ts";
import { validate, without } from "./schema/validate.ts";

/** How a file is read. */
export interface FileOptions {
  /** Unknown and duplicate keys are errors. */
  readonly strict?: boolean;
  /** Formats of one's own, besides those that lxops knows. */
  readonly formats?: readonly Format[];
}

/** A configuration file as it was read. */
export interface ConfigFile {
  readonly source: Source;
  /** What the file says; keys that do not fit their schema are as if they were not there. */
  readonly raw: RawConfig;
  readonly issues: readonly Issue[];
  /** Those keys; `*` where it may be any. */
  readonly broken: ReadonlySet<string>;
}

/** Stands for all keys of a configuration. */
export const ANY_KEY = "*";

/** Characters of a configuration file; more than that is no file that a person wrote. */
const LARGEST = 2 ** 20;
const MOST_VALUES = 20_000;

/** Makes the error of a file as a whole. */
export function fileError(file: string, message: string): ConfigError {
  return new ConfigError([{ file, message, severity: "error" }]);
}

/** Refuses what is too large to be a file that a person wrote. */
export function checkSize(file: string, text: string): void {
  if (text.length > LARGEST) throw fileError(file, "The file is larger than 1 MiB");
}

/** Reads a text of the current format; what is no YAML map is a `ConfigError`, other problems are issues. */
export function readCurrent(file: string, migrated: Migrated, options: FileOptions): ConfigFile {
  const source = parseSource(file, migrated.text, { limit: MOST_VALUES });
  const strict = options.strict ?? false;
  const { value, issues, misfits } = validate(configSchema, source, { data: source.data ?? {}, strict });
  const all = [...migrated.issues, ...issues.map(explainGone)];
  return {
    source,
    issues: all,
    ...(value ? { raw: value, broken: new Set<string>() } : salvage(source, misfits)),
  };
}

/** Keys that lxdops had are not merely unknown. */
function explainGone(issue: Issue): Issue {
  const key = issue.key ?? "";
  if (!Object.hasOwn(GONE, key) || !issue.message.startsWith("Unknown key")) return issue;
  return { ...issue, message: `"${key}" was a key of lxdops and has no effect: ${GONE[key]}` };
}

/** Maps whose entries can be left out one by one. */
const ENTRIES: readonly unknown[] = ["filesystems", "devices", "properties"];

/** What can be used of a file with errors, so that the rest of it is checked in the same round. */
function salvage(source: Source, misfits: readonly Path[] | undefined): Pick<ConfigFile, "raw" | "broken"> {
  const left = (misfits ?? []).map((path) => path.slice(0, ENTRIES.includes(path[0]) ? 2 : 1));
  const data = without(source.data ?? {}, left);
  const { value } = validate(configSchema, { ...source, issues: [] }, { data });
  // Other errors, as of "<<", may be about any key.
  const anywhere = misfits === undefined || value === undefined;
  return {
    raw: value ?? configSchema.parse({}),
    broken: new Set(anywhere ? [ANY_KEY] : left.map(([key]) => String(key))),
  };
}
